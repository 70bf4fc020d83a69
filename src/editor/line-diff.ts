import { Change, diff } from '@codemirror/merge'

/** Characters of a difference, on the longer side, within which single words are compared. */
const MOST_COMPARED = 4_000
/** The same for all differences together. */
const MOST_TOGETHER = 60_000
/** Bounds the comparison of words: a difference that takes more is shown as a whole. */
const within = { scanLimit: 200 }

/** The differences of two texts, and whether some are shown by whole lines only. */
export interface LineDiff {
  readonly changes: readonly Change[]
  readonly isCoarse: boolean
}

/** Part of a text, by lines. */
interface Part {
  readonly from: number
  readonly to: number
}

/**
 * Compares two texts line by line, then the words of short differences. Takes time in proportion to the texts: lines that
 * stand once in both are taken for the same, as far as their order is (patience diff).
 */
export function lineDiff(a: string, b: string): LineDiff {
  const [left, right] = [linesOf(a), linesOf(b)]
  const changes: Change[] = []
  let isCoarse = false
  let compared = 0
  for (const [{ from: fromA, to: toA }, { from: fromB, to: toB }] of differing(left, right)) {
    const [startA, endA, startB, endB] = [left.at(fromA), left.at(toA), right.at(fromB), right.at(toB)]
    const length = Math.max(endA - startA, endB - startB)
    if (startA === endA || startB === endB) changes.push(new Change(startA, endA, startB, endB))
    else if (length <= MOST_COMPARED && compared + length <= MOST_TOGETHER) {
      compared += length
      for (const one of diff(a.slice(startA, endA), b.slice(startB, endB), within))
        changes.push(new Change(startA + one.fromA, startA + one.toA, startB + one.fromB, startB + one.toB))
    } else {
      changes.push(new Change(startA, endA, startB, endB))
      isCoarse = true
    }
  }
  return { changes, isCoarse }
}

interface Lines {
  /** The lines with their ends. */
  readonly texts: readonly string[]
  /** Returns where a line starts; the end of the text for the one behind the last. */
  readonly at: (line: number) => number
}

function linesOf(text: string): Lines {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1 && at + 1 < text.length; at = text.indexOf('\n', at + 1))
    starts.push(at + 1)
  return {
    texts: starts.map((start, i) => text.slice(start, starts[i + 1])),
    at: (line) => starts[line] ?? text.length,
  }
}

/** Yields the pairs of parts that differ, in order. */
function* differing({ texts: a }: Lines, { texts: b }: Lines): Generator<readonly [Part, Part]> {
  let [fromA, fromB] = [0, 0]
  for (const [atA, atB] of [...anchors(a, b), [a.length, b.length] as const]) {
    // What surrounds a line that both have is often the same too.
    while (fromA < atA && fromB < atB && a[fromA] === b[fromB]) {
      fromA++
      fromB++
    }
    let [toA, toB] = [atA, atB]
    while (toA > fromA && toB > fromB && a[toA - 1] === b[toB - 1]) {
      toA--
      toB--
    }
    if (fromA < toA || fromB < toB)
      yield [
        { from: fromA, to: toA },
        { from: fromB, to: toB },
      ]
    fromA = atA + 1
    fromB = atB + 1
  }
}

/** Returns the longest list of lines that stand once in both texts and in the same order in both, as pairs of places. */
function anchors(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const placesInB = oncePlaces(b)
  const pairs = [...oncePlaces(a)].flatMap(([text, at]) => {
    const other = placesInB.get(text)
    return other === undefined ? [] : [[at, other] as const]
  })
  // The longest increasing subsequence, by the end of the best one of each length.
  const ends: number[] = []
  const before: number[] = []
  pairs.forEach(([, at], i) => {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < at) low = middle + 1
      else high = middle
    }
    before.push(ends[low - 1] ?? -1)
    ends[low] = i
  })
  const found: (readonly [number, number])[] = []
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i] ?? -1) {
    const pair = pairs[i]
    if (pair !== undefined) found.push(pair)
  }
  return found.reverse()
}

/** Returns the places of the lines that stand in a text once, in order. */
function oncePlaces(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  lines.forEach((line, i) => places.set(line, places.has(line) ? -1 : i))
  for (const [line, at] of places) if (at === -1) places.delete(line)
  return places
}
