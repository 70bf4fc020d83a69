import { commonHead, commonTail } from '../../acl/common'

/** Milliseconds without a change after which an attempt counts: behind a finished word, and within one. */
const PAUSE = { behindWord: 1_000, withinWord: 2_500 } as const

/**
 * Returns the milliseconds without another change after which a learner's edit counts as an attempt, so that nothing is marked
 * wrong in the middle of a word: at once where it has a line break, soon behind a word, and later where a word may go on.
 */
export function attemptPause(before: string, after: string): number {
  const head = commonHead(before, after)
  const tail = commonTail(before, after, Math.min(before.length, after.length) - head)
  const inserted = after.slice(head, after.length - tail)
  if (inserted.includes('\n')) return 0
  // What is pasted, completed or filled in is more than a key press.
  const isWhole = inserted.length > 1 || /\s$/.test(inserted)
  return isWhole ? PAUSE.behindWord : PAUSE.withinWord
}
