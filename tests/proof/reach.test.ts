import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { READ, WRITE } from '../../src/acl/command'
import { compileGlob } from '../../src/acl/glob'
import { union } from '../../src/proof/language'
import type { Subject } from '../../src/proof/permissions'
import {
  channelBeyond,
  channelOutside,
  channelWithin,
  databaseUse,
  keyBeyond,
  keyOutside,
  keyWithin,
  runOf,
} from '../../src/proof/reach'
import type { Need } from '../../src/proof/reached'
import { runDenied } from '../../src/proof/run-denied'
import { allows } from '../../src/proof/command-line'
import { performedAccess } from '../../src/targets/performed-access'
import { loadTarget } from '../../src/targets/load'
import type { Target } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { runs } from '../runs'
import { argvOf, subject, subjectOn } from './subjects'

let target: Target
beforeAll(async () => {
  target = await loadTarget('redis-8.0')
})

const letters = ['a', 'b', '1']
const names = [1, 2, 3].reduce<string[][]>(
  (all, n) => [...all, n === 1 ? letters : (all.at(-1) ?? []).flatMap((name) => letters.map((c) => name + c))],
  [],
)
const keys = names.flat()

/** Every way of writing these commands, as far as permissions can tell them apart. */
const lines: readonly ((key: string, other: string) => string)[] = [
  (k) => `get ${k}`,
  (k) => `set ${k} x`,
  (k) => `set ${k} x GET`,
  (k) => `del ${k}`,
  (k) => `exists ${k}`,
  (k) => `strlen ${k}`,
  (k, o) => `rename ${k} ${o}`,
  (k, o) => `rename ${o} ${k}`,
  (k, o) => `copy ${k} ${o}`,
  (k, o) => `copy ${o} ${k}`,
  (k) => `sort ${k}`,
  (k, o) => `sort ${k} STORE ${o}`,
  (k, o) => `sort ${o} STORE ${k}`,
  (k, o) => `eval x 2 ${k} ${o}`,
  (k) => `xread STREAMS ${k} 0`,
  (k) => `xread COUNT 1 STREAMS ${k} 0`,
  (k) => `xread BLOCK 1 STREAMS ${k} 0`,
  (k) => `sintercard 1 ${k}`,
  (k, o) => `sintercard 2 ${k} ${o}`,
  (k, o) => `sintercard 2 ${o} ${k}`,
]
const commands = ['get', 'set', 'del', 'exists', 'strlen', 'rename', 'copy', 'sort', 'eval', 'xread', 'sintercard']

const pattern = fc.stringMatching(/^[ab1?*]{1,3}$|^\[a1\]\*$|^\[\^a\]$/)
const keyRule = fc
  .tuple(fc.constantFrom('~', '%R~', '%W~', '%RW~'), pattern)
  .map(([prefix, glob]) => `${prefix}${glob}`)
  // Servers refuse a pattern after ~*.
  .filter((rule) => rule !== '~*')
const commandRule = fc.constantFrom(
  ...commands.map((name) => `+${name}`),
  '+@read',
  '-get',
  '+get|a',
  '+select|0',
  '+xread|count',
  '+xread|streams',
  '+sintercard|2',
)
const selector = fc
  .tuple(fc.array(keyRule, { maxLength: 3 }), fc.array(commandRule, { minLength: 1, maxLength: 3 }))
  .map(([patterns, rules]) => [...patterns, ...rules].join(' '))
const only = commands.map((name) => `+${name}`).join(' ')
const user = fc
  .tuple(selector, fc.option(selector))
  .map(([root, more]) => (more === null ? root : `${root} (${more})`))
  // @read has commands that the list above has not.
  .map((rules) => rules.replaceAll('+@read', only))
const need = fc.constantFrom<Need>('read', 'write', 'access')

/** Returns true if a command line accesses a key that it names, and is allowed: by the engine, one line at a time. */
function accessesKey(who: Subject, argv: string[], key: string, wanted: Need): boolean {
  const command = target.table.resolve(argv)
  if (command === undefined || !allows(who, { argv, db: 0 })) return false
  const { keys: uses } = usesOf(target, command, argv, 0)
  const done = performedAccess(target, command, argv, uses)
  return uses.some(
    (use, i) => use.key === key && (wanted === 'access' || ((done[i] ?? 0) & (wanted === 'read' ? READ : WRITE)) !== 0),
  )
}

