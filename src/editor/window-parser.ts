import { ParseContext } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'
import { type Input, type PartialParse, type TreeFragment, Parser, Tree } from '@lezer/common'
import type { LRParser } from '@lezer/lr'

/** Characters of a file that is parsed as a whole. */
const SHORT = 50_000
/** Characters that are parsed before and after the viewport. */
const MARGIN = 5_000
/** Characters beyond which a viewport is none: before the layout of a pasted text, CodeMirror takes all of it for the viewport. */
const WIDE = 100_000

/**
 * Parses of a long file only the lines around the viewport, and others when they come into view. That takes a constant
 * time, where parsing up to the viewport would take as long as a tenth of a second in one task. For languages in which
 * every line can be parsed alone; ask for that of a line by `lineSyntax`, not by `ensureSyntaxTree`.
 */
export class WindowParser extends Parser {
  readonly #inner: LRParser

  constructor(inner: LRParser) {
    super()
    this.#inner = inner
  }

  createParse(
    input: Input,
    fragments: readonly TreeFragment[],
    ranges: readonly { from: number; to: number }[],
  ): PartialParse {
    const context = ParseContext.get()
    if (context === null || input.length <= SHORT) return this.#inner.startParse(input, fragments, ranges)
    const window = windowOf(context.state, context.viewport)
    // The ranges of earlier parses, which CodeMirror would keep: without this, each key press would add two.
    ;(context as { readonly skipped?: unknown[] }).skipped?.splice(0)
    if (window.from > 0) context.skipUntilInView(0, window.from)
    if (window.to < input.length) context.skipUntilInView(window.to, input.length)
    return new WindowParse(this.#inner.startParse(input, fragments, [window]), window.from, input.length)
  }
}

/** Returns the lines around a viewport. */
function windowOf({ doc }: EditorState, { from, to }: { from: number; to: number }): { from: number; to: number } {
  const end = to - from > WIDE ? from : to
  const first = doc.lineAt(Math.max(0, from - MARGIN))
  const last = doc.lineAt(Math.min(doc.length, end + MARGIN))
  return { from: first.from, to: last.to }
}

/** The parse of a window, whose tree is as long as the whole file. */
class WindowParse implements PartialParse {
  constructor(
    readonly inner: PartialParse,
    readonly from: number,
    readonly length: number,
  ) {}

  get parsedPos(): number {
    return Math.max(this.from, this.inner.parsedPos)
  }

  get stoppedAt(): number | null {
    return this.inner.stoppedAt
  }

  stopAt(pos: number): void {
    this.inner.stopAt(pos)
  }

  advance(): Tree | null {
    const tree = this.inner.advance()
    if (tree === null) return null
    return new Tree(
      tree.type,
      tree.children,
      tree.positions.map((pos) => pos + this.from),
      this.stoppedAt ?? this.length,
    )
  }
}
