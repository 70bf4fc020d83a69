import { expect } from 'vitest'
import type { Bytes } from '../../../../src/acl/bytes'
import { check } from '../../../../src/acl/check'
import { compileGlob } from '../../../../src/acl/glob'
import { READ, takesKeys } from '../../../../src/acl/command'
import { Users } from '../../../../src/acl/users'
import { usesOf } from '../../../../src/targets/uses'
import { commandsIn, names, patternOf, tokenOf, verdict, type Said, type Truth } from './said'

/** A name that no selector grants for an access; undefined where all of the known ones are granted. */
function ungranted({ user }: Said, access: number, among: readonly Bytes[]): Bytes | undefined {
  return among.find(
    (name) =>
      !user.selectors.some(
        (selector) =>
          selector.allKeys ||
          selector.keys.some((key) => (key.access & access) !== 0 && compileGlob(key.pattern).matches(name)),
      ),
  )
}

const denied = (said: Said, commands: readonly (readonly string[])[]): void => {
  expect(commands.length).toBeGreaterThan(0)
  for (const argv of commands)
    if (said.target.table.resolve(argv) !== undefined)
      expect(verdict(said.target, said.user, [...argv, 'x', 'x', 'x']), argv.join(' ')).toBe(false)
}

/** Command lines with two keys each. */
const twoKeys: Readonly<Record<string, (a: Bytes, b: Bytes) => readonly Bytes[]>> = {
  copy: (a, b) => ['copy', a, b],
  rename: (a, b) => ['rename', a, b],
  sunionstore: (a, b) => ['sunionstore', a, b],
  mget: (a, b) => ['mget', a, b],
  mset: (a, b) => ['mset', a, '1', b, '1'],
  del: (a, b) => ['del', a, b],
  smove: (a, b) => ['smove', a, b, 'm'],
  lmove: (a, b) => ['lmove', a, b, 'left', 'right'],
  exists: (a, b) => ['exists', a, b],
  lcs: (a, b) => ['lcs', a, b],
}

/** By code: whether what diagnostics say of commands is true. */
export const commands: Readonly<Record<string, Truth>> = {
  'keys-no-commands': (said) => {
    const { selector } = tokenOf(said)
    const own = said.user.selectors[selector]
    expect(said.target.table.commands.filter(({ index }) => own?.commands.has(index))).toEqual([])
    if (said.user.selectors.length === 1)
      for (const [i, { argv, command }] of said.lines.entries())
        if (i % 11 === 0 && takesKeys(command))
          expect(verdict(said.target, said.user, argv), argv.join(' ')).toBe(false)
  },
  'split-access': (said) => {
    const { pattern, selector } = tokenOf(said)
    const own = said.user.selectors[selector]
    const granted = names.filter((name) => compileGlob(pattern?.text ?? '').matches(name))
    const listed = commandsIn(said.report.message.split(/: |, which/)[0] ?? '')
    expect(listed.length).toBeGreaterThan(0)
    if (own === undefined || (!own.allDatabases && own.databases.length === 0)) return
    if (said.report.message.startsWith('Read')) {
      for (const name of granted.slice(0, 2))
        expect(verdict(said.target, said.user, ['xreadgroup', 'group', 'g', 'c', 'streams', name, '>'])).toBe(true)
      return
    }
    const name = ungranted(said, READ, granted)
    if (name === undefined) return
    for (const argv of listed) expect(verdict(said.target, said.user, [...argv, name, '1', '1'])).toBe(false)
    for (const [command, argv] of [
      ['set', ['set', name, '1']],
      ['del', ['del', name]],
      ['expire', ['expire', name, '1']],
    ] as const)
      if (own.commands.has(said.target.table.find(command)?.index ?? -1))
        expect(verdict(said.target, said.user, argv), command).toBe(true)
  },
  'script-keys': (said) => {
    const name = ungranted(said, 3, [...names, 'not:granted'])
    if (name === undefined) return
    for (const command of ['eval', 'evalsha', 'fcall'])
      if (said.target.table.find(command) !== undefined)
        expect(verdict(said.target, said.user, [command, 'x', '1', name]), command).toBe(false)
  },
  'read-write-gaps': (said) => {
    const listed = commandsIn(said.report.message.split('contain ')[1] ?? '')
    denied(
      said,
      listed.filter(([name]) => name !== 'ping' && name !== 'eval'),
    )
    for (const [name = ''] of listed) {
      const categories = said.target.table.find(name)?.categories ?? []
      expect(
        categories.filter((one) => one === 'read' || one === 'write'),
        name,
      ).toEqual([])
    }
  },
  'type-category-gaps': (said) => {
    denied(said, commandsIn('DEL, EXPIRE, EXISTS or TTL'))
    const members = said.target.table.inCategory(tokenOf(said).word.slice(2)) ?? []
    expect(members.filter(({ name }) => ['del', 'expire', 'exists', 'ttl'].includes(name))).toEqual([])
  },
  'selectors-dont-union': (said) => {
    const granted = names.map((name) =>
      said.user.selectors.flatMap((selector, i) =>
        selector.allKeys || selector.keys.some(({ pattern }) => compileGlob(pattern).matches(name)) ? [i] : [],
      ),
    )
    for (const [a, of] of granted.entries())
      for (const [b, others] of granted.entries()) {
        if (of.length === 0 || others.length === 0 || of.some((i) => others.includes(i))) continue
        for (const [name = ''] of commandsIn(said.report.message.split('(')[1] ?? '')) {
          const argv = twoKeys[name]?.(names[a] ?? '', names[b] ?? '')
          if (argv !== undefined) expect(verdict(said.target, said.user, argv), argv.join(' ')).toBe(false)
        }
      }
  },
  'firstarg-deprecated': (said) => {
    const user = new Users(said.target.table, said.target.behaviours).newUser('other')
    for (const rule of ['~*', '&*', tokenOf(said).text]) expect(user.apply(rule)).toBe(null)
    const [name = '', argument = ''] = tokenOf(said).text.slice(1).split('|')
    expect(verdict(said.target, user, [name, argument, 'x'])).toBe(true)
    expect(verdict(said.target, user, [name, 'zz', 'x'])).toBe(false)
  },
  'db-default-0': (said) => {
    for (const [i, { argv, command }] of said.lines.entries()) {
      if (i % 3 !== 0 || command.firstKey === 0 || command.categories.includes('pubsub')) continue
      if (!check(said.user, command, argv, usesOf(said.target, command, argv, 0))) continue
      throw new Error(`${argv.join(' ')} in database 0`)
    }
  },
  'consumer-groups': (said) => {
    const { selector } = tokenOf(said)
    const own = said.user.selectors[selector]
    if (own === undefined || (!own.allDatabases && own.databases.length === 0)) return
    for (const group of ['a', 'b', 'secret'])
      for (const name of names.slice(0, 6))
        expect(verdict(said.target, said.user, ['xack', name, group, '0'])).toBe(
          verdict(said.target, said.user, ['xack', name, 'x', '0']),
        )
  },
  'psubscribe-literal': (said) => {
    if (said.user.selectors.some(({ allChannels }) => allChannels)) return
    const pattern = patternOf(said)
    expect(verdict(said.target, said.user, ['psubscribe', `${pattern}zz`])).toBe(false)
  },
}
