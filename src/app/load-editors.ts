import type { Editors } from './state/LazyEditors.svelte'

/** Fetches the editors, which are chunks of their own. */
export async function loadEditors(): Promise<Editors> {
  const [files, field] = await Promise.all([
    import('./rules/FileEditors.svelte'),
    import('./console/EditorField.svelte'),
  ])
  return { FileEditors: files.default, EditorField: field.default }
}
