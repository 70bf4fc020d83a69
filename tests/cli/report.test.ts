import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { files, run } from './program'

const hash = createHash('sha256').update('app-password').digest('hex')
const acl = `user default off
user admin on >admin-password ~* &* +@all
user app on #${hash} ~app:* resetchannels +@read +@write -flushall
user guest on nopass ~tmp:* resetchannels +get
`
const {
  'users.acl': path,
  'users.expect': sentences,
  'redis.conf': conf,
} = files({
  'users.acl': acl,
  'users.expect': 'guest can only access keys tmp:*\nnobody can log in without a password\n',
  'redis.conf': 'requirepass default-password\naclfile users.acl\n',
})

/** The lines below a heading, up to the next. */
function section(report: string, title: string): string[] {
  const lines = report.split('\n')
  const start = lines.indexOf(title)
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => line.startsWith('#'))
  return rest.slice(0, end < 0 ? undefined : end).filter((line) => line !== '')
}

test('tells what was found, and what was not checked', async () => {
  const { code, out, err } = await run(['report', path, sentences])
  expect([code, err]).toEqual([0, ''])
  expect(section(out, '## Summary')).toEqual([
    '- The server accepts these files.',
    '- 4 users; **any password logs in as** `guest`.',
    '- Diagnostics: 1 error, 2 warnings, 2 info.',
    '- **1 of 2 expectations do not hold.**',
  ])
  expect(section(out, '### error: nopass (1)')).toEqual([`- \`${path}:4\`: Any password logs in as guest.`])
  expect(section(out, '## Expectations')).toEqual([
    '- **fails**: `nobody can log in without a password`. guest logs in without a password.',
    expect.stringMatching(/^- holds: `guest can only access keys tmp:\*`\. Proved for guest/),
  ])
  expect(section(out, '## Users').map((line) => /`(\w+)`/.exec(line)?.[1])).toEqual([
    'default',
    'admin',
    'app',
    'guest',
  ])
  expect(section(out, '## Not checked').join('\n')).toMatch(/redis\.conf: it was not given/)
})

test('names the files by their fingerprints, and says nothing of what it was given', async () => {
  const { out } = await run(['report', path, sentences, '--conf', conf])
  expect(out).toContain(`| \`${path}\` | SHA-256 \`${createHash('sha256').update(acl).digest('hex')}\` |`)
  expect(section(out, '## Not checked').join('\n')).not.toMatch(/redis\.conf|expectations/)
  const without = await run(['report', path])
  expect(section(without.out, '## Not checked').join('\n')).toContain('no expectations were given')
})

test('contains no password and no hash', async () => {
  const { out } = await run(['report', path, sentences, '--conf', conf])
  expect(out).not.toMatch(/admin-password|app-password|default-password/)
  expect(out).not.toContain(hash)
  const { bad, both } = files({
    bad: `${acl}user x +nosuch >shown-password #${hash}x\n`,
    both: 'app cannot AUTH app app-password\n',
  })
  expect((await run(['report', bad])).out).not.toMatch(/shown-password|admin-password/)
  expect((await run(['report', bad])).out).not.toContain(hash)
  expect((await run(['report', path, both])).out).not.toContain('app-password')
})

test('a file that the server refuses has no users, and its refusals come first', async () => {
  const { bad } = files({ bad: `${acl}user x +nosuch\n` })
  const { code, out } = await run(['report', bad, sentences])
  expect(code).toBe(0)
  expect(section(out, '## Summary')[0]).toBe('- **The server refuses these files**: it would not start.')
  expect(out.indexOf('### refused: ')).toBeLessThan(out.indexOf('### error: '))
  expect(out).not.toContain('## Users')
  expect(section(out, '## Not checked').slice(0, 2)).toEqual([
    '- What the users may do: the server refuses the files.',
    expect.stringContaining('redis.conf'),
  ])
})

test('names of users can neither format, link nor end a line', async () => {
  const { odd } = files({ odd: 'user default off\nuser [x](http://e)|`*#@all on nopass ~* +get\n' })
  const { out } = await run(['report', odd])
  expect(out).toContain('``[x](http://e)|`*#@all``')
  expect(out).not.toMatch(/(?<!`)\[x\]\(http/)
})
