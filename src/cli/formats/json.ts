import { fromText, toText } from '../../acl/bytes'
import type { CommandLine } from '../../proof/command-line'
import { locationOf, type FileDiagnostic } from '../diagnostic'

/** Converts a diagnostic for the JSON formats; `place` is null where it is about the whole file. */
export function jsonDiagnostic(diagnostic: FileDiagnostic): Readonly<Record<string, unknown>> {
  const { code, severity, message, notes, source, place } = diagnostic
  return { file: source.name, place: place === null ? null : locationOf(diagnostic), code, severity, message, notes }
}

/** A command line as the JSON formats have it; bytes that are no UTF-8 are written \\xNN, and `binary` says so. */
export function jsonLine({ argv, db }: CommandLine): Readonly<Record<string, unknown>> {
  if (argv.every((word) => fromText(toText(word)) === word)) return { argv: argv.map(toText), db }
  const escape = (byte: string): string => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  return { argv: argv.map((word) => word.replace(/[\x80-\xff\\]/g, escape)), db, binary: true }
}

export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
