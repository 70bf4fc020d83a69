import { READ, WRITE, type Access } from '../../acl/command'
import type { Selector } from '../../acl/selector'
import { allowsKeyCommands } from '../advice/facts'
import { coverOf, type Cover } from './cover'
import type { Gains, PatternChange } from './types'

type KeyRule = { readonly pattern: string; readonly access: Access; readonly text: string }

/** What one selector's patterns grant that another's do not, both ways; null stands for a selector that is not there. */
export function comparePatterns(before: Selector | null, after: Selector | null): Gains<PatternChange> {
  return { gained: extra(after, before), lost: extra(before, after) }
}

/** What `mine` grants and `theirs` does not. */
function extra(mine: Selector | null, theirs: Selector | null): PatternChange[] {
  if (mine === null) return []
  return [...extraKeys(mine, theirs), ...extraChannels(mine, theirs), ...extraDatabases(mine, theirs)]
}

function keysOf(selector: Selector | null): KeyRule[] {
  if (selector === null) return []
  return selector.allKeys ? [{ pattern: '*', access: 3, text: '~*' }] : selector.keys
}

function extraKeys(mine: Selector, theirs: Selector | null): PatternChange[] {
  const others = keysOf(theirs)
  const effective = allowsKeyCommands(mine.commands)
  const givers = (access: Access): string[] =>
    others.filter((other) => (other.access & access) === access).map(({ pattern }) => pattern)
  return keysOf(mine).flatMap((rule): PatternChange[] => {
    if (rule.access === 0) return []
    const whole = coverOf(rule.pattern, givers(rule.access))
    if (whole?.covered) return []
    const missing = rule.access === 3 ? missingOf(rule.pattern, givers) : rule.access
    const cover = missing === rule.access ? whole : coverOf(rule.pattern, givers(missing))
    const what = missing === READ ? 'read' : missing === WRITE ? 'write' : 'read and write'
    return [
      {
        kind: 'key',
        rule: rule.text,
        what,
        ...certaintyOf(cover),
        span: spanOf(mine, [rule.text, `%RW~${rule.pattern}`, `~${rule.pattern}`], rule.text === '~*'),
        effective,
      },
    ]
  })
}

/** What of reading and writing is missing; all of it where both are given, but not by one pattern. */
function missingOf(pattern: string, givers: (access: Access) => string[]): Access {
  const reads = coverOf(pattern, givers(READ))?.covered === true
  const writes = coverOf(pattern, givers(WRITE))?.covered === true
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

/** Before 6.2 there are no channel rules: every channel is granted. */
function channelsOf(selector: Selector | null): string[] {
  if (selector === null) return []
  return selector.allChannels || !selector.space.behaviours.hasChannels
    ? ['*']
    : selector.channels.map(({ pattern }) => pattern)
}

function extraChannels(mine: Selector, theirs: Selector | null): PatternChange[] {
  const others = channelsOf(theirs)
  const effective = channelCommands.some((name) => runs(mine, name))
  return channelsOf(mine).flatMap((pattern): PatternChange[] => {
    const rule = `&${pattern}`
    const cover = coverOf(pattern, others)
    const span = (): PatternChange['span'] => spanOf(mine, [rule], pattern === '*')
    if (cover?.covered !== true)
      return [{ kind: 'channel', rule, what: 'use', ...certaintyOf(cover), span: span(), effective }]
    // PSUBSCRIBE wants the pattern letter for letter, unless every channel is granted.
    if (others.includes('*') || others.includes(pattern) || !/[*?[\\]/.test(pattern)) return []
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
    span: mine.rules.findLast(({ text }) => /^(db=|alldbs$)/i.test(text))?.span ?? null,
    effective: true,
  })
  if (theirs === null || theirs.allDatabases) return []
  if (mine.allDatabases) return [made('alldbs', null)]
  const more = mine.databases.filter((db) => !theirs.databases.includes(db))
  return more.length === 0 ? [] : [made(`db=${more.join(',')}`, String(more[0]))]
}

/** Where a pattern was written last. */
function spanOf(selector: Selector, texts: readonly string[], all: boolean): PatternChange['span'] {
  return (
    selector.rules.findLast(({ text }) => texts.includes(text) || (all && /^all(keys|channels)$/i.test(text)))?.span ??
    null
  )
}
