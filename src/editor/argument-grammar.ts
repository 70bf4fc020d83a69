import { type ArgumentDoc, isMultiple, isOptional } from '../targets/docs'

/** A word that may come next: a fixed word, or one of a kind. */
export interface Expected {
  /** The fixed word (`EX`); null for the user's own word. */
  readonly token: string | null
  /** The argument that the word is or starts. */
  readonly doc: ArgumentDoc
}

/** The maximum number of parser steps: the options of a line can be read in very many ways. */
const MAX_STEPS = 20_000

/**
 * Returns the words that may follow some arguments of a command, by the grammar of COMMAND DOCS. Consecutive options
 * come in any order, each once. Returns nothing where the words do not fit the grammar.
 * @param words the arguments so far, without the command's own name
 */
export function expectedAfter(docs: readonly ArgumentDoc[], words: readonly string[]): Expected[] {
  const lowered = words.map((word) => word.toLowerCase())
  const first = new Reader(lowered, new Set())
  first.sequence(docs, new Set([0]))
  if (first.fixed.size === 0) return [...first.expected.values()]
  // A word that can be a fixed word is hardly meant as a name.
  const second = new Reader(lowered, first.fixed)
  second.sequence(docs, new Set([0]))
  return [...(second.expected.size > 0 ? second : first).expected.values()]
}

/**
 * Follows all readings of the words at once: each step maps the positions where a part may start to those where it may
 * end.
 */
class Reader {
  readonly expected = new Map<string, Expected>()
  /** The positions of words that were read as fixed words. */
  readonly fixed = new Set<number>()
  #steps = 0

  /** @param notFree the positions of words that are fixed words, whatever else they could be */
  constructor(
    readonly words: readonly string[],
    readonly notFree: ReadonlySet<number>,
  ) {}

  sequence(docs: readonly ArgumentDoc[], from: ReadonlySet<number>): ReadonlySet<number> {
    let places = from
    for (let i = 0; i < docs.length && places.size > 0;) {
      const doc = docs[i]
      if (doc === undefined) break
      let end = i
      while (end < docs.length && docs.slice(end, end + 1).every(isOptional)) end++
      places = end > i ? this.#anyOrder(docs.slice(i, end), places) : this.#times(doc, places)
      i = Math.max(end, i + 1)
    }
    return places
  }

  #anyOrder(docs: readonly ArgumentDoc[], from: ReadonlySet<number>): ReadonlySet<number> {
    const ends = new Set<number>()
    const seen = new Set<string>()
    const open = [...from].map((place) => ({ place, used: new Set<ArgumentDoc>() }))
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      const { place: at, used } = state
      const key = [at, ...docs.map((doc) => (used.has(doc) ? 1 : 0))].join()
      if (seen.has(key) || this.#steps > MAX_STEPS) continue
      seen.add(key)
      ends.add(at)
      for (const doc of docs) {
        if (used.has(doc)) continue
        for (const place of this.#times(doc, new Set([at])))
          if (place > at) open.push({ place, used: new Set([...used, doc]) })
      }
    }
    return ends
  }

  #times(doc: ArgumentDoc, from: ReadonlySet<number>): ReadonlySet<number> {
    if (!isMultiple(doc)) return this.#once(doc, from)
    const repeatsToken = doc.flags?.includes('multiple_token') ?? false
    const ends = new Set<number>()
    let places = this.#once(doc, from)
    while (places.size > 0) {
      const fresh = [...places].filter((place) => !ends.has(place))
      for (const place of fresh) ends.add(place)
      places = fresh.length === 0 ? new Set() : this.#once(doc, new Set(fresh), repeatsToken)
    }
    return ends
  }

  #once(doc: ArgumentDoc, from: ReadonlySet<number>, withToken = true): ReadonlySet<number> {
    if (this.#steps++ > MAX_STEPS) return new Set()
    const places = !withToken || doc.token === undefined || doc.token === '' ? from : this.#word(from, doc, doc.token)
    if (doc.type === 'pure-token' || places.size === 0) return places
    if (doc.type === 'block') return this.sequence(doc.arguments ?? [], places)
    if (doc.type === 'oneof') return new Set((doc.arguments ?? []).flatMap((one) => [...this.#times(one, places)]))
    return this.#word(places, doc, null)
  }

  /** Reads one word: a fixed word, or any. */
  #word(from: ReadonlySet<number>, doc: ArgumentDoc, token: string | null): ReadonlySet<number> {
    const ends = new Set<number>()
    for (const place of from) {
      const word = this.words[place]
      if (word === undefined) this.expected.set(token ?? `<${doc.name}>`, { token, doc })
      else if (token === null ? !this.notFree.has(place) : word === token.toLowerCase()) {
        if (token !== null) this.fixed.add(place)
        ends.add(place + 1)
      }
    }
    return ends
  }
}
