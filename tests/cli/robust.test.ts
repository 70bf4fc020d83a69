import fc from 'fast-check'
import { expect, test } from 'vitest'
import { files, plainChapter, run } from './program'
import { runs } from '../runs'
import { codePoint } from '../code-point'

const piece = fc.constantFrom(
  'user',
  ' ',
  'app',
  '\n',
  '\r\n',
  '~',
  '*',
  '+@all',
  '+get',
  '(',
  ')',
  '>',
  '"',
  "'",
  '\\',
  '%R~',
  '&',
  '#',
  '\0',
  '\ufeff',
  'é',
  '\x1b',
  'can',
  'cannot',
  'because',
  'key',
  'aclfile',
  'include',
  '-',
  'on',
  'off',
)
const text = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 60 }),
  fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
)

test('no file makes a command fail by itself: it answers 0, 1 or 2, and says something', async () => {
  const paths = files({ 'users.acl': plainChapter })
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.constantFrom<string[]>(
        ['check', '-'],
        ['check', '-', '-f', 'sarif'],
        ['check', '-', '-f', 'github', '-t', 'redis-6.0'],
        ['check', '-', '-t', 'valkey-9.1', '-f', 'json'],
        ['check', paths['users.acl'], '--conf', '-'],
        ['test', paths['users.acl'], '-'],
        ['test', paths['users.acl'], '-', '-f', 'junit'],
        ['test', '-', paths['users.acl']],
        ['compare', paths['users.acl'], '-'],
        ['compare', '-', '--to', 'redis-7.2'],
        ['link', '-'],
      ),
      async (stdin, words) => {
        const { code, out, err } = await run(words, { stdin })
        expect([0, 1, 2]).toContain(code)
        expect(err).not.toMatch(/^Error: /)
        expect(words.includes('github') || out + err !== '').toBe(true)
        // A report of what could not be read is an error message.
        if ((words.includes('json') || words.includes('sarif')) && (code !== 2 || out !== '')) JSON.parse(out)
      },
    ),
    { numRuns: runs(80) },
  )
})

test('bytes that are no UTF-8 are taken as bytes', async () => {
  const { code, out } = await run(['check', '-', '--no-diagnostics'], {
    stdin: Uint8Array.from([...Buffer.from('user default off\nuser \xff on +nosuch', 'latin1')]),
  })
  expect(code).toBe(1)
  expect(out).toContain('users.acl:2:11: refused')
})

test('colours are for terminals', async () => {
  expect((await run(['check', '-'], { stdin: 'nonsense\n', color: true })).out).toContain('\x1b[31m')
  expect((await run(['check', '-'], { stdin: 'nonsense\n' })).out).not.toContain('\x1b')
})
