import type { Component } from 'svelte'
import type { FieldProps } from '../console/field'

/** The components that need CodeMirror and its languages. */
export interface Editors {
  readonly FileEditors: Component
  readonly EditorField: Component<FieldProps>
}

export type LoadEditors = () => Promise<Editors>

/**
 * The editors, loaded after the rest of the page: until then files are shown as text and the console's input is a plain
 * one, so that the first command need not wait for them.
 */
export class LazyEditors {
  readonly #load: LoadEditors
  #editors = $state.raw<Editors | null>(null)
  #failed = $state(false)

  constructor(load: LoadEditors) {
    this.#load = load
  }

  get FileEditors(): Component | null {
    return this.#editors?.FileEditors ?? null
  }

  get EditorField(): Component<FieldProps> | null {
    return this.#editors?.EditorField ?? null
  }

  /** The editors could not be fetched. */
  get failed(): boolean {
    return this.#failed
  }

  async load(): Promise<void> {
    this.#failed = false
    try {
      this.#editors = await this.#load()
    } catch {
      this.#failed = true
    }
  }
}
