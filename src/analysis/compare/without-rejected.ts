import type { Comparison } from './types'

/** The texts of the two sides of a comparison. */
export interface Texts {
  readonly before: string
  readonly after: string
}

/** Returns the texts with the lines that a server rejects left blank; null where it names none. */
export function withoutRejected(texts: Texts, { refused }: Pick<Comparison, 'refused'>): Texts | null {
  const left = { ...texts }
  for (const { side, problems } of refused) {
    const lines = texts[side].split('\n')
    const rejected = problems.map(({ span }) => span.line).filter((line) => (lines[line - 1] ?? '') !== '')
    if (rejected.length === 0) return null
    for (const line of rejected) lines[line - 1] = ''
    left[side] = lines.join('\n')
  }
  return left
}
