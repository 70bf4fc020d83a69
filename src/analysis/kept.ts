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
