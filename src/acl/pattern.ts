import type { Bytes } from './bytes'
import type { Access } from './command'
import { compileGlob, type Glob } from './glob'
import { printKey } from './rule'

/** A pattern that is compiled when it is first asked. */
export class Pattern {
  #glob: Glob | null = null

  constructor(readonly pattern: Bytes) {}

  matches(text: Bytes): boolean {
    return (this.#glob ??= compileGlob(this.pattern)).matches(text)
  }
}

/** A key pattern and what it gives: `~app:*`, `%R~app:*`. */
export class KeyPattern extends Pattern {
  constructor(
    pattern: Bytes,
    readonly access: Access,
  ) {
    super(pattern)
  }

  /** As servers print it. */
  get text(): Bytes {
    return printKey(this.pattern, this.access)
  }
}

/** A channel pattern: `&news:*`. */
export class ChannelPattern extends Pattern {
  /** Whether it grants a channel, or, for PSUBSCRIBE, a pattern: that must be the same to the byte. */
  grants(channel: Bytes, isPattern: boolean): boolean {
    return isPattern ? this.pattern === channel : this.matches(channel)
  }
}

/** From so many patterns on, a list is searched with an index. */
const MANY = 64

const indexes = new WeakMap<readonly Pattern[], Map<Bytes, number>>()

/** The place of a pattern's text in a list that only ever grows at its end, and holds each text once; -1 where it is not there. */
export function placeOf(list: readonly Pattern[], text: Bytes): number {
  if (list.length < MANY) {
    for (let i = 0; i < list.length; i++) if (list[i]?.pattern === text) return i
    return -1
  }
  let index = indexes.get(list)
  if (index === undefined) indexes.set(list, (index = new Map()))
  for (let i = index.size; i < list.length; i++) index.set(list[i]?.pattern ?? '', i)
  return index.get(text) ?? -1
}
