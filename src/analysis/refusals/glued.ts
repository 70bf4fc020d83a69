import { isAccepted, remove, takesAway, write, type Case, type Remedy } from './case'

/** The places where a further rule can start in a word: a hyphen can be a part of a name or pattern. */
const STARTS = /[+~&%>#-]/g
/** The most places that are tried: more make no rules. */
const MOST_STARTS = 20

/** Handles `+get+set`, `on>pw`: several rules in one word, with nothing between them. */
export function glued(problem: Case): Remedy | null {
  const { token } = problem
  const starts = Array.from(token.matchAll(STARTS), ({ index }) => index).filter((index) => index > 0)
  if (starts.length === 0 || starts.length > MOST_STARTS) return null
  const parts = split(problem, [0, ...starts, token.length])
  return parts === null || parts.length < 2
    ? null
    : {
        hint: 'Rules are separated by spaces.',
        fixes: [write(problem, parts.join(' ')), ...(takesAway(parts.join(' ')) ? [] : remove(problem))],
      }
}

/** Splits a word into the shortest rules that a server accepts; null where there are no such rules. */
function split(problem: Case, places: readonly number[]): readonly string[] | null {
  const { token } = problem
  const last = places.length - 1
  /** The rules from each place on. */
  const from: (readonly string[] | null)[] = places.map((_, i) => (i === last ? [] : null))
  for (let i = last - 1; i >= 0; i--) {
    for (let next = i + 1; next <= last && from[i] === null; next++) {
      const rest = from[next] ?? null
      const part = token.slice(places[i], places[next])
      if (rest !== null && isAccepted(problem, part)) from[i] = [part, ...rest]
    }
  }
  return from[0] ?? null
}
