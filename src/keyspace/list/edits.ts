import type { Bytes } from '../../acl/bytes'
import { filterNodes, insertIntoNodes, replaceInNodes } from './node-edits'
import type { ListValue } from './value'

const elementAt = (list: ListValue) => (index: number) => list.at(index)

/** Replaces the element at `index`. */
export function setElement(list: ListValue, index: number, element: Bytes): void {
  if (list.nodes) replaceInNodes(list.nodes, index, element, elementAt(list))
  list.set(index, element)
}

/** Inserts an element before or after the one at `index`. */
export function insertElement(list: ListValue, index: number, element: Bytes, after: boolean): void {
  if (list.nodes) insertIntoNodes(list.nodes, index, element, after, elementAt(list))
  list.insert(after ? index + 1 : index, element)
}

/** Keeps `count` elements from `start` on. */
export function keepElements(list: ListValue, start: number, count: number): void {
  if (list.nodes) filterNodes(list.nodes, (index) => index >= start && index < start + count, elementAt(list))
  list.replaceAll(list.slice(start, start + count))
}

/** Removes up to `limit` elements equal to `element`, from the right if `fromRight`. Returns how many. */
export function removeElements(list: ListValue, element: Bytes, limit: number, fromRight: boolean): number {
  const removed = new Set<number>()
  const n = list.length
  for (let i = 0; i < n && removed.size < limit; i++) {
    const index = fromRight ? n - 1 - i : i
    if (list.at(index) === element) removed.add(index)
  }
  if (removed.size === 0) return 0
  if (list.nodes) filterNodes(list.nodes, (index) => !removed.has(index), elementAt(list))
  list.replaceAll(list.slice().filter((_, index) => !removed.has(index)))
  return removed.size
}
