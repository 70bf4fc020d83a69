/** Copies texts to the clipboard, and tells of a text for two seconds that it was copied. */
export class Clipboard {
  #last = $state.raw<{ readonly text: string; readonly copied: boolean } | null>(null)

  /** Tells whether a text was just copied. */
  copied(text: string): boolean {
    return this.#last?.copied === true && this.#last.text === text
  }

  /** Tells whether the browser denied copying a text. */
  denied(text: string): boolean {
    return this.#last?.copied === false && this.#last.text === text
  }

  /** Copies a text. Returns false where the browser denies that. */
  async copy(text: string): Promise<boolean> {
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    const last = { text, copied }
    this.#last = last
    if (copied) setTimeout(() => this.#last === last && (this.#last = null), 2000)
    return copied
  }
}
