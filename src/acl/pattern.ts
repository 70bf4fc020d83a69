import type { Bytes } from './bytes'
import { READ, WRITE, type Access } from './command'
import { compileGlob, type Glob } from './glob'

/** A pattern that is compiled when it is first asked. */
class Pattern {
  #glob: Glob | null = null

  constructor(readonly pattern: Bytes) {}

  matches(text: Bytes): boolean {
    return (this.#glob ??= compileGlob(this.pattern)).matches(text)
  }
}

/** A key pattern and what it gives: `~app:*`, `%R~app:*`. */
export class KeyPattern extends Pattern {
  constructor(pattern: Bytes, readonly access: Access) {
    super(pattern)
  }

  /** As servers print it. */
  get text(): Bytes {
    const sign = this.access === READ ? '%R~' : this.access === WRITE ? '%W~' : this.access === 0 ? '%~' : '~'
    return sign + this.pattern
  }
}

/** A channel pattern: `&news:*`. */
export class ChannelPattern extends Pattern {
  /** Whether it grants a channel, or, for PSUBSCRIBE, a pattern: that must be the same to the byte. */
  grants(channel: Bytes, isPattern: boolean): boolean {
    return isPattern ? this.pattern === channel : this.matches(channel)
  }
}
