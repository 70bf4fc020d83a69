import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, settled } from '../browser/harness'
import { functionsCompiled, longestTask } from './tasks'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/**
 * The longest task that the start may take, in milliseconds of processor time. The browser slows the page's thread down
 * to a quarter, as fast as a phone of the middle class. Measured on a busy machine: 78 to 169.
 */
const MOST = 200

/** Opens a phone's page where nothing of the playground is left, ready for a first visit. */
async function leave(): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const { page, context } = await site.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await page.goto(new URL('/left', site.url).href)
  await page.evaluate(() => localStorage.clear())
  return { page, context }
}

async function start(page: Page): Promise<void> {
  await page.goto(site.url)
  await page.waitForFunction(() => !('start' in document.documentElement.dataset))
}

test('the functions of the start are compiled beside the download, not in its tasks', async () => {
  const { page } = await leave()
  // It was 1300, in half of the time of the tasks. What is left are the script of the head and the test's own.
  expect(await functionsCompiled(page, () => start(page))).toBeLessThan(150)
})

test('on a phone, no task of the start takes long', { timeout: 300_000 }, async () => {
  let least = Infinity
  for (let round = 0; round < 6 && least > MOST; round++) {
    const { page, context } = await leave()
    const protocol = await context.newCDPSession(page)
    await protocol.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    const longest = await longestTask(page, async () => {
      await start(page)
      // What the start leaves for later comes with the first touch.
      await settled(page)
      await page.waitForTimeout(2_000)
    })
    least = Math.min(least, longest)
  }
  expect(least).toBeLessThan(MOST)
})
