import { ChangeSet, type ChangeDesc } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { Finding } from '../../analysis/finding'
import { moveFindings, showFindings } from '../../editor/problems'
import type { Advised } from './Advice.svelte'

/** Pieces of advice that an editor is given at a time: of a long file, those around what is in view. */
const MOST = 1200

/** The part of a list, in the order of a file, that lies around a place. */
export function around(findings: readonly Finding[], place: number, most = MOST): readonly Finding[] {
  if (findings.length <= most) return findings
  let low = 0
  let high = findings.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((findings[middle]?.span.from ?? 0) < place) low = middle + 1
    else high = middle
  }
  const from = Math.max(0, Math.min(low - (most >> 1), findings.length - most))
  return findings.slice(from, from + most)
}

/** What an editor shows of refusals and advice, as both come and go and the text changes. */
export class FindingsInView {
  readonly #view: EditorView
  #refused: readonly Finding[] = []
  #advised: readonly Finding[] = []
  /** What was edited since the advice was given. */
  #since: ChangeDesc
  /** Where the shown part of the advice begins and ends; null: all of it is shown. */
  #part: { readonly from: number; readonly to: number } | null = null

  constructor(view: EditorView) {
    this.#view = view
    this.#since = ChangeSet.empty(view.state.doc.length).desc
  }

  edited(changes: ChangeDesc): void {
    this.#since = this.#since.composeDesc(changes)
  }

  /**
   * @param refused the server's refusals of `text`
   * @param advice where it is about an earlier text, what is shown stays and moves along with the edits
   */
  take(refused: readonly Finding[], advice: Advised | undefined, text: string): void {
    const news = advice !== undefined && advice.findings !== this.#advised && advice.text === text
    if (!news && refused.length === 0 && this.#refused.length === 0) return
    this.#refused = refused
    if (news) {
      this.#advised = advice.findings
      this.#since = ChangeSet.empty(this.#view.state.doc.length).desc
    }
    this.#show()
  }

  /** The view scrolled: shows the advice around it, if that is not what is shown. */
  scrolled(): void {
    const { viewport } = this.#view
    const first = this.#advised[0]
    const last = this.#advised.at(-1)
    if (this.#part === null || first === undefined || last === undefined) return
    const [from, to] = [this.#place(viewport.from), this.#place(viewport.to)]
    const above = from < this.#part.from && this.#part.from > first.span.from
    const below = to > this.#part.to && this.#part.to < last.span.from
    if (above || below) this.#show()
  }

  /** A place of today in the text that was advised on. */
  #place(at: number): number {
    const back = this.#since.invertedDesc
    return back.mapPos(Math.min(at, back.length))
  }

  #show(): void {
    const { viewport } = this.#view
    const part = around(this.#advised, this.#place((viewport.from + viewport.to) >> 1))
    this.#part = part === this.#advised ? null : { from: part[0]?.span.from ?? 0, to: part.at(-1)?.span.from ?? 0 }
    showFindings(this.#view, [...this.#refused, ...moveFindings(part, this.#since)])
  }
}
