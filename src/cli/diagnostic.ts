import { isAbsolute, normalize, relative } from 'node:path'
import type { Fix } from '../analysis/diagnostic'
import type { Source } from './input'
import { shownText } from './masked'

/** `refused`: the server refuses it. The others are severities of diagnostics and of expectations that do not hold. */
export type Severity = 'refused' | 'error' | 'warning' | 'info'

/** A diagnostic to report about a file, in any format. */
export interface FileDiagnostic {
  readonly source: Source
  /** The stable code of its kind: `refused`, `missing-default`, `expectation`. */
  readonly code: string
  readonly severity: Severity
  readonly message: string
  /** Further sentences: explanations and fixes. */
  readonly notes: readonly string[]
  /** Offsets in the source's text, in UTF-16 units; null where the message is about the whole file. */
  readonly place: { readonly from: number; readonly to: number } | null
  /** Edits of the source that resolve it. Absent: none is known. */
  readonly fixes?: readonly Fix[]
}

/** A range as people and machine formats count: from 1, columns in UTF-16 units, the end exclusive. */
export interface Location {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

const lineStarts = new WeakMap<Source, number[]>()

function startsOf(source: Source): number[] {
  let starts = lineStarts.get(source)
  if (starts === undefined) {
    starts = [0]
    for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1)
    lineStarts.set(source, starts)
  }
  return starts
}

function pointAt(source: Source, offset: number): { readonly line: number; readonly column: number } {
  const starts = startsOf(source)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}

/** Returns the location of a diagnostic; line 1, column 1 where it is about the whole file. */
export function locationOf({ source, place }: Pick<FileDiagnostic, 'source' | 'place'>): Location {
  const start = pointAt(source, place?.from ?? 0)
  const end = pointAt(source, Math.max(place?.to ?? 0, place?.from ?? 0))
  return { ...start, endLine: end.line, endColumn: end.column }
}

/**
 * Moves the place of a diagnostic into its notes where the file was converted: its lines are not those of the rules. The
 * line is shown with passwords masked.
 */
export function withoutForeignPlace(diagnostic: FileDiagnostic): FileDiagnostic {
  if (diagnostic.source.isConverted !== true || diagnostic.place === null) return diagnostic
  const line = lineOf(diagnostic.source, locationOf(diagnostic).line)
  const shown = line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line
  return { ...diagnostic, place: null, notes: [`In: ${shown}`, ...diagnostic.notes], fixes: [] }
}

/** The characters of a line that a note shows. */
const WIDTH = 200

/** Returns a line of a source (from 1) for printing: passwords masked, without its line end. */
export function lineOf(source: Source, line: number): string {
  const starts = startsOf(source)
  const text = shownText(source)
  return text.slice(starts[line - 1] ?? 0, (starts[line] ?? text.length + 1) - 1).replace(/\r$/, '')
}

/** Normalizes a path for CI services: with slashes, and relative where the file is below the working directory. */
export function pathInRepository(name: string): string {
  const below = isAbsolute(name) ? relative(process.cwd(), name) : normalize(name)
  const path = below.startsWith('..') || isAbsolute(below) ? name : below
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path
}
