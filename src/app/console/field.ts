import type { Console } from '../state/Console.svelte'
import type { LinePreview } from '../state/preview'

/** The props of both inputs of the console: the plain one, and the editor that replaces it. */
export interface FieldProps {
  readonly one: Console
  readonly preview: LinePreview
  /** Runs the line; false where it has to wait, and stays. */
  readonly onrun: (line: string) => boolean
  /** Runs pasted lines one after another. */
  readonly onpaste: (lines: readonly string[]) => void
  /** Takes the keyboard at once, with the cursor here. */
  readonly focusAt: number | null
}
