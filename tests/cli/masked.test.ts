import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { run } from './program'

const folder = mkdtempSync(join(tmpdir(), 'acl-masked-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const printed = async (...words: string[]): Promise<string> => {
  const { out, err } = await run(words)
  return out + err
}

/** Files with passwords that diagnostics, refusals and failed expectations are about. */
const acls = {
  short: 'user default off\nuser app on >Zq9pw >Zq9pw ~app:* +@read +nosuch\n',
  order: 'user app on nopass >Zq9pw resetpass ~* +@all -@all\n',
  removed: 'user app on <Zq9pw ~* +get\n',
  quoted: 'user app on ">Zq9pw Zq9more" ~*\n',
  space: 'user app on > Zq9pw ~* +get\n',
  comment: '# user app on >Zq9pw\nuser app on >Zq9pw +get\n',
  glued: 'user app on>Zq9pw ~* +get\nrequirepass Zq9pw\n',
}
const conf = 'requirepass "Zq9conf pw"\nmasterauth Zq9conf\nuser app on ">Zq9 user" +@all\nrename-command AUTH login\n'
const brokenConf = 'requirepass "Zq9conf\nport 1\n'
const sentences = [
  'app can AUTH Zq9sent',
  'app cannot AUTH app "Zq9sent pw" because key',
  'default can ACL SETUSER bob >Zq9sent',
  'default can HELLO 3 AUTH app Zq9sent from 203.0.113.5',
  'default can CONFIG SET requirepass Zq9sent',
]

describe('no password is printed', () => {
  const files = Object.entries(acls).map(([name, text]) => file(`${name}.acl`, text))
  test.each(['text', 'json', 'sarif', 'github'])('check --format %s', async (format) => {
    const out = await printed('check', ...files, '--format', format)
    expect(out).not.toContain('Zq9')
    expect(out).toContain('nosuch')
    for (const text of [conf, brokenConf]) {
      const confFile = file('redis.conf', text)
      expect(
        await printed('check', file('one.acl', 'user app on +get\n'), '--conf', confFile, '--format', format),
      ).not.toContain('Zq9')
    }
  })
  test.each(['text', 'json', 'junit', 'github'])('test --format %s', async (format) => {
    const acl = file('users.acl', 'user app on >Zq9pw ~* +get (~a >Zq9)\nuser default on nopass ~* +@all\n')
    const good = file('good.acl', 'user app on >Zq9pw <Zq9old ~* +get\nuser default on nopass ~* +@all -acl\n')
    const expectations = file('users.expect', `${sentences.join('\n')}\n`)
    for (const one of [acl, good])
      expect(await printed('test', one, expectations, '--format', format, '--coverage')).not.toContain('Zq9')
    const broken = file(
      'broken.expect',
      `${sentences.map((text) => `${text} from nowhere`).join('\n')}\napp can AUTH from Zq9sent\napp can AUTH "Zq9sent\n`,
    )
    expect(await printed('test', good, broken, '--format', format)).not.toContain('Zq9')
  })
  test('compare', async () => {
    const before = file('before.acl', acls.comment)
    const after = file('after.acl', 'user app on >Zq9other +get +nosuch >Zq9pw\n')
    const fine = file('fine.acl', 'user app on >Zq9pw ~* +get\n')
    for (const [a, b] of [
      [before, after],
      [fine, after],
      [fine, before],
    ])
      for (const format of ['text', 'json', 'markdown'])
        expect(await printed('compare', a ?? '', b ?? '', '--format', format)).not.toContain('Zq9')
    expect(await printed('compare', before, '--to', 'redis-8.0', '--target', 'redis-6.0')).not.toContain('Zq9')
  })
})

test('a masked line keeps its columns', async () => {
  const { out } = await run(['check', file('columns.acl', 'user äpp on >päss ~* +nosuch\n')])
  expect(out).toContain(`user äpp on >**** ~* +nosuch\n      | ${' '.repeat(21)}^^^^^^^\n`)
})

describe('control characters of files reach no terminal and no log', () => {
  const escape = '\x1b]0;x\x07'
  const acl = (): string => file(`es${escape}c\n.acl`, `user a${escape}b on nopass ~* +@all +nosuch\nuser \x9bc on\n`)
  const good = (): string => file(`go${escape}od\n.acl`, `user a${escape}b on nopass ~* +@all\n`)
  const lines = (): string =>
    file(
      `us${escape}ers\n.expect`,
      `a${escape}b can GET k${escape}\na${escape}b cannot GET k\nnobody${escape} can GET a\n`,
    )
  const clean = (text: string): void => {
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  }
  test.each([
    ['check', () => ['check', acl()]],
    ['check -f github', () => ['check', acl(), '--format', 'github']],
    ['test', () => ['test', good(), lines()]],
    ['test -f github', () => ['test', good(), lines(), '--format', 'github', '--coverage']],
    ['test --coverage', () => ['test', good(), lines(), '--coverage']],
    ['test on a refused file', () => ['test', acl(), lines()]],
    ['compare', () => ['compare', good(), acl()]],
    ['compare, what changes', () => ['compare', good(), file('plain.acl', `user a${escape}b on ~k +get\n`)]],
    [
      'compare as Markdown',
      () => ['compare', good(), file('plain.acl', `user a${escape}b on ~k +get\n`), '--format', 'markdown'],
    ],
    ['link of a file that is not there', () => ['link', `no${escape}file`]],
    ['an unknown target', () => ['check', good(), '--target', `no${escape}`]],
    ['an unknown command', () => [`no${escape}`]],
  ])('%s', async (_, words) => clean(await printed(...words())))
})
