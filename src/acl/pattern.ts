import type { Bytes } from './bytes'
import type { Access } from './command'
import { compileGlob, type Glob } from './glob'
import { printKey } from './rule'
import { cString } from './rule-errors'

/** A pattern that is compiled on first use. */
class Pattern {
  #glob: Glob | null = null

  constructor(readonly pattern: Bytes) {}

  matches(text: Bytes): boolean {
    return (this.#glob ??= compileGlob(this.pattern)).matches(text)
  }
}

/** A key pattern and the access it grants: `~app:*`, `%R~app:*`. */
export class KeyPattern extends Pattern {
  constructor(
    pattern: Bytes,
    readonly access: Access,
  ) {
    super(pattern)
  }

  /** The rule as servers print it. */
  get text(): Bytes {
    return printKey(this.pattern, this.access)
  }
}

/** A channel pattern: `&news:*`. */
export class ChannelPattern extends Pattern {
  /** @param endsAtNul PSUBSCRIBE's pattern counts up to its first NUL */
  constructor(
    pattern: Bytes,
    readonly endsAtNul: boolean,
  ) {
    super(pattern)
  }

  /** Returns true if it grants a channel, or, for PSUBSCRIBE, a pattern, which must be identical. */
  grants(channel: Bytes, isPattern: boolean): boolean {
    if (!isPattern) return this.matches(channel)
    return this.pattern === (this.endsAtNul ? cString(channel) : channel)
  }
}

/** Lists of at least this many patterns are indexed. */
const MANY = 64

const indexes = new WeakMap<readonly Pattern[], Map<Bytes, number>>()

/** Returns the index of a pattern's text in a list that only grows at its end and holds each text once; -1 if absent. */
export function placeOf(list: readonly Pattern[], text: Bytes): number {
  if (list.length < MANY) {
    for (let i = 0; i < list.length; i++) if (list[i]?.pattern === text) return i
    return -1
  }
  let index = indexes.get(list)
  if (index === undefined) indexes.set(list, (index = new Map<Bytes, number>()))
  for (let i = index.size; i < list.length; i++) index.set(list[i]?.pattern ?? '', i)
  return index.get(text) ?? -1
}
