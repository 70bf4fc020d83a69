import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { allows } from '../../src/proof/command-line'
import { loadTarget } from '../../src/targets/load'
import { usesOf } from '../../src/targets/uses'
import { subjectOn } from '../proof/subjects'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

/** Command lines that servers read in ways of their own, with a user's rules, and whether it may run them. */
const cases: readonly (readonly [rules: string, argv: readonly string[], allowed: boolean])[] = [
  // SORT with BY: one selector must allow the whole line and read every key.
  ['+sort %R~* (+sort %R~?* %W~b)', ['SORT', 'a', 'BY', 'w_*'], true],
  ['+sort %R~* (+sort %R~?* %W~b)', ['SORT', 'a', 'BY', 'w_*', 'STORE', 'b'], false],
  ['+sort %R~* (+sort ~a)', ['SORT', 'a', 'BY', 'w_*'], true],
  ['+get %R~* (+sort ~a)', ['SORT', 'a', 'BY', 'w_*'], false],
  // COMMAND runs without a subcommand.
  ['+command', ['COMMAND'], true],
  ['+command|count +command|docs', ['COMMAND'], false],
  ['+@all -command', ['COMMAND'], false],
  // The pattern * does not match the empty name; all keys do.
  ['%RW~* +get', ['GET', ''], false],
  ['~* +get', ['GET', ''], true],
  // Bytes, not letters.
  ['~\xff +get', ['GET', '\xff'], true],
  ['~\xc3\xbf +get', ['GET', '\xff'], false],
  // A pattern that is subscribed to counts up to its first NUL.
  ['resetchannels &a +psubscribe', ['PSUBSCRIBE', 'a\0*'], true],
  ['resetchannels &a +psubscribe', ['PSUBSCRIBE', 'a*'], false],
  ['resetchannels &a[b +psubscribe', ['PSUBSCRIBE', 'a[b\0\x01-\xff]*'], true],
  // A number of keys that only the server's older functions read.
  ['~a +eval', ['EVAL', 'return 1', '01', 'b'], false],
  ['%R~a +eval', ['EVAL', 'return 1', '01', 'a'], true],
]

/** The answer is a refusal by the access check, or by SORT's own. */
function isDenied(answer: unknown): boolean {
  const { e } = (answer ?? {}) as { e?: string }
  return e !== undefined && /^NOPERM|insufficient ACL permissions/.test(e)
}

/** Command lines whose keys differ between releases of one line. */
const lines = [
  'GEORADIUS a 0 0 1 m STORE b STORE c',
  'SORT a STORE BY STORE b',
  'XREAD STREAMS x b 0',
  'XREADGROUP GROUP g c STREAMS x b >',
  'PFMERGE x',
] as const

describe.each(installedOracles())('$program', ({ program, target: id }) => {
  test('the installed release finds the keys that the target of its release finds', async () => {
    const target = await loadTarget(id)
    const live = await LiveServer.start(program)
    try {
      const client = await WireClient.open(live.port)
      for (const line of lines) {
        const argv = line.split(' ')
        const command = target.table.resolve(argv)
        const found = command === undefined ? [] : usesOf(target, command, argv, 0).keys.map(({ key }) => key)
        const answer = await client.send(['COMMAND', 'GETKEYS', ...argv])
        expect([line, Array.isArray(answer) ? answer : []]).toEqual([line, found])
      }
      client.close()
    } finally {
      await live.stop()
    }
  })

  test('command lines that are read in ways of their own are allowed as the engine says', async () => {
    const target = await loadTarget(id)
    const live = await LiveServer.start(program)
    try {
      for (const [rules, argv, allowed] of cases) {
        const subject = subjectOn(target, rules)
        const admin = await WireClient.open(live.port)
        await admin.send(['ACL', 'SETUSER', 'u', 'reset', 'on', 'nopass', ...(rules.match(/\([^)]*\)|\S+/g) ?? [])])
        const client = await WireClient.open(live.port)
        await client.send(['AUTH', 'u', 'x'])
        const answer = await client.send(argv)
        client.close()
        admin.close()
        expect([rules, argv, isDenied(answer)]).toEqual([rules, argv, !allowed])
        expect([rules, argv, allows(subject, { argv, db: 0 })]).toEqual([rules, argv, allowed])
      }
    } finally {
      await live.stop()
    }
  })

  test('a message reaches a subscriber whose pattern goes on after a NUL', async () => {
    const live = await LiveServer.start(program)
    const [admin, client] = [await WireClient.open(live.port), await WireClient.open(live.port)]
    try {
      await admin.send(['ACL', 'SETUSER', 'u', 'reset', 'on', 'nopass', '&a', '+psubscribe'].map(fromText))
      await client.send(['AUTH', 'u', 'x'])
      await client.send(['PSUBSCRIBE', 'a\0*'])
      expect(await admin.send(['PUBLISH', 'a\0secret', 'hello'])).toEqual({ i: 1 })
      expect(await admin.send(['PUBLISH', 'a', 'hello'])).toEqual({ i: 0 })
    } finally {
      admin.close()
      client.close()
      await live.stop()
    }
  })
})
