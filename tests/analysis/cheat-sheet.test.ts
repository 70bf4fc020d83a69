import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { check } from '../../src/acl/check'
import { parseRule } from '../../src/acl/rule'
import { splitWords } from '../../src/acl/split'
import { Users } from '../../src/acl/users'
import { type CheatEntry, cheatEntries, cheatGroups, entriesOf, sinceWords } from '../../src/analysis/cheat-sheet'
import { explainRule, prefixRules, wordRules } from '../../src/analysis/explain-rule'
import { targetInfos } from '../../src/targets/infos'
import { loadTarget } from '../../src/targets/load'
import { usesOf } from '../../src/targets/uses'

const entries = cheatGroups.flatMap(entriesOf)

/** The kind of a rule, as the cheat sheet tells kinds apart. */
function slotOf(text: string): string {
  const rule = parseRule(fromText(text))
  if (rule.kind === 'flag') return rule.flag
  return rule.kind === 'reset' || rule.kind === 'all' ? `${rule.kind} ${rule.of}` : rule.kind
}

test('every kind of rule is in one group, and its entries are of that kind', () => {
  expect(cheatGroups.flatMap(({ slots }) => slots).toSorted()).toEqual(Object.keys(cheatEntries).toSorted())
  for (const [slot, list] of Object.entries(cheatEntries)) {
    expect(list.length).toBeGreaterThan(0)
    for (const { rule } of list) expect([rule, slotOf(rule)]).toEqual([rule, slot])
  }
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
  for (const { id } of entries) expect(id).toMatch(/^[a-z-]+$/)
})

test('every word and sign that completion offers has an entry', () => {
  for (const { word } of wordRules) expect(entries.map(({ rule }) => rule)).toContain(word)
  for (const { prefix } of prefixRules)
    expect([prefix, entries.some(({ rule }) => rule.startsWith(prefix))]).toEqual([prefix, true])
})

function isAccepted({ example, role, accepts = [], rejects = [], allows, denies }: CheatEntry, users: Users): unknown {
  if (role !== undefined) {
    const [name = '', ...rules] = role.split(' ')
    users.setRole(name, rules)
  }
  const words = example.match(/\([^)]*\)|\S+/g) ?? []
  const error = users.setUser('example', words)
  const user = users.get('example')
  if (error !== null || user === undefined) return error?.message
  const { table } = users.space
  const lines = [...allows.map((line) => [line, true] as const), ...denies.map((line) => [line, false] as const)]
  return {
    accepts: accepts.filter((password) => !user.accepts(password)),
    rejects: rejects.filter((password) => user.accepts(password)),
    wrong: lines.filter(([line, allowed]) => {
      const argv = splitWords(line)?.map(({ text }) => text) ?? []
      const command = table.resolve(argv)
      const found = targets.find((target) => target.table === table)
      if (command === undefined || found === undefined) return true
      return check(user, command, argv, usesOf(found, command, argv, 0)) !== allowed
    }),
  }
}
const targets = await Promise.all(targetInfos.map(({ id }) => loadTarget(id)))

test('every example does on every release what it says, or is rejected where the release lacks it', () => {
  for (const target of targets)
    for (const entry of entries) {
      // GETDEL came with 6.2.
      const denies = entry.denies.filter(
        (line) => target.table.resolve(splitWords(line)?.map(({ text }) => text) ?? []) !== undefined,
      )
      const told = isAccepted({ ...entry, denies }, new Users(target.table, target.behaviours))
      const has = entry.needs === undefined || target.behaviours[entry.needs] === true
      if (has)
        expect([target.label, entry.id, told]).toEqual([
          target.label,
          entry.id,
          { accepts: [], rejects: [], wrong: [] },
        ])
      else expect([target.label, entry.id, typeof told]).toEqual([target.label, entry.id, 'string'])
      const { more } = explainRule(entry.rule, target)
      if (entry.needs !== 'hasSubcommandRules')
        expect([target.label, entry.id, more?.startsWith('The server rejects') === true]).toEqual([
          target.label,
          entry.id,
          !has,
        ])
    }
})

test('the releases in which a rule came', () => {
  expect(sinceWords('hasSelectors')).toBe('Redis 7.0, Valkey 7.2')
  expect(sinceWords('hasDatabases')).toBe('Valkey 9.1')
  expect(sinceWords('hasRoles')).toBe('Valkey 9.2')
})
