import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderGithub } from '../../src/cli/formats/github'
import { files, run } from './program'

/** A workflow command as a runner reads it: a line, its properties split at commas, then unescaped. */
function readCommand(line: string): {
  readonly command: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
} {
  const [, command = '', list = '', message = ''] = /^::([a-z]+) (.*?)::(.*)$/.exec(line) ?? []
  const unescape = (text: string): string =>
    text.replace(/%(25|0D|0A|3A|2C)/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
  return {
    command,
    properties: Object.fromEntries(
      list.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))]),
    ),
    message: unescape(message),
  }
}

const hostile = fc
  .array(fc.constantFrom('%', '%25', '%0A', '\r', '\n', ':', '::', ',', '::error::', '=', ' ', 'a', 'é', '\t'), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.join(''))

test('a problem is one line, and is read as it was meant', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (name, message, note) => {
      const [out = ''] = renderGithub([
        {
          source: { name: `x/${name}x`, bytes: 'ab\ncd', text: 'ab\ncd', folder: null },
          code: 'weak-password',
          severity: 'warning',
          message,
          notes: [note],
          place: { from: 3, to: 5 },
        },
      ])
      expect(out.match(/[\r\n]/g)).toEqual(['\n'])
      const read = readCommand(out.slice(0, -1))
      expect(read.command).toBe('warning')
      expect(read.properties).toEqual({
        file: `x/${name}x`,
        line: '2',
        endLine: '2',
        col: '1',
        endColumn: '3',
        title: 'ACL Playground: weak-password',
      })
      expect(read.message).toBe(`${message}\n${note}`.replaceAll('\r', '\\u{d}').replaceAll('\t', ' '))
    }),
  )
})

test('a file can neither start a command of its own nor colour the log', async () => {
  const { 'a,b:c%0A.acl': acl } = files({ 'a,b:c%0A.acl': 'user \x1b[31m\r::error::x on +nosuch\n' })
  const { out } = await run(['check', acl, '--format', 'github', '--no-diagnostics'])
  expect(out).toMatch(/^::error file=[^\n]*a%2Cb%3Ac%250A\.acl,line=1,[^\n]*\n$/)
  expect(out).not.toMatch(/[\x1b\r]/)
})