function reaches(who: Subject, key: string, wanted: Need): boolean {
  return lines.some((line) =>
    line('x', 'y') === line('x', 'z')
      ? accessesKey(who, argvOf(line(key, '')), key, wanted)
      : [...keys, key].some((other) => accessesKey(who, argvOf(line(key, other)), key, wanted)),
  )
}

test('what is said of keys is what the engine says of every key of up to three bytes', () => {
  fc.assert(
    fc.property(user, fc.array(pattern, { minLength: 1, maxLength: 2 }), need, (rules, patterns, wanted) => {
      const who = subjectOn(target, rules)
      const set = union(patterns)
      const globs = patterns.map((text) => compileGlob(text))
      const isIn = (key: string): boolean => globs.some((glob) => glob.matches(key))
      const reached = new Set(keys.filter((key) => reaches(who, key, wanted)))

      const within = keyWithin(who, wanted, set)
      expect(within.kind).not.toBe('undecided')
      if (within.kind === 'line') {
        expect(isIn(within.name ?? '')).toBe(true)
        expect(accessesKey(who, [...within.line.argv], within.name ?? '', wanted)).toBe(true)
      } else expect(keys.filter((key) => isIn(key) && reached.has(key))).toEqual([])

      const out = keyOutside(who, wanted, set)
      expect(out.kind).not.toBe('undecided')
      if (out.kind === 'line') {
        expect(isIn(out.name ?? '')).toBe(false)
        expect(accessesKey(who, [...out.line.argv], out.name ?? '', wanted)).toBe(true)
      } else expect(keys.filter((key) => !isIn(key) && reached.has(key))).toEqual([])

      const gap = keyBeyond(who, wanted, set)
      expect(gap.kind).not.toBe('undecided')
      if (gap.kind === 'gap') {
        expect(isIn(gap.name)).toBe(true)
        expect(reaches(who, gap.name, wanted)).toBe(false)
      } else expect(keys.filter((key) => isIn(key) && !reached.has(key))).toEqual([])
    }),
    { numRuns: runs(150) },
  )
})

test('a first argument that is an option or a number of keys reaches keys that other first arguments do not', () => {
  for (const [rules, line] of [
    ['~* +get|a:1 +xread|count', 'xread count 1 STREAMS b 0'],
    ['~* +get|a:1 +xread|BLOCK', 'xread BLOCK 1 STREAMS b 0'],
    ['~* +get|a:1 +sintercard|3', 'sintercard 3 b x x'],
    ['~* +get|a:1 +zunion|2', 'zunion 2 b x'],
  ] as const) {
    const found = keyWithin(subjectOn(target, rules), 'read', union(['b']))
    expect(found.kind === 'line' ? found.line.argv.join(' ') : found.kind).toBe(line)
  }
  // An option that no release knows, or more keys than are tried, is not said to reach nothing.
  for (const rules of ['~* +get|a:1 +xread|foo', '~* +get|a:1 +sintercard|1000000'])
    expect(keyWithin(subjectOn(target, rules), 'read', union(['b'])).kind).toBe('undecided')
  expect(keyWithin(subjectOn(target, '~* +get|a:1 +sintercard|0'), 'read', union(['b'])).kind).toBe('none')
})

