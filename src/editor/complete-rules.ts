import type { Completion } from '@codemirror/autocomplete'
import { commandTitle } from '../analysis/command-title'
import { categoryHolds, explainRule, prefixRules, wordRules } from '../analysis/explain-rule'
import { fromText, toText, type Bytes } from '../acl/bytes'
import type { Role } from '../acl/role'
import { isSignedPattern } from '../acl/rule'
import { plural } from '../analysis/numbers'
import { literalPattern } from '../analysis/suggest'
import { loadedDocs } from '../targets/load'
import type { Target } from '../targets/target'
import type { World } from './world'

const commandOptions = new WeakMap<Target, Map<string, readonly Completion[]>>()

/**
 * Returns the commands and categories of a target with a sign: `+get`, `+@read` with its number of commands. Cached.
 */
function signed(target: Target, sign: '+' | '-'): readonly Completion[] {
  let bySign = commandOptions.get(target)
  if (!bySign) commandOptions.set(target, (bySign = new Map<string, readonly Completion[]>()))
  let options = bySign.get(sign)
  if (!options) {
    const { table } = target
    const category = (name: string): Completion => ({
      label: `${sign}@${name}`,
      type: 'category',
      detail: categoryHolds(name, table)?.count ?? '',
      info: categoryHolds(name, table)?.list ?? '',
      boost: 1,
    })
    const command = (name: string): Completion => ({
      label: `${sign}${name}`,
      type: 'command',
      detail: explainRule(`+${name}`, target).more?.slice(0, -1).replace('In ', '') ?? '',
      info: () => summaryOf(name, target),
    })
    options = [
      category('all'),
      ...table.categories.map(category),
      ...table.commands
        .filter((c) => c.parent === null)
        .map((c) => command(c.name))
        .sort((a, b) => (a.label < b.label ? -1 : 1)),
    ]
    bySign.set(sign, options)
  }
  return options
}

/** Returns a short description of a command, once descriptions are loaded. */
function summaryOf(name: string, target: Target): Node | null {
  const summary = loadedDocs(target)?.get(name.toLowerCase())?.summary
  return summary === undefined ? null : document.createTextNode(summary)
}

function subcommands(target: Target, sign: string, container: string): Completion[] {
  const command = target.table.find(container)
  return [...(command?.subcommands?.keys() ?? [])].sort().map((sub) => ({
    label: `${sign}${container}|${sub}`,
    displayLabel: sub,
    type: 'command',
    detail: `${commandTitle(container)} ${sub.toUpperCase()}`,
  }))
}

/**
 * Returns the completions at the start of a rule: words and signs with their meaning, as far as the target supports
 * them.
 */
function starts(target: Target): Completion[] {
  const has = (needs: (typeof prefixRules)[number]['needs']): boolean =>
    needs === undefined || target.behaviours[needs] !== false
  return [
    ...prefixRules
      .filter((rule) => has(rule.needs))
      .map((rule) => ({ label: rule.prefix, type: 'prefix', detail: rule.summary, boost: 2 })),
    ...wordRules
      .filter((rule) => has(rule.needs))
      .map((rule) => ({
        label: rule.word,
        type: 'flag',
        info: rule.more ?? '',
        detail: rule.summary.replace(/\.$/, ''),
      })),
  ]
}

/**
 * Returns the whole rules that complete `typed`.
 * @param typed the rule up to the cursor, without an opening bracket
 */
export function completeRule(typed: string, target: Target): readonly Completion[] {
  const sign = typed[0]
  if (sign === '+' || sign === '-') {
    const bar = typed.indexOf('|')
    return bar < 0
      ? signed(target, sign)
      : target.behaviours.hasSubcommandRules
        ? subcommands(target, sign, typed.slice(1, bar))
        : []
  }
  if (sign === '%') {
    return target.behaviours.hasSelectors ? starts(target).filter((option) => option.label.startsWith('%')) : []
  }
  return sign === undefined || /[a-z]/i.test(sign) ? starts(target) : []
}

/** The number of characters of a role's rules that are shown. */
const MOST_RULES = 48

/**
 * Returns the roles that complete the last name of `role=a,b`, without those that are named before it.
 * @param typed the rule up to the cursor
 */
export function completeRoles(typed: string, roles: ReadonlyMap<Bytes, Role>): readonly Completion[] {
  const named = typed.slice('role='.length).split(',').slice(0, -1)
  return [...roles.values()].flatMap((role): Completion[] => {
    const label = toText(role.name)
    if (named.includes(label)) return []
    const rules = toText(role.describe()).slice(`role ${label} `.length)
    const detail = rules.length > MOST_RULES ? `${rules.slice(0, MOST_RULES)}…` : rules
    return [{ label, type: 'user', detail }]
  })
}

/** The maximum number of patterns to offer. */
const MOST_PATTERNS = 60

/**
 * Returns patterns of existing keys after `~`, `%R~` and similar, and of known channels after `&`: a pattern for each
 * prefix that ends with a delimiter, with the number of current matches, then the names themselves.
 * @param typed the rule up to the cursor
 */
export function completePattern(typed: string, world: Pick<World, 'keys' | 'channels'>): readonly Completion[] {
  if (!isSignedPattern(typed)) return []
  const sign = typed.slice(0, typed.search(/[~&]/) + 1)
  const [keys, noun, type] = sign === '&' ? [world.channels.names, 'channel', 'chan'] : [world.keys, 'key', 'key']
  const counts = new Map<string, number>()
  for (const key of keys) {
    for (const { index } of key.matchAll(/[:/.|]/g)) {
      const start = key.slice(0, index + 1)
      counts.set(start, (counts.get(start) ?? 0) + 1)
    }
  }
  const pattern = (key: string): string => toText(literalPattern(fromText(key)))
  const starts = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, MOST_PATTERNS)
  return [
    ...starts.map(([start, n]): Completion => ({
      label: `${sign}${pattern(start)}*`,
      type,
      detail: plural(n, noun),
      boost: 1,
    })),
    ...keys
      .slice(0, MOST_PATTERNS)
      .map((key): Completion => ({ label: `${sign}${pattern(key)}`, type, detail: `this ${noun} alone` })),
  ]
}
