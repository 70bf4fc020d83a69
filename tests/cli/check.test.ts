import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import type { Log } from 'sarif'
import { expect, test } from 'vitest'
import { Users } from '../../src/acl/users'
import { applyFix } from '../../src/analysis/diagnostic'
import { Checker } from '../../src/analysis/diagnostics/checker'
import { diagnosticCodes } from '../../src/analysis/diagnostics/codes'
import { allDiagnostics } from '../../src/analysis/diagnostics/settings'
import { startRefusals } from '../../src/analysis/start-refusals'
import { helpOf } from '../../src/cli/formats/rule-help'
import { sourceOf } from '../../src/cli/input'
import { start } from '../../src/cli/subject'
import { loadTarget } from '../../src/targets/load'
import { chapter, files, plainChapter, run } from './program'

test("the security chapter's file: refused by Redis 7.2 in its words, accepted by 8.8", async () => {
  const refused = await run(['check', '-', '--target', 'redis-7.2', '--no-diagnostics'], { stdin: chapter })
  expect(refused.code).toBe(1)
  expect(refused.out)
    .toContain(`users.acl:1:1: refused: users.acl:1 should start with user keyword followed by the username. [refused]
    1 | # Default user (required)
      | ^^^^^^^^^^^^^^^^^^^^^^^^^
      = Redis 7.2 rejects comments in an ACL file; Redis 8.8 and newer accept them.
      = Fix: Remove the 5 comment lines
`)
  expect(refused.out.trimEnd().split('\n').at(-1)).toBe('users.acl: refused by Redis 7.2 (7.2.6): 1 refusal')

  const accepted = await run(['check', '-', '--target', 'redis-8.8', '--no-diagnostics'], { stdin: chapter })
  expect(accepted).toEqual({
    code: 0,
    out: 'users.acl: accepted by Redis 8.8 (8.8.2, documented, not recorded): 5 users\n',
    err: '',
  })
})

test('diagnostics does not fail a check unless it is asked to', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': 'user default off\nuser app on >short ~app:* +get\n' })
  expect((await run(['check', acl])).code).toBe(0)
  expect((await run(['check', acl])).out).toContain('[weak-password]')
  expect((await run(['check', acl, '--fail-on', 'warning'])).code).toBe(1)
  expect((await run(['check', acl, '--ignore', 'weak-password,plaintext-password'])).out).not.toMatch(
    /weak-password|plaintext-password/,
  )
})

test('a code to ignore that no diagnostic has is an error: it would ignore nothing', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': 'user default off\n' })
  expect(await run(['check', acl, '--ignore', 'no-delimiter, weak-pasword'])).toEqual({
    code: 2,
    out: '',
    err: '--ignore: There is no diagnostic "weak-pasword": did you mean weak-password?\n',
  })
  expect((await run(['check', acl, '--ignore', 'nonsense'])).err).toContain('docs/diagnostics.md lists all codes.')
  expect((await run(['check', acl, '--ignore', 'no-delimiter, weak-password,bind-everywhere'])).code).toBe(0)
})

test('the caret stands under the token, and columns count from 1', async () => {
  const { out } = await run(['check', '-', '--no-diagnostics'], {
    stdin: 'user default off\nuser zoë on ~ü:* +gte +@read\n',
  })
  expect(out).toContain(
    "users.acl:2:19: refused: users.acl:2: Error in applying operation '+gte': Unknown command or category name in ACL. [refused]\n    2 | user zoë on ~ü:* +gte +@read\n      |                  ^^^^\n".replace(
      ':2:19:',
      ':2:18:',
    ),
  )
})

test('the caret stands under the token after wide characters and combining marks', async () => {
  const { out } = await run(['check', '-', '--no-diagnostics'], {
    stdin: 'user default off\nuser 字👩e\u0301 on +gte\n',
  })
  // The name takes five columns: two, two and one.
  expect(out).toMatch(new RegExp(`\\| ${' '.repeat('user '.length + 5 + ' on '.length)}\\^{4}\n`))
})

test('a file cannot send control sequences to a terminal', async () => {
  const { out } = await run(['check', '-', '--no-diagnostics'], { stdin: 'user \x1b[31m +nosuch\x1b]0;x\x07\n' })
  expect(out).not.toContain('\x1b')
  expect(out).toContain('\\u{1b}')
})

