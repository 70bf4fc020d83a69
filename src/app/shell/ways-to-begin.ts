import type { App } from '../state/App.svelte'

/** A way to begin, offered to new visitors and in the help. */
export interface WayToBegin {
  readonly title: string
  readonly run: (app: App) => void
}

/** The id of the first lesson; the course itself is loaded with the pane. */
const firstLesson = 'fresh-server'

export const waysToBegin: readonly WayToBegin[] = [
  { title: 'Learn step by step', run: (app) => app.openLesson(firstLesson) },
  { title: 'Check my users.acl', run: (app) => app.dialogs.checkOwnFile() },
  { title: 'Just look around', run: (app) => app.explainUsers() },
]
