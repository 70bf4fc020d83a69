import type { App } from '../../state/App.svelte'

/** A key combination, written `Mod K`, `Alt 1` or `F8`. */
export interface Shortcut {
  readonly keys: string
  /** The handler: the page, the page before the editors, or the editors themselves. */
  readonly by: 'page' | 'page-first' | 'editor'
  /** The text in the table of shortcuts; default: the action's title. */
  readonly does?: string
  /** True where it works while a dialog is open. */
  readonly inDialogs?: boolean
}

/** Something that a person can do. The list of actions, the More pane, shortcuts and their table are made from it. */
export interface Action {
  readonly id: string
  readonly title: string
  /** Other words that find it in the list of actions. */
  readonly synonyms?: readonly string[]
  /** A note beside the title. */
  readonly hint?: string
  readonly shortcut?: Shortcut
  /** Tells whether it is possible now; default: always. */
  readonly when?: (app: App) => boolean
  /** False for what has a shortcut only. */
  readonly listed?: boolean
  /** Returns true for a query that names just this, such as a user's name: it comes before all others. */
  readonly isFirst?: (query: string) => boolean
  readonly run: (app: App) => void
}

/** A group of actions; a function returns those that depend on the workspace. */
export interface Group {
  readonly title: string
  readonly actions: readonly (Action | ((app: App) => readonly Action[]))[]
}

/** A group of actions as the list of actions and the More pane show it. */
export interface ActionGroup {
  readonly title: string
  readonly actions: readonly Action[]
}
