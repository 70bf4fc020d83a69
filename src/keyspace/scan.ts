import { compileGlob } from '../acl/glob'
import { lower, type Bytes } from '../acl/bytes'
import type { Reply } from '../resp/reply'
import { type Arguments, fail, integerArgument, SYNTAX_ERROR } from './arguments'
import type { CommandContext } from './context'

/** The result of a scan step. Items are one reply each (SCAN, SSCAN) or two (HSCAN, ZSCAN), the name first. */
export interface ScanStep {
  readonly cursor: number
  readonly items: readonly (readonly [Bytes] | readonly [Bytes, Reply])[]
}

const TYPES: readonly Bytes[] = ['string', 'list', 'set', 'zset', 'hash', 'stream']

/** Parses a scan cursor. Fails with the server's error. */
function cursorArgument(bytes: Bytes): number {
  return /^[0-9]{1,20}$/.test(bytes) && !bytes.endsWith('\n') && BigInt(bytes) < 1n << 64n
    ? Number(bytes)
    : fail('ERR invalid cursor')
}

/**
 * Runs SCAN, SSCAN, HSCAN or ZSCAN: parses cursor and options in the server's order (a missing collection replies before
 * options are parsed) and filters the results of `step`, which returns null if the collection is missing.
 */
export function scanReply(
  context: CommandContext,
  args: Arguments,
  kind: 'keys' | 'set' | 'hash' | 'zset',
  step: (cursor: number, count: number) => ScanStep | null,
): Reply {
  const at = kind === 'keys' ? 1 : 2
  const cursor = cursorArgument(args.text(at))
  if (kind !== 'keys' && step(0, 0) === null) return ['0', []]
  let count = 10
  let pattern: Bytes | null = null
  let type: Bytes | null = null
  let noValues = false
  for (let i = at + 1; i < args.count; i++) {
    const option = args.word(i)
    const next = args.optional(i + 1)
    if (option === 'count' && next !== undefined) {
      count = integerArgument(next)
      if (count < 1) fail(SYNTAX_ERROR)
      i++
    } else if (option === 'match' && next !== undefined) {
      pattern = next
      i++
    } else if (option === 'type' && kind === 'keys' && next !== undefined) {
      type = lower(next)
      if (context.behaviours.scanRefusesUnknownTypes && !TYPES.includes(type)) fail(`ERR unknown type name '${next}'`)
      i++
    } else if (option === 'novalues' && context.behaviours.hasNoValuesScan) {
      if (kind !== 'hash') fail('ERR NOVALUES option can only be used in HSCAN')
      noValues = true
    } else fail(SYNTAX_ERROR)
  }
  const glob = pattern === null || pattern === '*' ? null : compileGlob(pattern)
  const found = step(cursor, count) ?? { cursor: 0, items: [] }
  const items = found.items.filter(
    ([name]) => (!glob || glob.matches(name)) && (type === null || context.db.peek(name)?.type === type),
  )
  return [String(found.cursor), items.flatMap((item) => (noValues ? [item[0]] : item))]
}
