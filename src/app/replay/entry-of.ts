import type { ReplayedLine } from '../../analysis/replay'
import { Entry } from '../state/Entry.svelte'
import { printWords } from './words'

/** Returns a replayed line as the console would show it, for the card with its reasons. */
export function entryOf({ decision, captured }: ReplayedLine): Entry {
  const entry = new Entry('command', '', printWords(captured.argv))
  entry.decided(decision, decision?.user ?? null, captured.db)
  return entry
}