test('redis.conf: its directives are read, and refused, as the server does', async () => {
  const paths = files({
    'users.acl': 'user default off\n',
    'bad.conf': 'port 6379\nprotected-mode maybe\n',
    'both.conf': 'user app on +get\n',
    'good.conf': 'aclfile /etc/redis/users.acl\nbind 127.0.0.1\n',
  })
  const bad = await run(['check', paths['users.acl'], '--conf', paths['bad.conf'], '--no-diagnostics'])
  expect(bad.code).toBe(1)
  expect(bad.out).toContain(`${paths['bad.conf']}:2:`)
  expect(bad.out).toContain("argument must be 'yes' or 'no'")
  expect((await run(['check', paths['users.acl'], '--conf', paths['both.conf'], '--no-diagnostics'])).out).toContain(
    'Configuring Redis with users defined in redis.conf and at the same setting an ACL file path is invalid.',
  )
  expect((await run(['check', paths['users.acl'], '--conf', paths['good.conf'], '--no-diagnostics'])).code).toBe(0)
})

test('a configuration includes files beside it; one from a link reads nothing here, and a device is no file', async () => {
  const paths = files({
    'users.acl': 'user default off\n',
    'more.conf': 'no-such-directive 1\n',
    'redis.conf': 'include more.conf\n',
    'device.conf': 'include /dev/zero\n',
  })
  const { code, out } = await run(['check', paths['users.acl'], '--conf', paths['redis.conf'], '--no-diagnostics'])
  expect([code, out.includes('Bad directive or wrong number of arguments')]).toEqual([1, true])
  expect((await run(['check', paths['users.acl'], '--conf', paths['device.conf'], '--no-diagnostics'])).out).toContain(
    "can't open config file '/dev/zero'",
  )
  const link = (
    await run(['link', paths['users.acl'], '--conf', '-'], { stdin: `include ${paths['more.conf']}\n` })
  ).out.trim()
  expect((await run(['check', link, '--no-diagnostics'])).out).toContain(
    `can't open config file '${paths['more.conf']}'`,
  )
})

test('a file that crashes the server', async () => {
  const { code, out } = await run(['check', '-', '-t', 'redis-7.2', '--no-diagnostics'], {
    stdin: 'user default off\nuser app (+get\n',
  })
  expect(code).toBe(1)
  expect(out).toContain('The real server crashes on this file')
})

test('several files at once, as pre-commit passes them', async () => {
  const paths = files({ 'a.acl': plainChapter, 'b.acl': 'nonsense\n' })
  const { code, out } = await run(['check', paths['a.acl'], paths['b.acl'], '--no-diagnostics'])
  expect(code).toBe(1)
  expect(out).toContain('a.acl: accepted')
  expect(out).toContain('b.acl: refused')
})

test('JSON', async () => {
  const { code, out } = await run(['check', '-', '--format', 'json', '--no-diagnostics', '-t', 'redis-7.2'], {
    stdin: 'user default off\nuser app +gte\n',
  })
  expect(code).toBe(1)
  expect(JSON.parse(out)).toEqual({
    command: 'check',
    holds: false,
    files: [
      {
        file: 'users.acl',
        conf: null,
        target: { id: 'redis-7.2', version: '7.2.6', evidence: 'recorded', modules: false },
        accepted: false,
        crash: false,
        says: expect.stringContaining(
          'Aborting Redis startup because of ACL errors: users.acl:2: Error in applying operation',
        ),
        users: [],
        diagnostics: [
          {
            file: 'users.acl',
            place: { line: 2, column: 10, endLine: 2, endColumn: 14 },
            code: 'refused',
            severity: 'refused',
            message: "users.acl:2: Error in applying operation '+gte': Unknown command or category name in ACL.",
            notes: ['Redis 7.2 has no such command.', 'Fix: Write +get', 'Fix: Remove +gte'],
          },
        ],
      },
    ],
  })
})

