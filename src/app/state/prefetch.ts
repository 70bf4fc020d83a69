import { commandsOnDemand } from '../../server/commands/on-demand'
import { loadRefusals } from './Files.svelte'

/** Fetches, while the page is idle, what most visits need soon. What cannot be fetched now is fetched when it is needed. */
export function prefetch(): void {
  const fetchAll = (): void => {
    for (const load of [() => commandsOnDemand.loadAll(), loadRefusals]) load().catch(() => undefined)
  }
  // Safari has no idle callbacks.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(fetchAll, { timeout: 2_000 })
  else setTimeout(fetchAll, 200)
}
