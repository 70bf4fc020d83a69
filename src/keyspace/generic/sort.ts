import { compareBytes, type Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { WRONGTYPE } from '../database'
import { HashValue } from '../hash'
import { ListValue } from '../list'
import { parseDouble } from '../numbers'
import { SetValue } from '../set'
import { StringValue } from '../string/value'
import { ZSetValue } from '../zset'
import { sortRefusal } from './sort-access'

interface SortOptions {
  descending: boolean
  alpha: boolean
  by: Bytes | null
  get: Bytes[]
  start: number
  count: number
  store: Bytes | null
}

function parse(context: CommandContext, args: Arguments, readOnly: boolean): SortOptions {
  const options: SortOptions = { descending: false, alpha: false, by: null, get: [], start: 0, count: -1, store: null }
  const needsAllKeys = (option: 'BY' | 'GET') => {
    if (context.behaviours.sortChecksAccess && !context.readsEveryKey(args.line)) fail(sortRefusal(option))
  }
  for (let i = 2; i < args.count; i++) {
    const option = args.word(i)
    const next = args.optional(i + 1)
    if (option === 'asc') options.descending = false
    else if (option === 'desc') options.descending = true
    else if (option === 'alpha') options.alpha = true
    else if (option === 'limit' && args.has(i + 2)) {
      options.start = args.integer(i + 1)
      options.count = args.integer(i + 2)
      i += 2
    } else if (option === 'store' && next !== undefined && !readOnly) {
      options.store = next
      i++
    } else if (option === 'by' && next !== undefined) {
      options.by = next
      if (next.includes('*')) needsAllKeys('BY')
      i++
    } else if (option === 'get' && next !== undefined) {
      needsAllKeys('GET')
      options.get.push(next)
      i++
    } else fail(SYNTAX_ERROR)
  }
  return options
}

/**
 * Resolves a BY or GET pattern for one element: `#` is the element, `*` is replaced by it, `->field` reads a hash
 * field.
 */
function lookUp(context: CommandContext, pattern: Bytes, element: Bytes): Bytes | null {
  if (pattern === '#') return element
  const star = pattern.indexOf('*')
  if (star < 0) return null
  const arrow = pattern.indexOf('->', star + 1)
  const hasField = arrow >= 0 && arrow + 2 < pattern.length
  const key = pattern.slice(0, star) + element + (hasField ? pattern.slice(star + 1, arrow) : pattern.slice(star + 1))
  const value = context.db.get(key)
  if (hasField) return value instanceof HashValue ? (value.get(pattern.slice(arrow + 2))?.value ?? null) : null
  return value instanceof StringValue ? value.bytes : null
}

interface Sortable {
  readonly element: Bytes
  readonly score: number
  readonly weight: Bytes | null
}

/** Parses a number like C: up to the first zero byte, leading spaces skipped, empty text as 0. */
function scoreOf(weight: Bytes): number | null {
  const [beforeZero = ''] = weight.split('\0', 1)
  const text = beforeZero.replace(/^[ \t-\r]+/, '')
  return text === '' ? 0 : parseDouble(text)
}

/** Returns the elements in the requested order. */
function ordered(context: CommandContext, elements: readonly Bytes[], options: SortOptions): Bytes[] {
  const direction = options.descending ? -1 : 1
  const sortables = elements.map((element): Sortable => {
    const weight = options.by === null ? element : lookUp(context, options.by, element)
    if (options.alpha || weight === null) return { element, score: 0, weight }
    const score = scoreOf(weight)
    return { element, weight, score: score ?? fail("ERR One or more scores can't be converted into double") }
  })
  const compare = (a: Sortable, b: Sortable): number => {
    if (!options.alpha) return a.score - b.score || compareBytes(a.element, b.element)
    if (a.weight === null || b.weight === null) return (a.weight === null ? 0 : 1) - (b.weight === null ? 0 : 1)
    return compareBytes(a.weight, b.weight)
  }
  return sortables.sort((a, b) => direction * compare(a, b)).map((sortable) => sortable.element)
}

/**
 * Returns the elements of a list, set or sorted set in its own order. The server converts a sorted set to a skiplist
 * for this.
 */
function elementsOf(
  context: CommandContext,
  key: Bytes,
): { elements: readonly Bytes[]; kind: 'list' | 'set' | 'zset' | null } {
  const value = context.db.get(key)
  if (!value) return { elements: [], kind: null }
  if (value instanceof ListValue || value instanceof SetValue || value instanceof ZSetValue)
    return { elements: membersOf(value), kind: value.type }
  return fail(WRONGTYPE)
}

function membersOf(value: ListValue | SetValue | ZSetValue): readonly Bytes[] {
  if (value instanceof ZSetValue) {
    value.makeSkiplist()
    return value.slice().map((entry) => entry.member)
  }
  return value instanceof SetValue ? value.list() : value.slice()
}

function sort(readOnly: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const options = parse(context, args, readOnly)
    const { elements, kind } = elementsOf(context, args.key(1))
    let unsorted = options.by !== null && !options.by.includes('*')
    if (unsorted && kind === 'set' && (options.store !== null || context.denyBlocking)) {
      // Members of a set have no order to keep: they are sorted all the same, so that the result can be repeated.
      unsorted = false
      options.alpha = true
      options.by = null
    }
    const reversed =
      options.descending && (kind === 'zset' || (kind === 'list' && context.behaviours.sortReversesLists))
    const inOrder = !unsorted ? ordered(context, elements, options) : reversed ? [...elements].reverse() : elements
    const start = Math.max(0, options.start)
    const chosen = inOrder.slice(start, options.count < 0 ? undefined : start + options.count)
    const output =
      options.get.length === 0
        ? chosen
        : chosen.flatMap((element) => options.get.map((pattern) => lookUp(context, pattern, element)))
    return options.store === null ? output : store(context, options.store, output)
  }
}

function store(context: CommandContext, key: Bytes, output: readonly (Bytes | null)[]): Reply {
  if (output.length > 0) {
    context.db.set(
      key,
      ListValue.of(
        output.map((element) => element ?? ''),
        context.keyspace.limits,
      ),
    )
    context.keyspace.report(output.length)
    context.notify('l', 'sortstore', key)
  } else if (context.db.delete(key)) {
    context.keyspace.report(1)
    context.notify('g', 'del', key)
  }
  return output.length
}

export const sortCommands: HandlerTable = { sort: sort(false), sort_ro: sort(true) }
