import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { painter } from '../../src/cli/formats/text'
import { onOneLine, printable, printableWithColors } from '../../src/cli/printable'
import { builtProgram } from './built'
import { files, run } from './program'
import { freePort } from '../../src/library/free-port'

const ESC = '\x1b'

test('control characters, bidirectional marks and lone surrogates are escaped; text of any language is not', () => {
  expect(printable(`a${ESC}[2Jb\x9b31m\r\u202e\ud800\u2028\tü 字 😀\n`)).toBe(
    'a\\u{1b}[2Jb\\u{9b}31m\\u{d}\\u{202e}\\u{d800}\\u{2028} ü 字 😀\n',
  )
  expect(onOneLine('a\n::error::b')).toBe('a\\n::error::b')
})

test('the colours of the program are kept, and no other sequence', () => {
  const red = painter(true)('red', `x${ESC}]0;title\x07`)
  expect(printableWithColors(`${red} ${ESC}[2J${ESC}[5m`)).toBe(
    `${ESC}[31mx\\u{1b}]0;title\\u{7}${ESC}[39m \\u{1b}[2J\\u{1b}[5m`,
  )
})

test('serve prints no escape sequence of its configuration or of an ACL file', async () => {
  const { 'users.acl': acl, 'redis.conf': conf } = files({
    'users.acl': `user default on nopass ~* &* +@all\nuser a on +no${ESC}[31msuch\n`,
    'redis.conf': `"no${ESC}[31msuch" x\n`,
  })
  const refused = await run(['serve', conf, '--aclfile', acl])
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('\\u{1b}[31m')
  expect(refused.out + refused.err).not.toContain(ESC)
  const option = await run(['check', `--no${ESC}[31msuch`])
  expect(option.err).toContain('\\u{1b}[31m')
  expect(option.err).not.toContain(ESC)
})

test("serve's notes name a directive on one line, with its escape sequences made visible", async () => {
  const { 'redis.conf': conf } = files({ 'redis.conf': `"no${ESC}[31msuch\\n::error::x" y\n` })
  const serving = spawn(process.execPath, [builtProgram(), 'serve', conf, '--port', String(await freePort())])
  let stdout = ''
  for await (const piece of serving.stdout.setEncoding('utf8')) {
    stdout += String(piece)
    // All notes come before the last line.
    if (stdout.includes('Ready to accept connections')) serving.kill()
  }
  expect(stdout).toContain('Unknown directive no\\u{1b}[31msuch\\n::error::x: a real')
  expect(stdout).not.toContain(ESC)
}, 20_000)
