import type { ReplayedLine } from '../../analysis/replay'

/** A captured line as it is judged now, and with the rules before the edits. */
export interface ComparedLine {
  readonly line: ReplayedLine
  /** The line's place in the capture. */
  readonly i: number
  /** Null where nothing was edited. */
  readonly old: ReplayedLine | null
}

/** Pairs the lines of a capture with the same lines by the rules before the edits. */
export const compareLines = (
  now: readonly ReplayedLine[],
  before: readonly ReplayedLine[] | null,
): readonly ComparedLine[] => now.map((line, i) => ({ line, i, old: before?.[i] ?? null }))

/** Tells whether the access check allows a line, and nothing after it denies it. */
export const isAllowed = ({ decision, sortRefusal }: ReplayedLine): boolean =>
  decision?.allowed === true && sortRefusal === null

export const isDenied = ({ line }: ComparedLine): boolean => !isAllowed(line)

/** Tells whether the edits changed the verdict. */
export const isChanged = ({ line, old }: ComparedLine): boolean =>
  old !== null && old.decision !== null && line.decision !== null && isAllowed(old) !== isAllowed(line)
