import { ChangeSet, type ChangeDesc } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { Diagnostic } from '../../analysis/diagnostic'
import { moveDiagnostics, showDiagnostics } from '../../editor/diagnostics'
import type { Checked } from './Diagnostics.svelte'

/** The most diagnostics that an editor shows at a time: those of a long file that are near the viewport. */
const MOST = 400

/** Returns the part of a list, in file order, that is near a place. */
export function around(diagnostics: readonly Diagnostic[], place: number, most = MOST): readonly Diagnostic[] {
  if (diagnostics.length <= most) return diagnostics
  let low = 0
  let high = diagnostics.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((diagnostics[middle]?.span.from ?? 0) < place) low = middle + 1
    else high = middle
  }
  const from = Math.max(0, Math.min(low - (most >> 1), diagnostics.length - most))
  return diagnostics.slice(from, from + most)
}

/** The server's errors and the diagnostics in one editor, kept in place while the text changes. */
export class DiagnosticsInView {
  readonly #view: EditorView
  #refused: readonly Diagnostic[] = []
  #checked: readonly Diagnostic[] = []
  /** The edits since the shown diagnostics were computed. */
  #since: ChangeDesc
  /** The range of the shown part; null where all diagnostics are shown. */
  #part: { readonly from: number; readonly to: number } | null = null

  constructor(view: EditorView) {
    this.#view = view
    this.#since = ChangeSet.empty(view.state.doc.length).desc
  }

  edited(changes: ChangeDesc): void {
    this.#since = this.#since.composeDesc(changes)
  }

  /**
   * Takes new diagnostics.
   * @param refused the server's errors in `text`
   * @param checked the diagnostics; where they are about an earlier text, the shown diagnostics stay and move with the edits
   */
  take(refused: readonly Diagnostic[], checked: Checked | undefined, text: string): void {
    const news = checked !== undefined && checked.diagnostics !== this.#checked && checked.text === text
    if (!news && refused.length === 0 && this.#refused.length === 0) return
    this.#refused = refused
    if (news) {
      this.#checked = checked.diagnostics
      this.#since = ChangeSet.empty(this.#view.state.doc.length).desc
    }
    this.#show()
  }

  /** Shows the diagnostics near the viewport after scrolling. */
  scrolled(): void {
    const { viewport } = this.#view
    const first = this.#checked[0]
    const last = this.#checked.at(-1)
    if (this.#part === null || first === undefined || last === undefined) return
    const [from, to] = [this.#place(viewport.from), this.#place(viewport.to)]
    const above = from < this.#part.from && this.#part.from > first.span.from
    const below = to > this.#part.to && this.#part.to < last.span.from
    if (above || below) this.#show()
  }

  /** Maps a place in the current text to the text that was checked. */
  #place(at: number): number {
    const back = this.#since.invertedDesc
    return back.mapPos(Math.min(at, back.length))
  }

  #show(): void {
    const { viewport } = this.#view
    const part = around(this.#checked, this.#place((viewport.from + viewport.to) >> 1))
    this.#part = part === this.#checked ? null : { from: part[0]?.span.from ?? 0, to: part.at(-1)?.span.from ?? 0 }
    showDiagnostics(this.#view, [...this.#refused, ...moveDiagnostics(part, this.#since)])
  }
}
