import { compileGlob } from '../acl/glob'
import { lower, type Bytes } from '../acl/bytes'
import type { Reply } from '../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from './arguments'
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
  const options = args.options(at + 1)
  while (options.hasMore) {
    if (options.takes('count', 1)) {
      count = options.integer()
      if (count < 1) fail(SYNTAX_ERROR)
    } else if (options.takes('match', 1)) pattern = options.text()
    else if (kind === 'keys' && options.takes('type', 1)) {
      const name = options.text()
      type = lower(name)
      if (context.behaviours.scanRefusesUnknownTypes && !TYPES.includes(type)) fail(`ERR unknown type name '${name}'`)
    } else if (context.behaviours.hasNoValuesScan && options.takes('novalues')) {
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
