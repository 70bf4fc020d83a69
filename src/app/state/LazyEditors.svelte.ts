import type { Component } from 'svelte'
import type { FieldProps } from '../console/field'

interface Editors {
  readonly FileEditors: Component
  readonly EditorField: Component<FieldProps>
}

/**
 * The editors (CodeMirror and its languages) come after the rest of the page: until they are there, files are shown as
 * text and the console's input is a plain one, so that a first command need not wait for them.
 */
export class LazyEditors {
  #editors = $state.raw<Editors | null>(null)
  #failed = $state(false)

  get FileEditors(): Component | null {
    return this.#editors?.FileEditors ?? null
  }

  get EditorField(): Component<FieldProps> | null {
    return this.#editors?.EditorField ?? null
  }

  /** They could not be fetched. */
  get failed(): boolean {
    return this.#failed
  }

  async load(): Promise<void> {
    this.#failed = false
    try {
      const [files, field] = await Promise.all([
        import('../rules/FileEditors.svelte'),
        import('../console/EditorField.svelte'),
      ])
      this.#editors = { FileEditors: files.default, EditorField: field.default }
    } catch {
      this.#failed = true
    }
  }
}
