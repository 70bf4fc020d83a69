import { fromText, toText } from '../../acl/bytes'
import type { CommandLine } from '../../proof/command-line'
import type { Target } from '../../targets/target'
import { locationOf, type FileDiagnostic } from '../diagnostic'

/** Converts a diagnostic for the JSON formats; `place` is null where it is about the whole file. */
export function jsonDiagnostic(diagnostic: FileDiagnostic): Readonly<Record<string, unknown>> {
  const { code, severity, message, notes, source, place } = diagnostic
  return { file: source.name, place: place === null ? null : locationOf(diagnostic), code, severity, message, notes }
}

/** A target as the JSON formats have it. */
export function jsonTarget({ id, release, evidence, modules }: Target): Readonly<Record<string, unknown>> {
  return { id, version: release, evidence, modules }
}

/** A command line as the JSON formats have it; bytes that are no UTF-8 are written \\xNN, and `binary` says so. */
export function jsonLine({ argv, db }: CommandLine): Readonly<Record<string, unknown>> {
  if (argv.every((word) => fromText(toText(word)) === word)) return { argv: argv.map(toText), db }
  const escape = (byte: string): string => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  return { argv: argv.map((word) => word.replace(/[\x80-\xff\\]/g, escape)), db, binary: true }
}

/** Returns a value as JSON in which invisible and control characters are escaped: a terminal might interpret them. */
export function jsonText(value: unknown, indentation?: number): string {
  return JSON.stringify(value, null, indentation).replace(INVISIBLE, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** JSON escapes U+0000 to U+001F and lone surrogates itself; a line break separates its lines. */
const INVISIBLE = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu

/** A list of a JSON document whose items are made as they are written: there may be a hundred thousand. */
export class Listed {
  constructor(readonly items: Iterable<unknown>) {}
}

/** Returns a list for `renderJson`. Its items are made as they are written, so it can be rendered once. */
export function listed<T>(items: Iterable<T>, make: (item: T) => unknown): Listed {
  return new Listed(
    (function* () {
      for (const item of items) yield make(item)
    })(),
  )
}

/** Renders a document as JSON, in pieces. */
export function* renderJson(document: Readonly<Record<string, unknown>>): Generator<string> {
  yield* rendered(document, '\n')
  yield '\n'
}

/** @param newLine a line end, and the indentation of the line that the value starts on */
function* rendered(value: unknown, newLine: string): Generator<string> {
  if (value instanceof Listed) yield* inBrackets('[]', unnamed(value.items), newLine)
  else if (!holdsList(value)) yield jsonText(value, 2).replaceAll('\n', newLine)
  else if (Array.isArray(value)) yield* inBrackets('[]', unnamed(value), newLine)
  else yield* inBrackets('{}', Object.entries(value), newLine)
}

const unnamed = function* (items: Iterable<unknown>): Generator<[null, unknown]> {
  for (const item of items) yield [null, item]
}

function* inBrackets(
  [open = '', close = '']: string,
  entries: Iterable<readonly [string | null, unknown]>,
  newLine: string,
): Generator<string> {
  let isEmpty = true
  for (const [name, value] of entries) {
    if (value === undefined) continue
    yield `${isEmpty ? open : ','}${newLine}  ${name === null ? '' : `${jsonText(name)}: `}`
    yield* rendered(value, `${newLine}  `)
    isEmpty = false
  }
  yield isEmpty ? open + close : newLine + close
}

/** Returns true for a value that holds a list whose items are made later. */
const holdsList = (value: unknown): value is object =>
  value instanceof Listed || (typeof value === 'object' && value !== null && Object.values(value).some(holdsList))
