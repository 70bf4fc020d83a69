import type { Bytes } from '../../acl/bytes'
import { present } from '../present'
import { add, exceedsNode, type Nodes } from './nodes'
import { EMPTY_PACKED, packedSize } from './packed'

type ElementAt = (index: number) => Bytes

/** Inserts an element beside the one at `index` (LINSERT). Call before the list changes. */
export function insertIntoNodes(nodes: Nodes, index: number, element: Bytes, after: boolean, at: ElementAt): void {
  const { n, offset, start } = find(nodes, index)
  const node = present(nodes.all[n])
  const isAtEdge = after ? offset === node.count - 1 : offset === 0
  if (nodes.fits(node, element)) {
    add(node, element)
    return
  }
  const neighbour = nodes.all[after ? n + 1 : n - 1]
  if (isAtEdge && nodes.fits(neighbour, element)) {
    add(neighbour, element)
    return
  }
  if (isAtEdge) {
    nodes.all.splice(after ? n + 1 : n, 0, nodes.nodeOf(element))
    return
  }
  split(nodes, n, after ? offset + 1 : offset, start, at)
  if (nodes.isLarge(element)) nodes.all.splice(n + 1, 0, nodes.nodeOf(element))
  else {
    add(present(nodes.all[after ? n + 1 : n]), element)
    mergeAround(nodes, after ? n : n + 1)
  }
}

/** Replaces the element at `index` (LSET). Call before the list changes. */
export function replaceInNodes(nodes: Nodes, index: number, element: Bytes, at: ElementAt): void {
  const { n, offset, start } = find(nodes, index)
  const node = present(nodes.all[n])
  const old = at(index)
  if (node.plain) {
    if (!nodes.isLarge(element)) insertIntoNodes(nodes, index, element, true, at)
    if (nodes.isLarge(element)) node.bytes = element.length
    else nodes.all.splice(n, 1)
    return
  }
  if (!nodes.isLarge(element)) {
    node.bytes += packedSize(element) - packedSize(old)
    return
  }
  if (offset < node.count - 1) split(nodes, n, offset + 1, start, at)
  nodes.all.splice(n + 1, 0, nodes.nodeOf(element))
  const wasAlone = node.count === 1
  nodes.take(n, old)
  if (!wasAlone) mergeAround(nodes, n + 1)
}

/** Removes the elements for which `keeps` is false. Call before the list changes. */
export function filterNodes(nodes: Nodes, keeps: (index: number) => boolean, at: ElementAt): void {
  let index = 0
  for (const node of nodes.all) {
    const end = index + node.count
    for (; index < end; index++) {
      if (keeps(index)) continue
      node.count--
      node.bytes -= packedSize(at(index))
    }
  }
  nodes.all = nodes.all.filter((node) => node.count > 0)
}

/** Finds the node of an element, its place in there, and the index of the node's first element. */
function find(nodes: Nodes, index: number): { readonly n: number; readonly offset: number; readonly start: number } {
  let start = 0
  for (const [n, { count }] of nodes.all.entries()) {
    if (index < start + count) return { n, offset: index - start, start }
    start += count
  }
  throw new RangeError(`There is no element ${index}`)
}

/** Splits a node before the element at `offset` in it. */
function split(nodes: Nodes, n: number, offset: number, start: number, at: ElementAt): void {
  const node = present(nodes.all[n])
  let bytes = 0
  for (let i = offset; i < node.count; i++) bytes += packedSize(at(start + i))
  nodes.all.splice(n + 1, 0, { count: node.count - offset, bytes: bytes + EMPTY_PACKED, plain: false })
  node.count = offset
  node.bytes -= bytes
}

/** Joins small nodes around one that was split. */
function mergeAround(nodes: Nodes, center: number): void {
  let n = center
  if (merge(nodes, n - 2)) n--
  merge(nodes, n + 1)
  if (merge(nodes, n - 1)) n--
  merge(nodes, n)
}

/** Joins a node with the next one if both are listpacks that fit into one. */
function merge(nodes: Nodes, n: number): boolean {
  const [node, next] = [nodes.all[n], nodes.all[n + 1]]
  if (node === undefined || next === undefined || node.plain || next.plain) return false
  const bytes = node.bytes + next.bytes - EMPTY_PACKED
  if (exceedsNode(nodes.size, bytes, node.count + next.count)) return false
  node.bytes = bytes
  node.count += next.count
  nodes.all.splice(n + 1, 1)
  return true
}
