import type { App } from '../state/App.svelte'
import { notLoaded } from '../state/banner'

/** Tells that a part of the page could not be loaded, where what asked for it does not. */
export function tellFailedParts(app: App): void {
  const failures = new WeakSet<Error>()
  // Vite sends this event before the import is rejected with the same error.
  addEventListener('vite:preloadError', (event: Event) => {
    if ('payload' in event && event.payload instanceof Error) failures.add(event.payload)
  })
  addEventListener('unhandledrejection', (event) => {
    const reason: unknown = event.reason
    if (!(reason instanceof Error) || !failures.has(reason)) return
    event.preventDefault()
    app.tell(notLoaded)
  })
}