test('SARIF 2.1.0: every result has a rule, a level, a message and a region', async () => {
  const { 'my users.acl': acl } = files({ 'my users.acl': chapter })
  const log = JSON.parse((await run(['check', acl, '--format', 'sarif', '-t', 'redis-7.2'])).out) as Log
  const ajv = addFormats.default(new Ajv({ strict: false, unicodeRegExp: false }))
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'sarif-2.1.0.schema.json'), 'utf8')) as object
  const valid = ajv.validate(schema, log)
  expect(valid, ajv.errorsText()).toBe(true)
  expect([log.version, log.runs.length]).toEqual(['2.1.0', 1])
  const { tool, results = [] } = log.runs[0] as Log['runs'][number]
  expect(tool.driver.name).toBe('ACL Playground')
  expect(results.length).toBeGreaterThan(5)
  const ids = (tool.driver.rules ?? []).map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { ruleId, ruleIndex, level, message, locations } of results) {
    expect(ids[ruleIndex ?? -1]).toBe(ruleId)
    expect(['error', 'warning', 'note']).toContain(level)
    expect(message.text).not.toBe('')
    const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {}
    expect(artifactLocation?.uri).toMatch(/^[^ ]*my%20users\.acl$/)
    expect(Object.values(region ?? {}).every((n) => Number.isInteger(n) && n >= 1)).toBe(true)
  }
})

test('SARIF: every rule says what it means and how severe it is', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': chapter })
  const log = JSON.parse((await run(['check', acl, '--format', 'sarif', '-t', 'redis-7.2'])).out) as Log
  const rules = log.runs[0]?.tool.driver.rules ?? []
  expect(rules.length).toBeGreaterThan(3)
  for (const { id, fullDescription, help, defaultConfiguration, properties } of rules) {
    expect(fullDescription?.text, id).toMatch(/^\S.*\S$/)
    expect(help?.text, id).toMatch(/^\S.*\S$/)
    expect(['error', 'warning', 'note'], id).toContain(defaultConfiguration?.level)
    if (id === 'refused') expect(properties).toBeUndefined()
    else expect(Number(properties?.['security-severity']), id).toBeGreaterThan(0)
  }
  for (const code of diagnosticCodes)
    if (code !== 'partly-checked') {
      const { what, why, instead } = helpOf(code) ?? { what: '', why: '', instead: '' }
      expect(
        [what, why, instead].filter((text) => text === '' || text.includes('](')),
        code,
      ).toEqual([])
    }
})

test('SARIF: the replacements of a fix make the text that the fix makes, and none writes a password', async () => {
  const text = 'user default on nopass\nuser app on >hünter2 ~app:* +@all +get +gte\r\nuser app on ~b <hünter2\n'
  const { 'users.acl': acl } = files({ 'users.acl': text })
  const { out } = await run(['check', acl, '--format', 'sarif', '-t', 'redis-7.2'])
  const results = (JSON.parse(out) as Log).runs[0]?.results ?? []
  const fixes = results.flatMap((result) => result.fixes ?? [])
  expect(fixes.length).toBeGreaterThan(3)
  const lines = text.split(/(?<=\n)/)
  const offset = (line = 1, column = 1): number => lines.slice(0, line - 1).join('').length + column - 1
  const made = fixes.map(({ artifactChanges: [change] }) =>
    (change?.replacements ?? []).reduceRight(
      (now, { deletedRegion: { startLine, startColumn, endLine, endColumn }, insertedContent }) =>
        now.slice(0, offset(startLine, startColumn)) +
        (insertedContent?.text ?? '') +
        now.slice(offset(endLine, endColumn)),
      text,
    ),
  )
  const target = await loadTarget('redis-7.2')
  const found = [
    ...startRefusals(start({ target, acl: sourceOf('users.acl', text), conf: null }), text, null, target).acl,
    ...new Checker(new Users(target.table, target.behaviours), target).diagnose(text, allDiagnostics),
  ]
  const expected = found.flatMap((diagnostic) => diagnostic.fixes.map((fix) => applyFix(text, fix)))
  for (const one of made) expect(expected).toContain(one)
  expect(made.some((one) => one.includes('#') && !one.includes('>hünter2'))).toBe(true)
  expect(out).not.toContain('hünter2')
})

test('SARIF: text of a file becomes no link, and its invisible characters are seen', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': 'user [x](https://example.org)\u202e on nopass ~* +@all\n' })
  const log = JSON.parse((await run(['check', acl, '--format', 'sarif'])).out) as Log
  const texts = (log.runs[0]?.results ?? []).map(({ message }) => message.text ?? '')
  expect(texts.join('\n')).toContain('\\[x\\](https://example.org)\\u{202e}')
  expect(texts.join('\n')).not.toMatch(/[^\\]\]\(|\u202e/)
})

