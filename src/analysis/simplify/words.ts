import type { Bytes } from '../../acl/bytes'

/** A word of a user's rules, and whether the other version lacks it. */
export interface DiffWord {
  readonly text: Bytes
  readonly isOnlyHere: boolean
}

/**
 * Compares two versions of a user's rules word by word, whatever the order: a word that both have equally often is in both.
 * Words inside a selector count like those outside.
 */
export function diffWords(
  before: readonly Bytes[],
  after: readonly Bytes[],
): { readonly before: readonly DiffWord[]; readonly after: readonly DiffWord[] } {
  const [olds, news] = [wordsOf(before), wordsOf(after)]
  return { before: marked(olds, news), after: marked(news, olds) }
}

const wordsOf = (rules: readonly Bytes[]): readonly Bytes[] => (rules.length === 0 ? [] : rules.join(' ').split(' '))

/** Parentheses are written at the first and the last word of a selector, whichever that is. */
const bare = (word: Bytes): Bytes => word.replace(/^\(|\)$/g, '')

function marked(words: readonly Bytes[], others: readonly Bytes[]): DiffWord[] {
  const left = new Map<Bytes, number>()
  for (const word of others) left.set(bare(word), (left.get(bare(word)) ?? 0) + 1)
  return words.map((text) => {
    const count = left.get(bare(text)) ?? 0
    if (count > 0) left.set(bare(text), count - 1)
    return { text, isOnlyHere: count === 0 }
  })
}
