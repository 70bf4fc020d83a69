/** Memoizes a function by the identity of its argument. */
export function memoize<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const cache = new WeakMap<K, { readonly value: V }>()
  return (key) => {
    let entry = cache.get(key)
    if (entry === undefined) cache.set(key, (entry = { value: compute(key) }))
    return entry.value
  }
}

/** Memoizes a function of two arguments by the identity of both. */
export function memoizePair<A extends object, B extends object, V>(compute: (a: A, b: B) => V): (a: A, b: B) => V {
  const byFirst = memoize((a: A) => memoize((b: B) => compute(a, b)))
  return (a, b) => byFirst(a)(b)
}

/** The largest number of texts that are cached for an object; results for further texts are computed each time. */
const MAX_TEXTS = 20_000
/** The longest text that is cached, in characters. */
const MAX_TEXT_LENGTH = 20_000

/**
 * Memoizes a function of an object, by identity, and a second argument, by its text: many users have the same rules.
 * @param textOf a text that determines the result for the second argument
 */
export function memoizeByText<A extends object, B, V>(
  textOf: (b: B) => string,
  compute: (a: A, b: B) => V,
): (a: A, b: B) => V {
  const byFirst = memoize((_: A) => new Map<string, { readonly value: V }>())
  return (a, b) => {
    const cache = byFirst(a)
    const text = textOf(b)
    const entry = cache.get(text)
    if (entry !== undefined) return entry.value
    const value = compute(a, b)
    if (cache.size < MAX_TEXTS && text.length <= MAX_TEXT_LENGTH) cache.set(text, { value })
    return value
  }
}