test('GitHub annotations are one line each, with their place', async () => {
  const { out } = await run(['check', '-', '--format', 'github', '--no-diagnostics', '-t', 'redis-7.2'], {
    stdin: 'user default off\nuser app +gte\n',
  })
  expect(out).toBe(
    "::error file=users.acl,line=2,endLine=2,col=10,endColumn=14,title=ACL Playground%3A refused::users.acl:2: Error in applying operation '+gte': Unknown command or category name in ACL.%0ARedis 7.2 has no such command.%0AFix: Write +get%0AFix: Remove +gte\n",
  )
})

test('what cannot be run says why, and exits with 2', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': plainChapter })
  for (const [words, reason] of [
    [['check', 'no-such.acl'], 'no-such.acl cannot be read: there is no such file.'],
    [['check', '/'], '/ cannot be read: it is a directory.'],
    [['check', acl, '--conf', 'no-such.conf'], 'no-such.conf cannot be read'],
    [['check', acl, '--target', 'redis-5'], 'There is no target redis-5. Choose one of: redis-6.0'],
    [['check', acl, '--target', 'redis-7.2', '--modules'], 'Redis 7.2 has no bundled modules'],
    [['check', '-', '-'], "Standard input ('-') can be read only once"],
    [['check', '#v1.AAAA'], 'cut off or damaged'],
    [['check', 'https://acl.example.org/#else'], 'This link holds no workspace'],
    [['check'], "missing required argument 'users.acl'"],
    [['check', acl, '--nonsense'], "unknown option '--nonsense'"],
    [['check', acl, '--format', 'yaml'], 'Allowed choices are text, json, sarif, github.'],
    [['nonsense'], "unknown command 'nonsense'"],
  ] as const) {
    const { code, out, err } = await run(words)
    expect([code, out, err.includes(reason) ? reason : err]).toEqual([2, '', reason])
  }
})

test('a usage error names the help of its command, and help says nothing of switches that are off', async () => {
  expect((await run(['check', '--nonsense'])).err).toContain('(Run acl-playground check --help for usage.)')
  expect((await run(['nonsense'])).err).toContain('(Run acl-playground --help for usage.)')
  for (const command of ['test', 'simplify', 'link', 'pull', 'watch', 'serve'])
    expect((await run([command, '--help'])).out).not.toMatch(/default:\s+false/)
})

test('help teaches, and is no failure', async () => {
  const { code, out } = await run(['--help'])
  expect(code).toBe(0)
  for (const command of ['check', 'test', 'compare', 'link', 'serve']) {
    expect(out).toContain(`acl-playground ${command} `)
    const help = await run([command, '--help'])
    expect([help.code, /Examples?:/.test(help.out)]).toEqual([0, true])
  }
  expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('--service reports what a managed service refuses, with its source, and fails where it refuses a rule', async () => {
  const paths = files({
    'users.acl': 'user default off\nuser app on >a-password-of-the-app ~app:* +@all\n',
    'bad.acl': 'user default off\nuser app on ~app:* +get +config|get\n',
  })
  const listed = ['check', paths['users.acl'] ?? '', '--service', 'elasticache']
  const { code, out } = await run(listed)
  expect(code).toBe(0)
  expect(out).toContain('info: Amazon ElastiCache refuses ')
  expect(out).toContain('Documented: https://docs.aws.amazon.com/')
  expect(out).not.toContain('a-password-of-the-app')
  expect((await run([...listed, '--no-diagnostics'])).out).not.toContain('ElastiCache')
  const bad = await run(['check', paths['bad.acl'] ?? '', '--service', 'elasticache', '--format', 'github'])
  expect(bad).toMatchObject({ code: 1, out: expect.stringContaining('line=2') })
  expect(bad.out).toContain('Amazon ElastiCache does not take +config|get')
  expect(await run(['check', paths['bad.acl'] ?? '', '--service', 'elasticache', '--format', 'sarif'])).toMatchObject({
    code: 1,
    err: '',
  })
  expect(await run(['check', paths['bad.acl'] ?? '', '--service', 'nowhere'])).toMatchObject({ code: 2 })
})
