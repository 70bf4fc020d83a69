import type { Page } from 'playwright-core'

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds of the thread's processor time. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/**
 * Returns the longest task of the page's main thread while `work` is done: milliseconds of that thread's own processor
 * time, so that other work of the machine does not count. Alone on a machine, it is as long as a long task of
 * PerformanceObserver.
 */
export async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('Only a page of a browser of its own can be traced.')
  await collectGarbage(page)
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing', '__metadata'] })
  const mark = `watched ${Math.random()}`
  await page.evaluate((name) => void performance.mark(name), mark)
  const done = await work().then(
    () => null,
    (error: unknown) => ({ error }),
  )
  const trace = (await browser.stopTracing()).toString()
  if (done !== null) throw done.error
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] }
  return longestOf(traceEvents, mark)
}

/** Frees what earlier work left behind, so that it is not freed within what is measured. */
async function collectGarbage(page: Page): Promise<void> {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('HeapProfiler.collectGarbage')
  await protocol.detach()
}

function longestOf(events: readonly TraceEvent[], mark: string): number {
  const process = events.find(({ name }) => name === mark)?.pid
  const main = events.find(
    ({ name, pid, args }) => name === 'thread_name' && pid === process && args.name === 'CrRendererMain',
  )?.tid
  if (main === undefined) throw new Error('The trace does not show the page.')
  const tasks = events.filter(({ name, pid, tid }) => pid === process && tid === main && name.endsWith('RunTask'))
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1_000))
}
