import { commonHead, commonTail } from '../../acl/common'

/** Returns the smallest single replacement that turns one text into another. */
export function smallestChange(
  before: string,
  after: string,
): { readonly from: number; readonly to: number; readonly insert: string } {
  const head = commonHead(before, after)
  const tail = commonTail(before, after, Math.min(before.length, after.length) - head)
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) }
}
