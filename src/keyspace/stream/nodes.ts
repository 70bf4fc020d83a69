import type { Bytes } from '../../acl/bytes'
import type { CommandContext } from '../context'
import { packedSize } from '../list/packed'
import { msOf, seqOf, type StreamId } from './id'

export interface Entry {
  readonly id: StreamId
  /** Field, value, field, value … */
  readonly fields: readonly Bytes[]
}

/** The sizes from which on a node is full: stream-node-max-bytes and stream-node-max-entries, 0 for no limit. */
export interface NodeLimits {
  readonly bytes: number
  readonly entries: number
}

export const DEFAULT_LIMITS: NodeLimits = { bytes: 4096, entries: 100 }

/** The most bytes of a node, whatever the configuration says. */
const MAX_BYTES = 2 ** 30

export function nodeLimits(context: Pick<CommandContext, 'directive'>): NodeLimits {
  return { bytes: context.directive('stream-node-max-bytes'), entries: context.directive('stream-node-max-entries') }
}

/** The entries that the server keeps in one listpack. Nodes decide what `~` may trim and what XINFO counts. */
export interface Node {
  readonly master: StreamId
  readonly masterFields: readonly Bytes[]
  entries: Entry[]
  deleted: number
  bytes: number
}

const size = (value: bigint | number) => packedSize(String(value))
const names = (fields: readonly Bytes[]) => fields.filter((_, i) => i % 2 === 0)

export function newNode(entry: Entry): Node {
  const masterFields = names(entry.fields)
  const bytes =
    7 +
    size(1) +
    size(0) +
    size(masterFields.length) +
    size(0) +
    masterFields.reduce((sum, name) => sum + packedSize(name), 0)
  const node: Node = { master: entry.id, masterFields, entries: [], deleted: 0, bytes }
  append(node, entry)
  return node
}

/** Returns true if the entry needs a new node because this one is full. */
export function isFull(node: Node, entry: Entry, { bytes, entries }: NodeLimits): boolean {
  const added = entry.fields.reduce((sum, text) => sum + text.length, 0)
  const limit = bytes === 0 ? MAX_BYTES : Math.min(bytes, MAX_BYTES)
  return node.bytes + added >= limit || (entries > 0 && node.entries.length + node.deleted >= entries)
}

export function append(node: Node, entry: Entry): void {
  const same = names(entry.fields).join('\0') === node.masterFields.join('\0')
  const stored = same ? entry.fields.filter((_, i) => i % 2 === 1) : entry.fields
  const header =
    size(0) +
    size(msOf(entry.id) - msOf(node.master)) +
    size(seqOf(entry.id) - seqOf(node.master)) +
    (same ? 0 : size(entry.fields.length / 2))
  node.bytes += header + stored.reduce((sum, text) => sum + packedSize(text), 0) + size(stored.length + 3)
  node.entries.push(entry)
}

/**
 * Returns the number of nodes in the server's radix tree for these sorted keys. A chain of single bytes is one node.
 */
export function radixNodes(ids: readonly StreamId[]): number {
  if (ids.length === 0) return 1
  return subtree(
    ids.map((id) => id.toString(16).padStart(32, '0')),
    0,
  )
}

function subtree(keys: readonly string[], depth: number): number {
  const [first = '', last = ''] = [keys[0], keys.at(-1)]
  if (keys.length === 1) return depth < 32 ? 2 : 1
  let common = depth
  while (first.slice(common, common + 2) === last.slice(common, common + 2)) common += 2
  const groups = new Map<string, string[]>()
  for (const key of keys) {
    const byte = key.slice(common, common + 2)
    const group = groups.get(byte)
    if (group) group.push(key)
    else groups.set(byte, [key])
  }
  return (common > depth ? 2 : 1) + [...groups.values()].reduce((sum, group) => sum + subtree(group, common + 2), 0)
}
