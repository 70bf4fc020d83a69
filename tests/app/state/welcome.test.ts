import { describe, expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { diagnoseConf } from '../../../src/analysis/diagnostics/conf'
import { allDiagnostics } from '../../../src/analysis/diagnostics/settings'
import { parseExpectations } from '../../../src/analysis/expectations/parse'
import { runExpectations } from '../../../src/analysis/expectations/run'
import { applyFix } from '../../../src/analysis/diagnostic'
import { welcome, welcomeFiles, welcomeFor } from '../../../src/app/state/welcome'
import { startServer } from '../../../src/server/start'
import { targetInfos } from '../../../src/targets/infos'
import { loadTarget } from '../../../src/targets/load'

const targets = await Promise.all(
  targetInfos.flatMap(({ id, hasModules }) =>
    (hasModules ? [false, true] : [false]).map((modules) => loadTarget(id, { modules })),
  ),
)

describe.each(targets.map((target) => ({ target, name: `${target.label}${target.modules ? ' with modules' : ''}` })))(
  'on $name',
  ({ target }) => {
    const files = welcomeFiles(target)
    const checker = new Checker(new Users(target.table, target.behaviours), target)

    test('the server starts, and what is expected holds', () => {
      const started = startServer({
        target,
        conf: files.conf,
        files: { read: () => files.acl, write: () => undefined },
        clock: { now: () => 0 },
        random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
      })
      if (!started.started) throw new Error('the server does not start')
      expect([...started.server.users].map(({ name }) => name).sort()).toEqual([
        'admin',
        'app',
        'default',
        'monitor',
        'worker',
      ])
      const { expectations, problems } = parseExpectations(files.expect ?? '')
      expect(problems).toEqual([])
      expect(expectations).toHaveLength(11)
      expect(
        runExpectations(started.server, expectations)
          .filter(({ state }) => state !== 'holds')
          .map(({ message }) => message),
      ).toEqual([])
    })

    test('diagnostics warns of one thing, whose fix leaves nothing to warn of', () => {
      const grave = checker.diagnose(files.acl).filter(({ severity }) => severity !== 'info')
      expect(grave.map(({ code, severity, span }) => `${severity} ${code} ${span.line}`)).toEqual([
        'warning keys-command-leaks 4',
      ])
      const [fix] = grave[0]?.fixes ?? []
      expect(fix?.label).toBe('Deny them')
      const fixed = fix === undefined ? '' : applyFix(files.acl, fix)
      expect(checker.diagnose(fixed).filter(({ severity }) => severity !== 'info')).toEqual([])
      expect(
        diagnoseConf(files.conf, files.acl, target, allDiagnostics).filter(({ severity }) => severity !== 'info'),
      ).toEqual([])
    })
  },
)

test('what a first visitor finds is what is written for the first target', async () => {
  expect(welcome.files).toEqual(welcomeFiles(await loadTarget(welcome.target)))
})

test('another version has it in its own words, as long as nobody edited it', async () => {
  const [old, newer, newest] = await Promise.all([
    loadTarget('redis-6.2'),
    loadTarget('redis-8.0'),
    loadTarget('redis-8.2'),
  ])
  const files = welcomeFiles(newer)
  expect(welcomeFor(files, newer, old)).toEqual(welcomeFiles(old))
  expect(welcomeFor({ ...files, expect: 'app can PING\n' }, newer, old)).toEqual({
    ...welcomeFiles(old),
    expect: 'app can PING\n',
  })
  expect(welcomeFor(files, newer, newest)).toBe(null)
  expect(welcomeFor({ ...files, acl: `${files.acl}user late` }, newer, old)).toBe(null)
})
