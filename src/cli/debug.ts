import type { Io } from './input'
import { onOneLine } from './printable'

/** Writes the steps of a command to standard error, each with the milliseconds since the previous one. */
export type Debug = (step: string) => void

/** Returns the writer of `--debug`, or one that does nothing. */
export function debugTo(io: Io, isOn: boolean): Debug {
  if (!isOn) return () => undefined
  let last = performance.now()
  return (step) => {
    const now = performance.now()
    io.err(`debug: ${(now - last).toFixed(1)} ms: ${onOneLine(step)}\n`)
    last = now
  }
}
