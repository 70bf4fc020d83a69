import { toText } from '../acl/bytes'
import type { Rule as AclRule, Span } from '../acl/decision'
import type { Location, Rule } from './types'

/** A file's text, with the places of its lines. */
export class FileText {
  readonly #starts: readonly number[]

  constructor(
    readonly name: Location['file'],
    readonly text: string,
  ) {
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#starts = starts
  }

  /** Returns the place of a range, given in UTF-16 units. */
  location(from: number, to: number): Location {
    const start = this.#pointAt(from)
    const end = this.#pointAt(Math.max(from, to))
    return { file: this.name, ...start, endLine: end.line, endColumn: end.column }
  }

  #pointAt(offset: number): { readonly line: number; readonly column: number } {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 }
  }
}

/** The files of a policy. */
export interface Texts {
  readonly acl: FileText
  readonly conf: FileText
}

/** Returns the file that a span is in; null for a span in a command line. */
export function fileOf(span: Span, texts: Texts): FileText | null {
  return span.source === 'users.acl' ? texts.acl : span.source === 'redis.conf' ? texts.conf : null
}

/** Returns a rule with its place, which is null where it was not read from a file. */
export function ruleAt({ text, span }: AclRule, texts: Texts): Rule {
  const file = span === null ? null : fileOf(span, texts)
  return { text: toText(text), location: span === null || file === null ? null : file.location(span.from, span.to) }
}
