import { expect } from 'vitest'
import { toText, type Bytes } from '../../../../src/acl/bytes'
import { compileGlob } from '../../../../src/acl/glob'
import { loadAclFile } from '../../../../src/acl/load'
import { Users } from '../../../../src/acl/users'
import { expandBraces } from '../../../../src/analysis/diagnostics/shell-glob'
import { names, patternOf, type Truth } from './said'

const matches = (pattern: Bytes, name: Bytes): boolean => compileGlob(pattern).matches(name)

/** A name that a reader expects a pattern to match. */
const filled = (pattern: Bytes): Bytes => pattern.replaceAll('*', 'z').replaceAll('?', 'z')

/** By code: whether what diagnostics say of patterns is true. */
export const patterns: Readonly<Record<string, Truth>> = {
  'shell-glob': (said) => {
    const pattern = patternOf(said)
    const { message } = said.report
    if (message.startsWith('Braces')) {
      const [literal = ''] = /contain (.*) literally/.exec(message)?.slice(1) ?? []
      for (const one of expandBraces(pattern) ?? []) expect([one, matches(pattern, filled(one))]).toEqual([one, false])
      if (!/[*?[\\]/.test(literal)) expect(matches(pattern, filled(pattern))).toBe(true)
    } else if (message.startsWith('A bar')) {
      for (const one of pattern.split('|'))
        expect([one, matches(pattern, filled(one))]).toEqual([one, one.endsWith('*') && pattern.startsWith('*')])
    } else if (message.startsWith('** is the same')) {
      const other = pattern.replace(/\*{2,}/g, '*')
      for (const name of [...names, filled(pattern)]) expect(matches(pattern, name)).toBe(matches(other, name))
      expect(matches(pattern, pattern.replaceAll('**', 'a:b:c'))).toBe(true)
    } else if (message.includes(' is not ')) {
      expect(matches(pattern, '')).toBe(false)
    } else if (message.includes('regular expression')) {
      for (const sign of ['^', '$', '.']) {
        expect(matches(sign, sign)).toBe(true)
        expect(matches(sign, 'a')).toBe(false)
      }
    }
  },
  'negated-pattern': (said) => {
    const pattern = patternOf(said)
    for (const name of [...names, 'a', pattern, filled(pattern)])
      if (matches(pattern, name)) expect(name[0]).toBe(pattern[0])
  },
  'negated-class': (said) => {
    const [written = ''] = /^\S+/.exec(said.report.message) ?? []
    for (const letter of written.slice(2, -1)) expect(matches(written, letter)).toBe(false)
    for (const other of ['~', '!']) expect(matches(written, other)).toBe(true)
  },
  'leading-star': (said) => {
    const [, example = ''] = /such as (.*)\.$/.exec(said.report.message) ?? []
    expect(matches(patternOf(said), example)).toBe(true)
  },
  'no-delimiter': (said) => {
    const [, first = '', second = ''] = /also matches (\S+) and (\S+)\.$/.exec(said.report.message) ?? []
    expect([matches(patternOf(said), first), matches(patternOf(said), second)]).toEqual([true, true])
  },
  'exact-not-prefix': (said) => {
    const pattern = patternOf(said)
    for (const name of [...names, `${pattern}1`, `x${pattern}`]) expect(matches(pattern, name)).toBe(name === pattern)
    expect(matches(pattern, pattern)).toBe(true)
  },
  'unclosed-bracket': (said) => {
    const pattern = patternOf(said)
    const rest = pattern.slice(pattern.indexOf('['))
    for (const byte of ['', ...rest, 'z'])
      for (const before of ['', ...names, pattern.slice(0, pattern.indexOf('['))])
        expect(matches(pattern, before + byte)).toBe(matches(`${pattern}]`, before + byte))
  },
  'empty-pattern': (said) => {
    for (const name of names) expect(matches(patternOf(said), name)).toBe(name === '')
  },
  'unloadable-list': ({ target, user }) => {
    const printed = user.describe()
    const again = loadAclFile(new Users(target.table, target.behaviours), printed, 'users.acl')
    expect(again.ok ? toText(again.users.get(user.name)?.describe() ?? '') : 'refused').not.toBe(toText(printed))
  },
}
