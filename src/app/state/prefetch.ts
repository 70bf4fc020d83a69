import { commandsOnDemand } from '../../server/commands/on-demand'
import type { BannerPlace } from './banner'
import { loadRefusals } from './Files.svelte'
import { idle } from './pace'

/** Fetches, while the page is idle, what most visits need soon. What cannot be fetched now is fetched when it is needed. */
export async function prefetch(page: BannerPlace): Promise<void> {
  await idle()
  import('./engine-news').then(({ followEngine }) => followEngine(page)).catch(() => undefined)
  for (const load of [() => commandsOnDemand.loadAll(), loadRefusals]) load().catch(() => undefined)
}
