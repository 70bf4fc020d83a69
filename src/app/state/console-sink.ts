import type { Sink } from '../../server/types'
import type { Console } from './Console.svelte'
import { Entry } from './Entry.svelte'

/** Shows in a console what its server sends unasked: late replies, messages, that it hung up. */
export function sinkOf(one: Console): Sink {
  let current = true
  return {
    push: (reply) => {
      const waiting = one.entries.find((entry) => entry.waiting)
      if (waiting) {
        waiting.answered([reply], one.connection?.protocol)
        waiting.waiting = false
      } else one.add(new Entry('push', '', '')).answered([reply], one.connection?.protocol)
    },
    closed: () => {
      for (const entry of one.entries) if (entry.waiting) entry.lost()
      if (current) queueMicrotask(() => one.refresh())
      current = false
    },
  }
}
