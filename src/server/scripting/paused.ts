import type { Reply } from '../../resp/reply'

/** A paused script that waits to be resumed: the server is busy meanwhile. */
export interface Paused {
  readonly type: 'paused'
  resume(): Reply | Paused
  /** Kills the script and returns its reply. */
  kill(): Reply
  hasWritten(): boolean
}

export function isPaused(outcome: Reply | Paused): outcome is Paused {
  return typeof outcome === 'object' && outcome !== null && 'type' in outcome && outcome.type === 'paused'
}
