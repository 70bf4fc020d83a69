import type { Bytes } from '../../acl/bytes'
import { lower, toText } from '../../acl/bytes'
import type { RenderedLine } from '../../resp/render'
import { renderReply } from '../../resp/render'
import type { Reply } from '../../resp/reply'

/** The most lines of one reply that the transcript keeps: the rest is counted, not shown. */
const most = 500

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
  const name = lower(argv[0] ?? '')
  return rawNames.has(name) || rawNames.has(`${name} ${lower(argv[1] ?? '')}`)
}

const plain = (text: string): RenderedLine => [{ kind: 'text', text }]

/** A reply in redis-cli's lines. */
export function replyLines(reply: Reply, argv: readonly Bytes[], protocol: 2 | 3): readonly RenderedLine[] {
  const lines =
    typeof reply === 'string' && isRaw(argv)
      ? toText(reply).trimEnd().split(/\r?\n/).map(plain)
      : renderReply(reply, protocol)
  return lines.length <= most ? lines : [...lines.slice(0, most), plain(`… ${lines.length - most} more lines`)]
}

/** A line of redis-cli's own, or of the page. */
export function ownLine(text: string, isError: boolean): RenderedLine {
  return [{ kind: isError ? 'error' : 'text', text }]
}
