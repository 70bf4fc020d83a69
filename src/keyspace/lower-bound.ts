import { present } from './present'

/** Returns the first index at which `from` holds, or the length; `from` must hold for every item after that. */
export function lowerBound<T>(items: readonly T[], from: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (from(present(items[middle]))) high = middle
    else low = middle + 1
  }
  return low
}
