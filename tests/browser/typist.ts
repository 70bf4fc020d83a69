import { setTimeout } from 'node:timers/promises'
import type { CDPSession, Locator, Page } from 'playwright-core'
import type { Site } from './harness'

export type FileName = 'acl' | 'conf' | 'expect'

const editors = {
  acl: { label: 'users.acl', key: 'Alt+1' },
  conf: { label: 'redis.conf', key: 'Alt+2' },
  expect: { label: 'users.expect', key: 'Alt+4' },
} as const

/** The members of CodeMirror's view that are read and used from outside, found at the element it edits. */
interface View {
  readonly state: {
    readonly doc: { readonly length: number; toString(): string }
    readonly selection: { readonly main: { readonly head: number } }
  }
  dispatch(spec: object): void
}

/** What an editor holds: its text, its text as drawn, and the place of its cursor. */
export interface Content {
  readonly text: string
  /** The text that a person sees: without notes, shortened hashes written out. */
  readonly drawn: string
  readonly head: number
}

const list = '.cm-tooltip-autocomplete li[aria-selected]:visible'

/** Somebody at the keyboard of one page. */
export class Typist {
  readonly page: Page
  readonly #protocol: CDPSession
  #content: Locator

  private constructor(page: Page, protocol: CDPSession) {
    this.page = page
    this.#protocol = protocol
    this.#content = page.locator('.cm-content').first()
  }

  static async open(site: Site, hash: string): Promise<Typist> {
    const { page, context } = await site.open({ viewport: { width: 1000, height: 560 } }, hash)
    await page.waitForLoadState('networkidle')
    return new Typist(page, await context.newCDPSession(page))
  }

  /** Goes to a file, makes `text` its whole content and puts the cursor at `at`. */
  async start(file: FileName, text: string, at: number): Promise<void> {
    const { label, key } = editors[file]
    await this.page.keyboard.press(key)
    this.#content = this.page.locator(`.cm-content[aria-label="${label}"]`)
    await this.#content.focus()
    await this.#content.evaluate(
      (node, [whole, anchor]) => {
        const { view } = (node as unknown as { cmTile: { view: View } }).cmTile
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: whole } })
        view.dispatch({ selection: { anchor } })
      },
      [text, at] as const,
    )
  }

  async content(): Promise<Content> {
    return this.#content.evaluate((node) => {
      const { state } = (node as unknown as { cmTile: { view: View } }).cmTile.view
      const lines = [...node.querySelectorAll('.cm-line')].map((line) => {
        const copy = line.cloneNode(true) as HTMLElement
        for (const empty of copy.querySelectorAll('.cm-placeholder')) empty.remove()
        for (const hash of copy.querySelectorAll<HTMLElement>('.cm-short-hash')) hash.textContent = hash.title
        return copy.textContent
      })
      return { text: state.doc.toString(), drawn: lines.join('\n'), head: state.selection.main.head }
    })
  }

  async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await setTimeout(milliseconds)
  }

  async press(key: string, delay: number): Promise<void> {
    await this.page.keyboard.press(key)
    await this.wait(delay)
  }

  /** Types characters that are on a keyboard. */
  async type(text: string, delay: number): Promise<void> {
    await this.page.keyboard.type(text, { delay })
  }

  /** Waits until the list of completions is open, and takes keys. */
  async completions(): Promise<void> {
    await this.page.locator(list).first().waitFor()
    await this.wait(100)
  }

  /** Writes a word as an input method does: in steps that replace each other, then what is meant. */
  async compose(steps: readonly string[], result: string, delay: number): Promise<void> {
    for (const step of steps) {
      await this.#protocol.send('Input.imeSetComposition', {
        text: step,
        selectionStart: step.length,
        selectionEnd: step.length,
      })
      await this.wait(delay)
    }
    await this.#protocol.send('Input.insertText', { text: result })
    await this.wait(delay)
  }
}
