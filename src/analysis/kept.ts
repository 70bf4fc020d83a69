/** Keeps a function's answers, by which object it was asked about. */
export function kept<K extends object, V>(answer: (key: K) => V): (key: K) => V {
  const answers = new WeakMap<K, { readonly value: V }>()
  return (key) => {
    let known = answers.get(key)
    if (known === undefined) answers.set(key, (known = { value: answer(key) }))
    return known.value
  }
}

/** The same for two. */
export function keptOfTwo<A extends object, B extends object, V>(answer: (a: A, b: B) => V): (a: A, b: B) => V {
  const byFirst = kept((a: A) => kept((b: B) => answer(a, b)))
  return (a, b) => byFirst(a)(b)
}

/** Texts that are remembered for one object, and the length from which on one is not. */
const MOST_TEXTS = 20_000
const LONGEST_TEXT = 20_000

/**
 * The same for an object and something that has a text to know it by, such as the rules of a user: many users have the same.
 * @param textOf the text; where it is the same, so must the answer be
 */
export function keptByText<A extends object, B, V>(
  textOf: (b: B) => string,
  answer: (a: A, b: B) => V,
): (a: A, b: B) => V {
  const byFirst = kept((_: A) => new Map<string, { readonly value: V }>())
  return (a, b) => {
    const answers = byFirst(a)
    const text = textOf(b)
    const known = answers.get(text)
    if (known !== undefined) return known.value
    const value = answer(a, b)
    if (answers.size < MOST_TEXTS && text.length <= LONGEST_TEXT) answers.set(text, { value })
    return value
  }
}
