import type { Automaton } from './automaton'

/** Bytes that read well in an example come first. */
const wellReadable = [...'x1azbc:-_'].map((c) => c.charCodeAt(0))
const byteOrder = [
  ...new Set([
    ...wellReadable,
    ...[...'defghijklmnopqrstuvwy234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ./@#+=~^!$%&,;'].map((c) => c.charCodeAt(0)),
    ...Array.from({ length: 256 }, (_, byte) => byte),
  ]),
]

const bestBytes = new WeakMap<Uint8Array, number>()

/** Returns the byte of a set that reads best in an example; -1 for the empty set. */
export function bestByte(part: Uint8Array): number {
  const known = bestBytes.get(part)
  if (known !== undefined) return known
  const found = byteOrder.find((byte) => part[byte] === 1) ?? -1
  bestBytes.set(part, found)
  return found
}

/** Returns one byte of each kind that the parts of the automata tell apart. */
export function kinds(automata: readonly Automaton[]): number[] {
  const parts = [...new Set(automata.flatMap((automaton) => automaton.parts))]
  // Refines the bytes by one set after the other; stops caring once all are alone.
  let numbers = new Uint16Array(256)
  for (const part of parts) {
    const renumbered = new Map<number, number>()
    const next = new Uint16Array(256)
    for (let byte = 0; byte < 256; byte++) {
      const key = (numbers[byte] ?? 0) * 2 + (part[byte] ?? 0)
      let number = renumbered.get(key)
      if (number === undefined) renumbered.set(key, (number = renumbered.size))
      next[byte] = number
    }
    numbers = next
    if (renumbered.size === 256) break
  }
  const found = new Map<number, number>()
  for (const byte of byteOrder) {
    const number = numbers[byte] ?? 0
    if (!found.has(number)) found.set(number, byte)
  }
  return [...found.values()]
}
