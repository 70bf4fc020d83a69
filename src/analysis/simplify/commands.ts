import { resultOf, type AllowedCommands, type CommandSpace } from '../../acl/allowed'
import { hasBit } from '../../acl/bit-set'
import type { Bytes } from '../../acl/bytes'

/** Command rules of a selector that are compared; with more, they stay as they are. */
const MAX_RULES = 100
/** Commands that a category may hold too many, to be taken away again. */
const MAX_EXCEPTIONS = 3

/**
 * Returns shorter lists of command rules that allow the same commands from nothing, the shortest first: without rules
 * that change nothing, and with a category or a container command for several rules. Takes c·n² steps for n rules and c
 * categories; lists of more than 100 rules have none.
 */
export function shorterCommands(space: CommandSpace, rules: readonly Bytes[]): (readonly Bytes[])[] {
  const wanted = rules.length > MAX_RULES ? null : resultOf(space, rules)
  if (wanted === null) return []
  const containers = rules.flatMap((rule) => (rule.startsWith('+') && rule.includes('|') ? [rule.split('|')[0]] : []))
  const wider = [
    ...(wanted.future ? [] : [...space.table.categories].filter((name) => name !== 'all').map((name) => `+@${name}`)),
    ...new Set(containers.filter((one) => one !== undefined)),
  ]
  const lists = [[...rules], ...wider.flatMap((rule) => withWider(space, rules, rule, wanted))]
  return lists
    .map((list) => withoutUseless(space, list, wanted))
    .filter((list) => lengthOf(list) < lengthOf(rules))
    .sort((a, b) => lengthOf(a) - lengthOf(b))
}

export const lengthOf = (rules: readonly Bytes[]): number => rules.join(' ').length

/** Returns the rules after a wider one, and exceptions for what it allows too much; none where there are many. */
function withWider(space: CommandSpace, rules: readonly Bytes[], wider: Bytes, wanted: AllowedCommands): Bytes[][] {
  if (rules.includes(wider)) return []
  const made = resultOf(space, [wider, ...rules])
  if (made === null) return []
  const extra = space.table.commands.filter(({ index }) => hasBit(made.bits, index) && !hasBit(wanted.bits, index))
  if (extra.length > MAX_EXCEPTIONS) return []
  return [[wider, ...rules, ...extra.map(({ name }) => `-${name}`)]]
}

/** Returns the list without the rules that change nothing, the longest tried first. */
function withoutUseless(space: CommandSpace, rules: readonly Bytes[], wanted: AllowedCommands): readonly Bytes[] {
  let left = rules
  for (const rule of [...rules].sort((a, b) => b.length - a.length)) {
    const at = left.lastIndexOf(rule)
    const rest = left.filter((_, i) => i !== at)
    const result = resultOf(space, rest)
    if (result !== null && isSame(result, wanted)) left = rest
  }
  const result = resultOf(space, left)
  return result !== null && isSame(result, wanted) ? left : rules
}

/** Returns true if two sets allow the same, now and of commands that modules add later. */
const isSame = (a: AllowedCommands, b: AllowedCommands): boolean => a.future === b.future && a.allowsSameAs(b)
