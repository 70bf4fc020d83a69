import type { Dialogs } from './Dialogs.svelte'

/** A file that was dropped on the page or chosen: its text, or the reason why it cannot be read. */
export interface DroppedFile {
  readonly name: string
  readonly text: string
  readonly problem: string
}

/** Leads files that are dropped on the page to the dialog that takes them. */
export class DroppedFiles {
  readonly #dialogs: Dialogs
  /** A dropped file that no dialog has taken yet. */
  #waiting: DroppedFile | null = null
  /** The open dialog's function for files. */
  #take: ((file: DroppedFile) => void) | null = null

  constructor(dialogs: Dialogs) {
    this.#dialogs = dialogs
  }

  /** Gives a dropped file to the open dialog that takes files, or to the import, which it opens. */
  drop(file: DroppedFile): void {
    if (this.#take === null) {
      this.#waiting = file
      if (this.#dialogs.current !== 'replay') this.#dialogs.show('exchange')
    } else this.#take(file)
  }

  /** Gives dropped files to `take` until the returned function is called. */
  takeWith(take: (file: DroppedFile) => void): () => void {
    this.#take = take
    const file = this.#waiting
    this.#waiting = null
    if (file !== null) take(file)
    return () => {
      if (this.#take === take) this.#take = null
    }
  }
}
