import type { Bytes } from '../../acl/bytes'
import { map, type Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import type { Value } from '../value'
import { StringValue } from './value'

/**
 * The most cells the table may have, one for each pair of bytes. Larger comparisons fail like on a server that is out
 * of memory.
 */
const MAX_CELLS = 16 * 1024 * 1024

interface Options {
  length: boolean
  index: boolean
  matchLength: boolean
  minMatch: number
}

type Range = readonly [number, number]

/** LCS k1 k2 [LEN] [IDX] [MINMATCHLEN n] [WITHMATCHLEN] (7.0). */
function lcs(context: CommandContext, args: Arguments): Reply {
  const [a, b] = readStrings(context, args.key(1), args.key(2))
  const options: Options = { length: false, index: false, matchLength: false, minMatch: 0 }
  for (let i = 3; i < args.count; i++) i += parseOption(args, i, options)
  return answer(a, b, options)
}

/** STRALGO LCS KEYS|STRINGS a b [options], the form of 6.0 and 6.2. */
function stralgo(context: CommandContext, args: Arguments): Reply {
  if (args.word(1) !== 'lcs') fail(SYNTAX_ERROR)
  const options: Options = { length: false, index: false, matchLength: false, minMatch: 0 }
  let strings: readonly [Bytes, Bytes] | null = null
  for (let i = 2; i < args.count; i++) {
    const option = args.word(i)
    if ((option === 'strings' || option === 'keys') && i + 2 < args.count) {
      if (strings) fail('ERR Either use STRINGS or KEYS')
      strings =
        option === 'keys'
          ? readStrings(context, args.text(i + 1), args.text(i + 2))
          : [args.text(i + 1), args.text(i + 2)]
      i += 2
    } else i += parseOption(args, i, options)
  }
  if (!strings) fail('ERR Please specify two strings: STRINGS or KEYS options are mandatory')
  return answer(strings[0], strings[1], options)
}

function readStrings(context: CommandContext, one: Bytes, two: Bytes): readonly [Bytes, Bytes] {
  const [a, b] = [context.db.get(one), context.db.get(two)]
  return [textOf(a), textOf(b)]
}

function textOf(value: Value | undefined): Bytes {
  if (value === undefined) return ''
  return value instanceof StringValue ? value.bytes : fail('ERR The specified keys must contain string values')
}

/** Reads the option at `i` and returns how many arguments it took beyond its name. */
function parseOption(args: Arguments, i: number, options: Options): number {
  const option = args.word(i)
  if (option === 'idx') options.index = true
  else if (option === 'len') options.length = true
  else if (option === 'withmatchlen') options.matchLength = true
  else if (option === 'minmatchlen' && i + 1 < args.count) {
    options.minMatch = Math.max(0, args.integer(i + 1))
    return 1
  } else fail(SYNTAX_ERROR)
  return 0
}

function answer(a: Bytes, b: Bytes, options: Options): Reply {
  if (options.index && options.length) fail('ERR If you want both the length and indexes, please just use IDX.')
  const width = b.length + 1
  if ((a.length + 1) * width > MAX_CELLS)
    fail('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len')
  const table = new Uint32Array((a.length + 1) * width)
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      table[i * width + j] =
        a[i - 1] === b[j - 1]
          ? (table[(i - 1) * width + j - 1] ?? 0) + 1
          : Math.max(table[(i - 1) * width + j] ?? 0, table[i * width + j - 1] ?? 0)
    }
  }
  const length = table[table.length - 1] ?? 0
  if (options.length) return length
  const { text, ranges } = trace(a, b, table)
  if (!options.index) return text
  const matches = ranges
    .filter(({ length }) => options.minMatch === 0 || length >= options.minMatch)
    .map(({ inA, inB, length }): Reply => (options.matchLength ? [inA, inB, length] : [inA, inB]))
  return map([
    ['matches', matches],
    ['len', length],
  ])
}

/** Walks the table from its end. Returns the common text and the matching ranges, last first. */
function trace(
  a: Bytes,
  b: Bytes,
  table: Uint32Array,
): { text: Bytes; ranges: { inA: Range; inB: Range; length: number }[] } {
  const width = b.length + 1
  const ranges: { inA: Range; inB: Range; length: number }[] = []
  const text: string[] = []
  let open: { a: number; b: number; endA: number; endB: number } | null = null
  const close = () => {
    if (open) ranges.push({ inA: [open.a, open.endA], inB: [open.b, open.endB], length: open.endA - open.a + 1 })
    open = null
  }
  let i = a.length
  let j = b.length
  while (i > 0 && j > 0) {
    if (a[i - 1] === b[j - 1]) {
      i--
      j--
      text.push(a.charAt(i))
      if (!open) open = { a: i, b: j, endA: i, endB: j }
      else {
        open.a = i
        open.b = j
      }
      if (i === 0 || j === 0) close()
    } else {
      if ((table[(i - 1) * width + j] ?? 0) > (table[i * width + j - 1] ?? 0)) i--
      else j--
      close()
    }
  }
  close()
  return { text: text.reverse().join(''), ranges }
}

export const lcsCommands: HandlerTable = { lcs, stralgo }
