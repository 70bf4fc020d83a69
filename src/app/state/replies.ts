import { wordAt } from '../../acl/argv'
import { type Bytes, toText } from '../../acl/bytes'
import { withCommas } from '../../analysis/numbers'
import { type RenderedLine, renderStart } from '../../resp/render'
import type { Reply } from '../../resp/reply'

/** The limits of a reply in the transcript: the rest is counted, not shown. */
const most = { lines: 500, characters: 100_000 }

/** Commands whose text redis-cli prints as it is, line by line. */
const rawNames = new Set([
  'info',
  'lolwut',
  'client list',
  'client info',
  'cluster nodes',
  'cluster info',
  'memory doctor',
  'memory malloc-stats',
  'latency doctor',
  'latency graph',
  'sentinel info-cache',
])

function isRaw(argv: readonly Bytes[]): boolean {
  const name = wordAt(argv, 0)
  return rawNames.has(name) || rawNames.has(`${name} ${wordAt(argv, 1)}`)
}

const plain = (text: string): RenderedLine => [{ kind: 'text', text }]

/** A reply in redis-cli's lines. */
export function replyLines(reply: Reply, argv: readonly Bytes[], protocol: 2 | 3): readonly RenderedLine[] {
  if (typeof reply === 'string' && reply.length <= most.characters && isRaw(argv)) {
    const lines = toText(reply).trimEnd().split(/\r?\n/)
    return [...lines.slice(0, most.lines).map(plain), ...omitted(lines.length - most.lines, 0)]
  }
  const { lines, omittedLines, omittedBytes } = renderStart(reply, protocol, most)
  return [...lines, ...omitted(omittedLines, omittedBytes)]
}

function omitted(lines: number, bytes: number): readonly RenderedLine[] {
  return [
    ...(lines > 0 ? [plain(`… ${lines} more lines`)] : []),
    ...(bytes > 0 ? [plain(`… ${withCommas(bytes)} more characters`)] : []),
  ]
}

/** A line of redis-cli's own, or of the page. */
export function ownLine(text: string, isError: boolean): RenderedLine {
  return [{ kind: isError ? 'error' : 'text', text }]
}
