import type { Bytes } from '../../acl/bytes'
import { READ, WRITE, type Access } from '../../acl/command'
import type { Rule } from '../../acl/decision'
import { channelGrant, keyGrant, parseRule } from '../../acl/rule'
import type { Selector } from '../../acl/selector'
import { allowsKeyCommands } from '../diagnostics/facts'
import { Covers, type Cover, type StepBudget } from './cover'
import type { Gains, PatternChange } from './types'

type KeyRule = { readonly pattern: string; readonly access: Access; readonly text: string }

/**
 * Compares the patterns of two selectors, both ways; null means that there is no such selector. Compares patterns as
 * text once the budget is used up.
 */
export function comparePatterns(
  before: Selector | null,
  after: Selector | null,
  budget: StepBudget,
): Gains<PatternChange> {
  return { gained: extra(after, before, budget), lost: extra(before, after, budget) }
}

/** Returns the patterns of `mine` that `theirs` does not cover. */
function extra(mine: Selector | null, theirs: Selector | null, budget: StepBudget): PatternChange[] {
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

function extraKeys(mine: Selector, theirs: Selector | null, budget: StepBudget, spanOf: SpanOf): PatternChange[] {
  const others = keysOf(theirs)
  const effective = allowsKeyCommands(mine.commands)
  const byAccess = new Map<Access, Covers>()
  const cover = (pattern: string, access: Access): Cover => {
    let givers = byAccess.get(access)
    if (givers === undefined) {
      givers = new Covers(others.filter((other) => (other.access & access) === access).map((other) => other.pattern))
      byAccess.set(access, givers)
    }
    return givers.of(pattern, budget)
  }
  return keysOf(mine).flatMap((rule): PatternChange[] => {
    if (rule.access === 0) return []
    const whole = cover(rule.pattern, rule.access)
    if (whole?.covered) return []
    const missing = rule.access === 3 ? missingOf(rule.pattern, cover) : rule.access
    const found = missing === rule.access ? whole : cover(rule.pattern, missing)
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

/** Returns the access that is missing; both where each is granted, but not by a single pattern. */
function missingOf(pattern: string, cover: (pattern: string, access: Access) => Cover): Access {
  const reads = cover(pattern, READ)?.covered === true
  const writes = cover(pattern, WRITE)?.covered === true
  return reads === writes ? 3 : reads ? WRITE : READ
}

function certaintyOf(cover: Cover): Pick<PatternChange, 'certainty' | 'example'> {
  return cover === null || cover.covered
    ? { certainty: 'text-only', example: null }
    : { certainty: 'proven', example: cover.example }
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

function extraChannels(mine: Selector, theirs: Selector | null, budget: StepBudget, spanOf: SpanOf): PatternChange[] {
  const others = new Set(channelsOf(theirs))
  const covers = new Covers(others)
  const effective = channelCommands.some((name) => runs(mine, name))
  return channelsOf(mine).flatMap((pattern): PatternChange[] => {
    const rule = `&${pattern}`
    const cover = covers.of(pattern, budget)
    const span = (): PatternChange['span'] => spanOf('channel', pattern)
    if (cover?.covered !== true)
      return [{ kind: 'channel', rule, what: 'use', ...certaintyOf(cover), span: span(), effective }]
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
