import type { Bytes } from '../../acl/bytes'
import { READ, WRITE, type Access } from '../../acl/command'
import type { Rule } from '../../acl/decision'
import { channelGrant, keyGrant, parseRule } from '../../acl/rule'
import type { Selector } from '../../acl/selector'
import { patternOutside, type Budget, type Outside } from '../../proof/inclusion'
import { union, type Language } from '../../proof/language'
import { allowsKeyCommands } from '../diagnostics/facts'
import type { Gains, PatternChange } from './types'

type KeyRule = { readonly pattern: string; readonly access: Access; readonly text: string }

/**
 * Compares the patterns of two selectors, both ways; null means that there is no such selector. Compares patterns as
 * text once the budget is used up.
 */
export function comparePatterns(before: Selector | null, after: Selector | null, budget: Budget): Gains<PatternChange> {
  return { gained: extra(after, before, budget), lost: extra(before, after, budget) }
}

/** Returns the patterns of `mine` that `theirs` does not cover. */
function extra(mine: Selector | null, theirs: Selector | null, budget: Budget): PatternChange[] {
  if (mine === null) return []
  const spanOf = spansOf(mine)
  return [
    ...extraKeys(mine, theirs, budget, spanOf),
    ...extraChannels(mine, theirs, budget, spanOf),
    ...extraDatabases(mine, theirs),
  ]
}

function keysOf(selector: Selector | null): KeyRule[] {
  if (selector === null) return []
  return selector.allKeys ? [{ pattern: '*', access: 3, text: '~*' }] : selector.keys
}

function extraKeys(mine: Selector, theirs: Selector | null, budget: Budget, spanOf: SpanOf): PatternChange[] {
  const others = keysOf(theirs)
  const effective = allowsKeyCommands(mine.commands)
  const byAccess = new Map<Access, Language>()
  const lacking: Lacking = (pattern, access) => {
    let granted = byAccess.get(access)
    if (granted === undefined) {
      granted = union(others.filter((other) => (other.access & access) === access).map((other) => other.pattern))
      byAccess.set(access, granted)
    }
    return patternOutside(pattern, granted, budget)
  }
  return keysOf(mine).flatMap((rule): PatternChange[] => {
    if (rule.access === 0) return []
    const whole = lacking(rule.pattern, rule.access)
    if (whole.kind === 'included') return []
    const missing = rule.access === 3 ? missingOf(rule.pattern, lacking) : rule.access
    const found = missing === rule.access ? whole : lacking(rule.pattern, missing)
    const what = missing === READ ? 'read' : missing === WRITE ? 'write' : 'read and write'
    return [
      {
        kind: 'key',
        rule: rule.text,
        what,
        ...certaintyOf(found),
        span: spanOf('key', rule.pattern),
        effective,
      },
    ]
  })
}

/** Returns a name that a pattern matches and the other selector does not grant with this access. */
type Lacking = (pattern: Bytes, access: Access) => Outside

/** Returns the access that is missing; both where each is granted, but not by a single pattern. */
function missingOf(pattern: string, lacking: Lacking): Access {
  const reads = lacking(pattern, READ).kind === 'included'
  const writes = lacking(pattern, WRITE).kind === 'included'
  return reads === writes ? 3 : reads ? WRITE : READ
}

function certaintyOf(found: Outside): Pick<PatternChange, 'certainty' | 'example'> {
  return found.kind === 'witness'
    ? { certainty: 'proven', example: found.text }
    : { certainty: 'text-only', example: null }
}

const channelCommands = ['publish', 'spublish', 'subscribe', 'ssubscribe', 'psubscribe']

function runs(selector: Selector, name: string): boolean {
  const command = selector.space.table.find(name)
  return (
    command !== undefined && (selector.commands.has(command.index) || selector.commands.firstArgs.has(command.index))
  )
}

/** Returns the channel patterns of a selector. Before 6.2 there are no channel rules: every channel is allowed. */
function channelsOf(selector: Selector | null): string[] {
  if (selector === null) return []
  return selector.allChannels || !selector.space.behaviours.hasChannels
    ? ['*']
    : selector.channels.map(({ pattern }) => pattern)
}

function extraChannels(mine: Selector, theirs: Selector | null, budget: Budget, spanOf: SpanOf): PatternChange[] {
  const others = new Set(channelsOf(theirs))
  const granted = union([...others])
  const effective = channelCommands.some((name) => runs(mine, name))
  return channelsOf(mine).flatMap((pattern): PatternChange[] => {
    const rule = `&${pattern}`
    const found = patternOutside(pattern, granted, budget)
    const span = (): PatternChange['span'] => spanOf('channel', pattern)
    if (found.kind !== 'included')
      return [{ kind: 'channel', rule, what: 'use', ...certaintyOf(found), span: span(), effective }]
    // PSUBSCRIBE requires exactly this pattern, unless every channel is allowed.
    if (others.has('*') || others.has(pattern) || !/[*?[\\]/.test(pattern)) return []
    return [
      {
        kind: 'channel',
        rule,
        what: 'psubscribe',
        certainty: 'proven',
        example: pattern,
        span: span(),
        effective: runs(mine, 'psubscribe'),
      },
    ]
  })
}

function extraDatabases(mine: Selector, theirs: Selector | null): PatternChange[] {
  const made = (rule: string, example: string | null): PatternChange => ({
    kind: 'database',
    rule,
    what: 'use',
    certainty: 'proven',
    example,
    span:
      mine.rules.findLast(({ text }) => {
        const rule = parseRule(text)
        return rule.kind === 'databases' || (rule.kind === 'all' && rule.of === 'databases')
      })?.span ?? null,
    effective: true,
  })
  if (theirs === null || theirs.allDatabases) return []
  if (mine.allDatabases) return [made('alldbs', null)]
  const others = new Set(theirs.databases)
  const more = mine.databases.filter((db) => !others.has(db))
  return more.length === 0 ? [] : [made(`db=${more.join(',')}`, String(more[0]))]
}

/** Returns the span of the last rule that grants a pattern, whatever its access. */
type SpanOf = (kind: 'key' | 'channel', pattern: Bytes) => PatternChange['span']

function spansOf({ rules }: Selector): SpanOf {
  let last: Map<string, Rule> | null = null
  return (kind, pattern) => (last ??= lastOfEach(rules)).get(`${kind} ${pattern}`)?.span ?? null
}

function lastOfEach(rules: readonly Rule[]): Map<string, Rule> {
  const last = new Map<string, Rule>()
  for (const rule of rules) {
    const parsed = parseRule(rule.text)
    const key = keyGrant(parsed)
    const channel = channelGrant(parsed)
    if (key !== null) last.set(`key ${key.pattern}`, rule)
    if (channel !== null) last.set(`channel ${channel}`, rule)
  }
  return last
}
