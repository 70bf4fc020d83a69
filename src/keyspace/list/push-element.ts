import type { Bytes } from '../../acl/bytes'
import type { ListValue } from './value'

export type End = 'left' | 'right'

export function pushElement(list: ListValue, end: End, element: Bytes): void {
  if (end === 'left') list.pushLeft(element)
  else list.pushRight(element)
}
