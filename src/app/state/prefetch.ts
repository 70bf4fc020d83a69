import { commandsOnDemand } from '../../server/commands/on-demand'
import { loadRefusals } from './Files.svelte'
import { idle } from './pace'

/** Fetches, while the page is idle, what most visits need soon. What cannot be fetched now is fetched when it is needed. */
export async function prefetch(): Promise<void> {
  await idle()
  for (const load of [() => commandsOnDemand.loadAll(), loadRefusals]) load().catch(() => undefined)
}
