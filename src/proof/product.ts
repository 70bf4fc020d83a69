import type { Bytes } from '../acl/bytes'
import { included, outside, undecided, type Budget } from './inclusion'
import { type Language, keyOf } from './language'

/**
 * One place of a command form: the language that fills it on the left, and the language of each alternative on the right.
 * `one`: a single value must lie outside of every alternative that the place is to rule out; `each`: the place is repeated,
 * so that one value per alternative is enough.
 */
export interface Place {
  readonly repeats: 'one' | 'each'
  readonly mine: Language
  readonly theirs: readonly Language[]
  /** The values to choose from, where the place is not for any string: database numbers. */
  readonly domain: readonly Bytes[] | null
}

/** Values for each place that the left allows and no alternative on the right does. */
export type Combination =
  | { readonly kind: 'witness'; readonly values: readonly (readonly Bytes[])[] }
  | { readonly kind: 'included' }
  | { readonly kind: 'undecided' }

/** Assignments that one product may try. */
const MAX_ASSIGNMENTS = 5_000

/**
 * Decides whether a product of languages is within a union of products. It is not if and only if the products on the right
 * can be distributed over the places so that each place has a value outside of all of its share. Exponential in the number of
 * products on the right at worst, where there are several places; bounded by a number of assignments and by the budget.
 * @param alternatives the number of products on the right
 */
export function combinationOutside(places: readonly Place[], alternatives: number, budget: Budget): Combination {
  const search = new Assignment(places, budget)
  // Most often one product includes all.
  if (places.length > 1 && search.isWithinOne(alternatives)) return { kind: 'included' }
  const found =
    places.length === 1
      ? search.single(alternatives)
      : search.assign(
          0,
          alternatives,
          places.map(() => []),
        )
  if (found !== null) return { kind: 'witness', values: found }
  return search.isExact ? { kind: 'included' } : { kind: 'undecided' }
}

type Values = readonly Bytes[] | null

class Assignment {
  /** False once a search was left undecided. */
  isExact = true
  #left = MAX_ASSIGNMENTS
  readonly #places: readonly Place[]
  readonly #budget: Budget
  readonly #found = new Map<string, { readonly values: Values; readonly isExact: boolean }>()

  constructor(places: readonly Place[], budget: Budget) {
    this.#places = places
    this.#budget = budget
  }

  /** Returns values for the only place, which must rule out every alternative. */
  single(alternatives: number): (readonly Bytes[])[] | null {
    const values = this.#valuesFor(
      0,
      Array.from({ length: alternatives }, (_, t) => t),
    )
    return values === null ? null : [values]
  }

  /** Returns true where a single alternative includes the product. */
  isWithinOne(alternatives: number): boolean {
    for (let t = 0; t < alternatives; t++) {
      const isWithin = this.#places.every((_, i) => this.#valuesFor(i, [t]) === null && this.isExact)
      // What was not decided here may not matter.
      this.isExact = true
      if (isWithin) return true
    }
    return false
  }

  /** Distributes the alternatives from `next` on. Returns values, or null if no distribution works. */
  assign(next: number, alternatives: number, groups: number[][]): (readonly Bytes[])[] | null {
    if (this.#left-- <= 0) {
      this.isExact = false
      return null
    }
    if (next === alternatives) {
      const values = this.#places.map((_, i) => this.#valuesFor(i, groups[i] ?? []))
      return values.every((one) => one !== null) ? values : null
    }
    for (let i = 0; i < this.#places.length; i++) {
      const group = groups[i]
      if (group === undefined) continue
      group.push(next)
      const found = this.#valuesFor(i, group) === null ? null : this.assign(next + 1, alternatives, groups)
      group.pop()
      if (found !== null) return found
    }
    return null
  }

  #valuesFor(i: number, group: readonly number[]): Values {
    const place = this.#places[i]
    if (place === undefined) return null
    this.#budget.left -= group.length / 20
    if (this.#budget.left <= 0) {
      this.isExact = false
      return null
    }
    const languages = distinct(group.flatMap((t) => place.theirs[t] ?? []))
    const key = `${i} ${languages.map(keyOf).join(' ')}`
    let known = this.#found.get(key)
    if (known === undefined) {
      const before = this.isExact
      this.isExact = true
      const values = place.repeats === 'each' ? this.#each(place, languages) : this.#one(place, languages)
      known = { values, isExact: this.isExact }
      this.isExact = before
      this.#found.set(key, known)
    }
    if (!known.isExact) this.isExact = false
    return known.values
  }

  #each(place: Place, languages: readonly Language[]): Values {
    const values: Bytes[] = []
    for (const language of languages) {
      const one = this.#one(place, [language])
      if (one === null) return null
      values.push(...one)
    }
    return [...new Set(values)]
  }

  #one({ mine, domain }: Place, languages: readonly Language[]): Values {
    if (languages.some(({ all }) => all)) return null
    if (domain !== null) {
      const has = (language: Language, text: Bytes): boolean =>
        language.all || language.members.some(([pattern]) => pattern === text)
      const value = domain.find((text) => has(mine, text) && !languages.some((language) => has(language, text)))
      return value === undefined ? null : [value]
    }
    const [only] = languages
    const together =
      languages.length === 1 && only !== undefined
        ? only
        : { all: false, members: languages.flatMap(({ members }) => members) }
    this.#budget.left -= together === only ? 0 : together.members.length / 50
    const found = outside(mine, together, this.#budget)
    if (found === undecided || found.kind === 'undecided') this.isExact = false
    return found !== included && found.kind === 'witness' ? [found.text] : null
  }
}

function distinct(languages: readonly Language[]): Language[] {
  return [...new Map(languages.map((language) => [keyOf(language), language])).values()]
}
