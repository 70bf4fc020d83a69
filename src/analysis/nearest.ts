/** The maximum number of words to search: among more, a near match is probably a coincidence. */
const MOST_WORDS = 2_000

/** Returns the edit distance of two short words; swapped neighbours count as one edit. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

/** Returns true if a word lacks so many letters of another one; each takes an edit. */
function lacks(word: string, letters: string, enough: number): boolean {
  let missing = 0
  for (const letter of letters) if (!word.includes(letter) && ++missing >= enough) return true
  return false
}

/**
 * Returns the known word that was probably meant: at most a third of the letters differ. Null where none is near, or
 * where there are too many.
 */
export function nearest(typed: string, known: Iterable<string>): string | null {
  return allNearest(typed, known)[0] ?? null
}

/** Returns all known words that differ as little as the nearest one. */
export function allNearest(typed: string, known: Iterable<string>): readonly string[] {
  if (typed.length > 40) return []
  let best: string[] = []
  let least = Math.min(2, Math.floor(typed.length / 3))
  let looked = 0
  for (const word of known) {
    if (++looked > MOST_WORDS) return []
    if (Math.abs(word.length - typed.length) > least || lacks(word, typed, least + 1)) continue
    const far = distance(typed, word)
    if (far > least) continue
    if (far < least) best = []
    best.push(word)
    least = far
  }
  return best
}
