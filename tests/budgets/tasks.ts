import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { folder, mainThreadClock } from '../browser/harness'

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds on the clock. */
  readonly ts: number
  readonly dur?: number
  /** Microseconds of the thread's processor time. */
  readonly tdur?: number
  readonly args: {
    readonly name?: string
    readonly chrome_mojo_event_info?: { readonly mojo_interface_tag?: string }
  }
}

const categories = ['toplevel', 'devtools.timeline', 'v8.execute', 'blink.user_timing', '__metadata']

/**
 * Returns the longest task of the page's main thread while `work` is done: milliseconds of that thread's own processor
 * time, so that other work of the machine does not count. Alone on a machine, it is as long as a long task of
 * PerformanceObserver. Of a task in which the test asks the page, only the page's own work counts.
 */
export async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  return longestOf(await trace(page, work))
}

/**
 * Loads all parts of the page that come when they are first used: an action that waits for one of them does its work in
 * several tasks, but only the first time.
 */
export async function loadAll(page: Page): Promise<void> {
  const parts = readdirSync(join(folder, 'assets')).filter(
    (name) => /\.(js|css)$/.test(name) && !name.includes('.worker-'),
  )
  await page.evaluate(async (names) => {
    const known = new Set([...document.styleSheets].map(({ href }) => href !== null && new URL(href).pathname))
    await Promise.all(
      names
        .map((name) => `/assets/${name}`)
        .filter((path) => !known.has(path))
        .map((path) => {
          const element = path.endsWith('.css')
            ? Object.assign(document.createElement('link'), { rel: 'stylesheet', href: path })
            : Object.assign(document.createElement('script'), { type: 'module', src: path })
          document.head.append(element)
          return new Promise((resolve, reject) => {
            element.addEventListener('load', resolve)
            element.addEventListener('error', () => reject(new Error(`${path} was not loaded.`)))
          })
        }),
    )
  }, parts)
}

/** Milliseconds that the yardstick takes on an idle machine of two cores at its quickest. */
const USUAL = 9

/** Returns how many times as slow as that a machine is on which the yardstick takes some milliseconds: from 1 to 2. */
export const slowness = (taken: number): number => Math.min(2, Math.max(1, taken / USUAL))

/**
 * Returns what does work on the page's thread that does not change with the page: the milliseconds of processor time that
 * this takes, the least of several times, say how quick the machine is at that moment.
 */
export async function yardstick(page: Page): Promise<() => Promise<number>> {
  const spent = await mainThreadClock(page)
  return async () => {
    let least = Infinity
    for (let i = 0; i < 6; i++) {
      const before = await spent()
      await page.evaluate(() => {
        const counts = new Map<string, number>()
        for (let i = 0; i < 30_000; i++) {
          const word = `word-${(i * 7_919) % 10_007}`
          counts.set(word, (counts.get(word) ?? 0) + word.length)
        }
        return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).length
      })
      least = Math.min(least, (await spent()) - before)
    }
    return least
  }
}

/** Returns the number of functions that the page's main thread compiles while `work` is done. */
export async function functionsCompiled(page: Page, work: () => Promise<void>): Promise<number> {
  const events = await trace(page, work, ['disabled-by-default-v8.compile'])
  return events.filter(({ name }) => name === 'V8.CompileCode').length
}

/** Returns what the page's main thread does while `work` is done. More categories of events take more time. */
async function trace(
  page: Page,
  work: () => Promise<void>,
  more: readonly string[] = [],
): Promise<readonly TraceEvent[]> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('Only a page of a browser of its own can be traced.')
  await collectGarbage(page)
  await browser.startTracing(page, { categories: [...categories, ...more] })
  const mark = `watched ${Math.random()}`
  await page.evaluate((name) => void performance.mark(name), mark)
  const done = await work().then(
    () => null,
    (error: unknown) => ({ error }),
  )
  const text = (await browser.stopTracing()).toString()
  if (done !== null) throw done.error
  const { traceEvents } = JSON.parse(text) as { readonly traceEvents: readonly TraceEvent[] }
  return ofMainThread(traceEvents, mark)
}

/** Frees what earlier work left behind, so that it is not freed within what is measured. */
async function collectGarbage(page: Page): Promise<void> {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('HeapProfiler.collectGarbage')
  await protocol.detach()
}

function ofMainThread(events: readonly TraceEvent[], mark: string): readonly TraceEvent[] {
  const process = events.find(({ name }) => name === mark)?.pid
  const main = events.find(
    ({ name, pid, args }) => name === 'thread_name' && pid === process && args.name === 'CrRendererMain',
  )?.tid
  if (main === undefined) throw new Error('The trace does not show the page.')
  return events.filter(({ pid, tid, dur }) => pid === process && tid === main && dur !== undefined)
}

function longestOf(own: readonly TraceEvent[]): number {
  const tasks = own.filter(({ name }) => name.endsWith('RunTask')).sort((a, b) => processorTime(b) - processorTime(a))
  let longest = 0
  for (const task of tasks) {
    if (processorTime(task) <= longest) break
    const parts = own.filter((event) => isWithin(event, task))
    longest = Math.max(longest, parts.some(isQuestion) ? timeOfPage(parts) : processorTime(task))
  }
  return longest
}

/** Returns the milliseconds of the thread's processor time that an event took. */
function processorTime({ tdur = 0 }: TraceEvent): number {
  return tdur / 1_000
}

/** Returns true for a message of the test: to look for an element, to wait for one, or to run a function in the page. */
function isQuestion({ args }: TraceEvent): boolean {
  return args.chrome_mojo_event_info?.mojo_interface_tag === 'blink.mojom.DevToolsSession'
}

function isWithin(inner: TraceEvent, outer: TraceEvent): boolean {
  return inner.ts >= outer.ts && inner.ts + (inner.dur ?? 0) <= outer.ts + (outer.dur ?? 0)
}

/**
 * Returns the milliseconds of the page's own work among the parts of a task that the test caused: listeners on its
 * elements, what follows them, and its layout. The test's queries lay out too, element by element: the longest counts.
 */
function timeOfPage(parts: readonly TraceEvent[]): number {
  const called = outermost(parts, ['EventDispatch', 'RunMicrotasks'])
  const others = parts.filter((part) => !called.some((call) => isWithin(part, call)))
  const laidOut = ['UpdateLayoutTree', 'Layout'].map((name) =>
    Math.max(0, ...outermost(others, [name]).map(processorTime)),
  )
  return [...called.map(processorTime), ...laidOut].reduce((a, b) => a + b, 0)
}

/** Returns the parts of some names that are not within another such part. */
function outermost(parts: readonly TraceEvent[], names: readonly string[]): readonly TraceEvent[] {
  const result: TraceEvent[] = []
  const named = parts.filter(({ name }) => names.includes(name))
  for (const part of named.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))) {
    const last = result.at(-1)
    if (last === undefined || !isWithin(part, last)) result.push(part)
  }
  return result
}
