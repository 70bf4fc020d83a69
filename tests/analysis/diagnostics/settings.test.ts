import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { Checker, type DiagnosticSettings } from '../../../src/analysis/diagnostics/checker'
import { allDiagnostics, clientOf } from '../../../src/analysis/diagnostics/settings'
import { clients } from '../../../src/analysis/diagnostics/clients'
import { diagnoseConf } from '../../../src/analysis/diagnostics/conf'
import { moduleCategories, modulePrefix, releases } from '../../../src/analysis/diagnostics/releases'
import { targetInfos } from '../../../src/targets/infos'
import { loadTarget } from '../../../src/targets/load'
import { decodeLink, encodeLink } from '../../../src/workspace/codec'
import { blankState } from '../../../src/workspace/state'

const file =
  'user default off\nuser app on >secret ~app* +get\nuser é on >secret2 ~app* +get\nuser constructor on >secret3 ~app* +get\n'

async function codes(settings: DiagnosticSettings): Promise<string[]> {
  const target = await loadTarget('redis-8.0')
  return new Checker(new Users(target.table, target.behaviours), target)
    .diagnose(file, settings)
    .filter(({ code }) => code === 'no-delimiter' || code === 'weak-password')
    .map(({ code, span, also }) => {
      const others = also?.map(({ line }) => line).join(', ')
      return `${span.line} ${code}${others === undefined ? '' : `, and ${others}`}`
    })
}

test('diagnostics is silenced by code, for the file or for a user', async () => {
  expect(await codes(allDiagnostics)).toEqual([
    '2 weak-password, and 3, 4',
    '2 no-delimiter',
    '3 no-delimiter',
    '4 no-delimiter',
  ])
  expect(await codes({ ...allDiagnostics, silenced: ['weak-password'] })).toEqual([
    '2 no-delimiter',
    '3 no-delimiter',
    '4 no-delimiter',
  ])
  expect(
    await codes({ ...allDiagnostics, silencedFor: { é: ['weak-password', 'no-delimiter'], app: ['no-delimiter'] } }),
  ).toEqual(['2 weak-password, and 4', '4 no-delimiter'])
})

test('settings that change are seen by an checker that knows the file', async () => {
  const target = await loadTarget('redis-8.0')
  const checker = new Checker(new Users(target.table, target.behaviours), target)
  const needs = (settings: DiagnosticSettings): number =>
    checker.diagnose(file, settings).filter(({ code }) => code === 'client-needs').length
  expect([
    needs(allDiagnostics),
    needs({ ...allDiagnostics, choices: { client: 'celery' } }),
    needs(allDiagnostics),
  ]).toEqual([0, 9, 0])
  expect(needs({ silenced: ['client-needs'], silencedFor: {}, choices: { client: 'celery' } })).toBe(0)
})

test('what is silenced stays so in redis.conf', async () => {
  const target = await loadTarget('redis-8.0')
  const conf = 'bind *\nuser app on >secret ~app:* +get\n'
  const given = (settings: DiagnosticSettings): string[] =>
    diagnoseConf(conf, '', target, settings).map(({ code }) => code)
  expect(given(allDiagnostics)).toContain('bind-everywhere')
  expect(
    given({ ...allDiagnostics, silenced: ['bind-everywhere'], silencedFor: { app: ['weak-password'] } }),
  ).not.toContain('bind-everywhere')
  expect(given({ ...allDiagnostics, silencedFor: { app: ['weak-password'] } })).not.toContain('weak-password')
})

test('a client that nobody knows is none', () => {
  expect(clientOf({ ...allDiagnostics, choices: { client: 'telnet' } })).toBeNull()
  expect(clientOf({ ...allDiagnostics, choices: { client: 'ioredis' } })).toBe('ioredis')
})

test('settings travel in a link', async () => {
  const settings = { silenced: ['weak-password'], silencedFor: { é: ['no-delimiter'] }, choices: { client: 'ioredis' } }
  const state = { ...blankState('redis-8.0'), settings }
  const link = await encodeLink(state)
  expect(link.ok && (await decodeLink(link.fragment))).toEqual({ kind: 'state', state })
})

test('what clients send exists', async () => {
  const target = await loadTarget('redis-8.0')
  for (const { needs, tries } of Object.values(clients))
    for (const name of [...needs, ...tries]) expect(target.table.find(name), name).toBeDefined()
})

test('where a command came is as the targets have it', async () => {
  const number = (version: string): number => Number(version.split('.')[0]) * 100 + Number(version.split('.')[1])
  for (const { id, product } of targetInfos) {
    const { table } = await loadTarget(id)
    const version = number(id.split('-')[1] ?? '')
    for (const release of releases) {
      const since = release[product]
      const has =
        since !== null && version >= number(since) && (release.until === undefined || version < number(release.until))
      for (const name of release.names) {
        const known = name.startsWith('@') ? table.inCategory(name.slice(1)) : table.find(name)
        expect(known !== undefined, `${name} on ${id}`).toBe(has)
      }
    }
  }
})

test('every command that only some targets have is known to have come with one, or to belong to a module', async () => {
  const names = new Set(releases.flatMap((release) => release.names))
  const everywhere = await loadTarget('redis-6.0')
  for (const { id } of targetInfos) {
    const { table } = await loadTarget(id, { modules: true })
    for (const command of table.commands) {
      const name = command.name.toLowerCase()
      const whole = name.split('|')[0] ?? name
      if (everywhere.table.find(whole) === undefined)
        expect(
          names.has(whole) || modulePrefix.test(whole),
          `${name} on ${id} is missing in src/analysis/diagnostics/releases.ts`,
        ).toBe(true)
    }
    for (const category of table.categories) {
      if (everywhere.table.inCategory(category) === undefined)
        expect(names.has(`@${category}`) || moduleCategories.includes(category), category).toBe(true)
    }
  }
})
