import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, pasteAcl } from '../browser/harness'
import { actions, file } from './many-users'
import { loadAll, longestTask, slowness, yardstick } from './tasks'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** Milliseconds after an action in which what it set off is watched too. */
const AFTER = 1_000

/** Times that an action is done until its longest task is short enough. */
const ROUNDS = 8
/** Milliseconds that a task may take on a machine at its quickest. */
const LIMIT = 50

test('no action on 10,000 users takes the page’s thread for long', { timeout: 900_000, retry: 0 }, async () => {
  const { page, context } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
  void context
  await loadAll(page)
  const measure = await yardstick(page)
  await pasteAcl(page, file(0))
  await page.getByText('Loaded: 10,001 users').waitFor()
  await page.waitForTimeout(5_000)
  const long: string[] = []
  for (const { name, run: perform } of actions) {
    // The browser compiles and collects garbage when it likes: the least counts.
    let least = Infinity
    for (let round = 1; round <= ROUNDS && least > LIMIT; round++) {
      const longest = await longestTask(page, async () => {
        await perform(page, round)
        await page.waitForTimeout(AFTER)
      })
      least = Math.min(least, longest / slowness(await measure()))
    }
    if (least > LIMIT) long.push(`${name}: ${Math.round(least)} ms`)
  }
  expect(long).toEqual([])
})

/** Makes events of the page that take its thread for long: in their listener, or in what follows it. */
function listenForLong(page: Page): Promise<void> {
  return page.evaluate(() => {
    const work = (): void => {
      let x = 0
      for (let i = 0; i < 150_000_000; i++) x = (x + i) % 7
      document.title = String(x)
    }
    document.body.addEventListener('long', work)
    document.body.addEventListener('long-behind', () => queueMicrotask(work))
    document.body.addEventListener('click', () => setTimeout(work), { once: true })
  })
}

test.each([
  ['that a click begins', (page: Page) => page.mouse.click(1, 1)],
  ['that the test begins', (page: Page) => page.evaluate(() => void document.body.dispatchEvent(new Event('long')))],
  [
    'that follows what the test begins',
    (page: Page) => page.evaluate(() => void document.body.dispatchEvent(new Event('long-behind'))),
  ],
])('a long task of the page is seen: one %s', async (_, begin) => {
  const { page } = await site.open({ viewport: { width: 800, height: 600 } }, '#new')
  await listenForLong(page)
  const longest = await longestTask(page, async () => {
    await begin(page)
    await page.waitForFunction(() => /^\d$/.test(document.title))
  })
  expect(longest).toBeGreaterThan(LIMIT)
})

test('what the test itself does in the page is not seen', async () => {
  const { page } = await site.open({ viewport: { width: 800, height: 600 } }, '#new')
  const longest = await longestTask(page, () =>
    page.evaluate(() => {
      let x = 0
      for (let i = 0; i < 150_000_000; i++) x = (x + i) % 7
      document.title = String(x)
    }),
  )
  expect(longest).toBeLessThan(LIMIT)
})
