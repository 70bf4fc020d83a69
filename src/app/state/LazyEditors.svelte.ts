import type { Component } from 'svelte'
import type { FieldProps } from '../console/field'
import { pause } from './pace'

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
  #files = $state.raw<Editors['FileEditors'] | null>(null)
  #field = $state.raw<Editors['EditorField'] | null>(null)
  #failed = $state(false)

  constructor(load: LoadEditors) {
    this.#load = load
  }

  get FileEditors(): Component | null {
    return this.#files
  }

  get EditorField(): Component<FieldProps> | null {
    return this.#field
  }

  /** The editors could not be fetched. */
  get failed(): boolean {
    return this.#failed
  }

  async load(): Promise<void> {
    this.#failed = false
    try {
      const { FileEditors, EditorField } = await this.#load()
      this.#files = FileEditors
      // In a task of its own.
      await pause()
      this.#field = EditorField
    } catch {
      this.#failed = true
    }
  }
}