test('a command can be run on keys exactly where the engine allows it on each of them', () => {
  const simple: Readonly<Record<string, (key: string) => string>> = {
    get: (k) => `get ${k}`,
    set: (k) => `set ${k} x`,
    del: (k) => `del ${k}`,
    exists: (k) => `exists ${k}`,
  }
  fc.assert(
    fc.property(user, pattern, fc.constantFrom(...Object.keys(simple)), (rules, glob, name) => {
      const who = subjectOn(target, rules)
      const command = target.table.find(name)
      const make = simple[name]
      if (command === undefined || make === undefined) throw new Error(name)
      const matching = keys.filter((key) => compileGlob(glob).matches(key))
      const denied = runDenied(who, command, union([glob]))
      const single = matching.filter((key) => !allows(who, { argv: argvOf(make(key)), db: 0 }))
      if (denied.kind === 'none') expect(single).toEqual([])
      else if (denied.kind === 'denied') {
        expect(allows(who, denied.line)).toBe(false)
        expect(denied.line.argv[0]).toBe(name)
      } else expect(rules).toContain('+get|a')
      const some = runOf(who, new Set([command]), union([glob]))
      if (some.kind === 'none')
        expect(matching.filter((key) => allows(who, { argv: argvOf(make(key)), db: 0 }))).toEqual([])
    }),
    { numRuns: runs(150) },
  )
})

test('channels: what is published to, and what a granted pattern receives', async () => {
  const chat = await subject('resetchannels &chat:* +publish')
  expect(channelWithin(chat, union(['chat:1']))).toMatchObject({
    kind: 'line',
    line: { argv: ['publish', 'chat:1', 'x'] },
  })
  expect(channelWithin(chat, union(['news:*']))).toEqual({ kind: 'none' })
  expect(channelOutside(chat, union(['chat:*', 'x']))).toEqual({ kind: 'none' })
  expect(channelOutside(chat, union(['chat:1*']))).toMatchObject({ kind: 'line', name: 'chat:' })
  expect(channelBeyond(chat, union(['chat:?']))).toEqual({ kind: 'none' })
  expect(channelBeyond(chat, union(['ch*']))).toEqual({ kind: 'gap', name: 'ch' })
  const listener = await subject('resetchannels &n*s +psubscribe')
  expect(channelWithin(listener, union(['news']))).toMatchObject({
    kind: 'line',
    name: 'news',
    line: { argv: ['psubscribe', 'n*s'] },
  })
  expect(channelWithin(await subject('allchannels +psubscribe'), union(['a*']))).toMatchObject({ kind: 'line' })
  // From 7.0 on, what follows a NUL is not compared, but is part of the pattern that is subscribed to.
  for (const [rules, channels, name, line] of [
    ['&a +psubscribe', 'a', 'a\0', 'a\0*'],
    ['&a[bc +psubscribe', 'a?', 'ab', 'a[bc\0\x01-\xff]*'],
    ['&a[^bc +psubscribe', 'a?', 'ax', 'a[^bc\0]*'],
  ] as const) {
    const user = await subject(rules)
    const found = channelOutside(user, union([channels]))
    expect(found).toMatchObject({ kind: 'line', line: { argv: ['psubscribe', line] } })
    expect(found.kind === 'line' && found.name?.startsWith(name.slice(0, 1))).toBe(true)
    expect(found.kind === 'line' && compileGlob(line).matches(found.name ?? '')).toBe(true)
  }
  expect(channelOutside(await subject('resetchannels &a +psubscribe', 'redis-6.2'), union(['a']))).toEqual({
    kind: 'none',
  })
  expect(channelWithin(await subject('allchannels +get ~*'), union(['a*']))).toEqual({ kind: 'none' })
})

test('databases: where they are restricted, and where they are not', async () => {
  const one = await subject('db=1 ~* +get +select', 'valkey-9.1')
  expect(databaseUse(one, 1).kind).toBe('line')
  expect(databaseUse(one, 0).kind).toBe('none')
  expect(databaseUse(await subject('db=1 ~* +get', 'valkey-9.1'), 1).kind).toBe('none')
  expect(databaseUse(await subject('~* +get +select'), 3).kind).toBe('line')
  expect(databaseUse(await subject('~* +get'), 3).kind).toBe('none')
  expect(databaseUse(await subject('~* +get'), 0).kind).toBe('line')
})

test('a user that cannot log in reaches nothing', async () => {
  const who = await subject('off ~* +@all')
  expect(keyWithin(who, 'access', union(['*']))).toEqual({ kind: 'none' })
  expect(keyBeyond(who, 'read', union(['a']))).toEqual({ kind: 'gap', name: 'a' })
})
