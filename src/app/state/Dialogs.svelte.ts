export type DialogName =
  | 'gallery'
  | 'share'
  | 'palette'
  | 'shortcuts'
  | 'incoming'
  | 'connect'
  | 'differences'
  | 'diagnostics'
  | 'checklist'
  | 'password'
  | 'exchange'
  | 'compare'
  | 'replay'
  | 'refused'
  | 'cheat'
  | 'workspaces'
  | 'docs'
  | 'simplify'
  | 'roles'
  | 'outline'
  | 'ask'
  | 'release'

/** The open dialog, and what dialogs open with. */
export class Dialogs {
  /** The example of the gallery that its address names; empty for none. */
  galleryAt = $state('')
  /** The page of the documentation and the heading on it: `playground/keyboard`. */
  reading = $state('')
  /** The rule that the cheat sheet opens at, by its address; empty for none. */
  cheatRule = $state('')
  /** The question that the dialog with its answer is about. */
  question = $state('')
  /** The text that the dialog about a denial opens with. */
  refusedText = ''
  /** The capture that Replay opens with; null: ACL LOG. */
  replayText: string | null = ''
  /** The keys that were typed for the list of actions while it was loading; `enter`: and confirmed. */
  typedAhead = { text: '', enter: false }
  /** The user to find shorter rules for; null for all users of users.acl. */
  toSimplify: string | null = null
  #importMode: 'merge' | 'replace' = 'merge'
  /** The element that had the keyboard before the first dialog opened. */
  #opener: Element | null = null
  #current = $state.raw<DialogName | null>(null)

  /** The open dialog; null where none is. */
  get current(): DialogName | null {
    return this.#current
  }

  /** Opens a dialog in place of the open one, or closes that; the keyboard then returns to where it was before. */
  show(dialog: DialogName | null): void {
    if (dialog === this.#current) return
    const { activeElement } = document
    if (dialog !== null && activeElement?.closest('[role=dialog]') == null) this.#opener = activeElement
    this.#current = dialog
    this.typedAhead = { text: '', enter: false }
    const opener = this.#opener
    if (dialog !== null || !(opener instanceof HTMLElement)) return
    requestAnimationFrame(() => {
      if (this.#current === null && document.activeElement === document.body && opener.isConnected) opener.focus()
    })
  }

  /** Opens the cheat sheet, at a rule where one is named. */
  showCheat(rule = ''): void {
    this.cheatRule = rule
    this.show('cheat')
  }

  /** Asks why something was denied: an error, a command, or an entry of ACL LOG. */
  askWhy(text = ''): void {
    this.refusedText = text
    this.show('refused')
  }

  /** Answers a question about the policy. */
  ask(question: string): void {
    this.question = question
    this.show('ask')
  }

  /** Opens the replay of ACL LOG. */
  replayLog(): void {
    this.replayText = null
    this.show('replay')
  }

  /** Opens the gallery, at an example where one is named. */
  showGallery(example = ''): void {
    this.galleryAt = example
    this.show('gallery')
  }

  /** Opens a page of the documentation, as `reading` names it. */
  read(page: string): void {
    this.reading = page
    this.show('docs')
  }

  /** Looks for shorter rules for one user, or (null) for all. */
  simplify(user: string | null): void {
    this.toSimplify = user
    this.show('simplify')
  }

  /** Opens the import, which opens what it reads as a new workspace. */
  checkOwnFile(): void {
    this.#importMode = 'replace'
    this.show('exchange')
  }

  /** Returns the mode that the import starts in, once. */
  takeImportMode(): 'merge' | 'replace' {
    const mode = this.#importMode
    this.#importMode = 'merge'
    return mode
  }
}
