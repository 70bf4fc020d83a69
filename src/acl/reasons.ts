import { wordAt } from './argv'
import { hasBit } from './bit-set'
import { lower, type Bytes } from './bytes'
import type { ChannelUse, Command, KeyUse } from './command'
import type { Rule } from './decision'
import { compileGlob } from './glob'
import { channelGrant, isResetOf, keyGrant, parseRule, readDatabases, type ParsedRule } from './rule'
import type { Selector } from './selector'

/**
 * Returns the rule that last switched a command on or off in a selector, or that allows these arguments; null if no rule
 * mentions the command, or it needs no permission (AUTH).
 */
export function commandRule(selector: Selector, command: Command, argv: readonly Bytes[]): Rule | null {
  const byRule = selector.commands.has(command.index)
  const byFirstArg = !byRule && selector.commands.allowsFirstArg(command, argv)
  if (!byRule && !byFirstArg && selector.commands.allows(command, argv)) return null
  for (const rule of [...selector.rules].reverse()) {
    const parsed = parseRule(rule.text)
    if (byFirstArg) {
      if (isFirstArgRule(selector, command, parsed, argv)) return rule
    } else if (isResetOf(parsed, 'user') || decides(selector, command, parsed)) return rule
  }
  return null
}

function isFirstArgRule(selector: Selector, command: Command, rule: ParsedRule, argv: readonly Bytes[]): boolean {
  if (rule.kind !== 'command' || !rule.allows) return false
  const name = lower(rule.name)
  const bar = name.indexOf('|')
  return (
    bar > -1 && selector.space.table.find(name.slice(0, bar)) === command && name.slice(bar + 1) === wordAt(argv, 1)
  )
}

/** Returns true if a rule switches a command on or off. */
function decides({ space }: Selector, command: Command, rule: ParsedRule): boolean {
  if (rule.kind === 'category') {
    const bits = space.category(rule.name)
    return rule.name === 'all' || (bits !== undefined && hasBit(bits, command.index))
  }
  const named = rule.kind === 'command' ? space.lookUp(rule.name) : undefined
  return named !== undefined && (named === command || named === command.parent)
}

/** Returns the rules whose patterns match a key and give any of the access it needs; of two rules of the same pattern, both. */
export function keyRules(selector: Selector, use: KeyUse): Rule[] {
  return sinceLast(selector.rules, 'keys').flatMap(({ rule, parsed }) => {
    const grant = keyGrant(parsed)
    if (grant === null) return []
    const gives = use.access === 0 || (grant.access & use.access) !== 0
    return gives && compileGlob(grant.pattern).matches(use.key) ? [rule] : []
  })
}

/** Returns the rule that grants a channel. */
export function channelRule(selector: Selector, use: ChannelUse): Rule | null {
  const found = sinceLast(selector.rules, 'channels').find(({ parsed }) => {
    if (parsed.kind !== 'channel') return channelGrant(parsed) !== null
    return selector.channels.some((one) => one.pattern === parsed.pattern && one.grants(use.channel, use.isPattern))
  })
  return found?.rule ?? null
}

/** Returns the rule that grants a database; null if all are granted by default. */
export function databaseRule(selector: Selector, db: number): Rule | null {
  for (const rule of [...selector.rules].reverse()) {
    const parsed = parseRule(rule.text)
    if (parsed.kind === 'all' && parsed.of === 'databases') return rule
    if (isResetOf(parsed, 'databases') || isResetOf(parsed, 'user')) return null
    if (parsed.kind !== 'databases') continue
    const databases = readDatabases(parsed.list)
    return typeof databases !== 'string' && databases.includes(db) ? rule : null
  }
  return null
}

interface KnownRule {
  readonly rule: Rule
  readonly parsed: ParsedRule
}

/** Returns the rules from the last one that resets all patterns or grants every name, including that one. */
function sinceLast(rules: readonly Rule[], of: 'keys' | 'channels'): readonly KnownRule[] {
  const known = rules.map((rule) => ({ rule, parsed: parseRule(rule.text) }))
  const last = known.findLastIndex(
    ({ parsed }) => isResetOf(parsed, of) || isResetOf(parsed, 'user') || (parsed.kind === 'all' && parsed.of === of),
  )
  return last < 0 ? known : known.slice(last)
}
