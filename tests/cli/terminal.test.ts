import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonText } from '../../src/cli/formats/json'
import { files, run, type Ran } from './program'
import { exchange, running, type Running } from './running'

/** A title, a bell, a colour, a direction and an invisible character, as UTF-8 bytes. */
const hostile = '\x1b]0;t\x07\x1b[31m\u202e\u200b\x9b'
const bytes = Buffer.from(hostile, 'utf8').toString('latin1')
const unsafe = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]/

const acl = `user default on nopass ~* &* +@all\nuser a${hostile}b on nopass ~k${hostile} (~s${hostile} +get)\n`
const plain = files({ acl: 'user default on nopass ~* &* +@all\nuser b on ~k +get\n', expect: `b can GET k\n` })

let server: Running
beforeAll(async () => {
  server = await running('redis-8.0', `aclfile "${files({ acl }).acl}"`)
  await exchange(server.port, `AUTH a${bytes}b x\r\n`, `GET k\r\n`)
})
afterAll(() => server.stop())

const onTerminal = (words: readonly string[], color: boolean): Promise<Ran> =>
  run(words, { color, io: { isTerminal: true } })
const withoutColors = (text: string): string => text.replace(/\x1b\[(?:1|2|22|3[0-79])m/g, '')

describe.each([true, false])('on a terminal, colours: %s', (color) => {
  const at = (): string => `redis://127.0.0.1:${server.port}`
  test.each<[string, () => string[]]>([
    ['pull', () => ['pull', at(), '--out', '-']],
    ['import', () => ['import', at()]],
    [
      'import of a file',
      () => ['import', files({ acl: `{"Users": [{"UserName": "a${hostile}", "AccessString": "on ~k"}]}` }).acl],
    ],
    ['link --save -', () => ['link', at(), '--save', '-']],
    ['check', () => ['check', at()]],
    ['check as JSON', () => ['check', at(), '--format', 'json']],
    ['check as SARIF', () => ['check', at(), '--format', 'sarif']],
    ['check with a trace', () => ['check', at(), '--debug']],
    ['compare', () => ['compare', at(), plain.acl]],
    ['compare as JSON', () => ['compare', at(), plain.acl, '--format', 'json']],
    ['test', () => ['test', at(), plain.expect, '--coverage', '--on-server']],
    ['test as JUnit', () => ['test', at(), plain.expect, '--coverage', '--format', 'junit']],
    ['plan', () => ['plan', plain.acl, at()]],
    ['plan as JSON', () => ['plan', plain.acl, at(), '--format', 'json']],
    ['plan as commands', () => ['plan', plain.acl, at(), '--format', 'undo']],
    ['simplify', () => ['simplify', at()]],
    ['watch', () => ['watch', at(), '--all', '--seconds', '0.05', '--interval', '0.05']],
    ['watch as JSON', () => ['watch', at(), '--all', '--seconds', '0.05', '--interval', '0.05', '--format', 'json']],
    [
      'a password that is asked for',
      () => ['check', `redis://a${encodeURIComponent(hostile)}@127.0.0.1:${server.port}`],
    ],
  ])('%s shows what a server has escaped', async (_, words) => {
    const { out, err } = await onTerminal(words(), color)
    expect((out + err).length).toBeGreaterThan(0)
    expect(color ? withoutColors(out) : out).not.toMatch(unsafe)
    expect(color ? withoutColors(err) : err).not.toMatch(unsafe)
    if (['pull', 'import', 'record'].includes(words()[0] ?? '')) expect(out).not.toContain('\x1b')
  })

  test('record and errors of a server', async () => {
    const line = `+1700000000.1 [0 127.0.0.1:1] "GET" "${hostile}"\r\n`
    const fake = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (data) => socket.write(data.includes('MONITOR') ? `+OK\r\n${line}` : `-ERR ${hostile}\r\n`))
    })
    await new Promise<void>((done) => fake.listen(0, '127.0.0.1', done))
    const address = `redis://127.0.0.1:${(fake.address() as AddressInfo).port}`
    const recorded = await onTerminal(['record', address, '--seconds', '0.1', '--debug'], color)
    expect(recorded.out).toMatch(/"GET" "\\u\{1b\}\]0;t\\u\{7\}/)
    expect(recorded.out).not.toMatch(unsafe)
    const failed = await onTerminal(['check', address, '--debug'], color)
    expect(withoutColors(recorded.err + failed.err)).not.toMatch(unsafe)
    fake.close()
  })
})

test('a pipe gets users and captures byte for byte', async () => {
  const { out } = await run(['pull', `redis://127.0.0.1:${server.port}`, '--out', '-'])
  expect(out).toContain(`~k${hostile}`)
})

test('JSON escapes what a terminal might interpret, and stays the same value', () => {
  const value = { [hostile]: [`${hostile}é😀\u{e0001}\n`, 1] }
  expect(jsonText(value, 2)).not.toMatch(unsafe)
  expect(jsonText(value)).toContain('é😀\\udb40\\udc01')
  expect(JSON.parse(jsonText(value, 2))).toEqual(value)
})
