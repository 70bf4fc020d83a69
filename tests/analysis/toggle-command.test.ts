import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permissionSet } from '../../src/analysis/permissions'
import { toggleCommand } from '../../src/analysis/toggle-command'
import { applyEdits, findUserText, userOfText } from '../../src/analysis/user-text'
import { loadTarget } from '../../src/targets/load'
import { runs } from '../runs'

const target = await loadTarget('redis-8.0')

/** The line after a command was allowed or denied, and what is told of it. */
function toggled(line: string, name: string, allows: boolean): unknown[] {
  const acl = `user default off\n${line}\nuser other on`
  const user = userOfText(acl, 'u', target)
  const command = target.table.find(name)
  if (user === null || command === undefined) throw new Error(line)
  const found = toggleCommand(acl, user, command, allows, target)
  if (found === null) return []
  const after = applyEdits(acl, found.edits).split('\n')
  expect([after[0], after[2], found.line]).toEqual(['user default off', 'user other on', 2])
  return [after[1], found.isProved, ...found.others]
}

test.each([
  ['user u on ~a:* +@read', 'flushall', true, ['user u on ~a:* +@read +flushall', true]],
  ['user u on ~a:* +@all -flushall +get', 'flushall', true, ['user u on ~a:* +@all +get', true]],
  ['user u on ~a:* +@all', 'flushall', false, ['user u on ~a:* +@all -flushall', true]],
  ['user u on ~a:* +get +set', 'set', false, ['user u on ~a:* +get', true]],
  ['user u on ~a:* +@read +GET', 'get', false, ['user u on ~a:* +@read +GET -get', true]],
  ['user u on ~a:* +get (+get ~b:*)', 'get', false, ['user u on ~a:* (~b:*)', true]],
  [
    'user u on +ping (+@read ~b:*)  (+get ~c)',
    'get',
    false,
    ['user u on +ping (+@read ~b:* -get)  (+get ~c -get)', true],
  ],
  ['user u on +config', 'config|set', false, ['user u on +config -config|set', true]],
  ['user u on +select|0', 'select', false, ['user u on +select|0 -select', true]],
  ['user u on +ping ("+get" ~x)', 'get', false, []],
  ['user u on +ping', 'auth', false, []],
  ['user u on +ping', 'get', false, []],
] as const)('%s, %s: %s', (line, name, allows, told) => expect(toggled(line, name, allows)).toEqual(told))

test('the words of a line are found where they stand', () => {
  const acl = 'user a on\nuser u  on ~a (+get ~b) () >p (~c\n'
  const found = findUserText(acl, 'u', true)
  expect(found?.tokens.map(({ text, from, to, selector }) => [text, acl.slice(from, to) === text, selector])).toEqual([
    ['on', true, 0],
    ['~a', true, 0],
    ['+get', true, 1],
    ['~b', true, 1],
    ['>p', true, 0],
    ['~c', true, 3],
  ])
  expect(findUserText('user u (~a', 'u', false)?.tokens.map(({ text }) => text)).toEqual(['(~a'])
})

const rules = fc.constantFrom(
  '+@all',
  '-@all',
  '+@read',
  '-@write',
  '+get',
  '-get',
  '+set',
  '+config|get',
  '-config',
  '~a:*',
  '%R~b',
  '+flushall',
  '-@dangerous',
  '(+get ~x)',
  '(+@write %W~y +config)',
  '&n:*',
  '+select|1',
)
const names = fc.constantFrom('get', 'set', 'flushall', 'config|get', 'config|set', 'select', 'publish')

test('a proved edit changes this command alone, and leaves every other word as written', () =>
  fc.assert(
    fc.property(fc.array(rules, { maxLength: 8 }), names, fc.boolean(), (list, name, allows) => {
      const acl = `user u on nopass ${list.join('  ')}`
      const before = userOfText(acl, 'u', target)
      const command = target.table.find(name)
      if (before === null || command === undefined) return
      const found = toggleCommand(acl, before, command, allows, target)
      if (found === null) return
      const after = userOfText(applyEdits(acl, found.edits), 'u', target)
      if (after === null) throw new Error('rejected')
      const [was, is] = [permissionSet(before), permissionSet(after)]
      expect(is.cell(command)).toBe(allows ? 'all' : 'none')
      if (found.isProved)
        for (const other of target.table.commands)
          if (other !== command && other.subcommands === null)
            expect([other.name, is.cell(other)]).toEqual([other.name, was.cell(other)])
      const words = (text: string): string[] => (findUserText(text, 'u', true)?.tokens ?? []).map((token) => token.text)
      const kept = words(acl)
      for (const word of found.removed) kept.splice(kept.indexOf(word), 1)
      expect(words(applyEdits(acl, found.edits)).filter((word) => !found.added.includes(word))).toEqual(
        kept.filter((word) => !found.added.includes(word)),
      )
    }),
    { numRuns: runs(40) },
  ))
