import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, settled } from '../browser/harness'
import { functionsCompiled, longestTask } from './tasks'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/**
 * The longest task that the start may take, in milliseconds of processor time. The browser slows the page's thread down
 * to a quarter, as fast as a phone of the middle class. Measured: 80 to 180.
 */
const MOST = 200

/** Does something with a phone's page that was never opened before. */
async function onFirstVisit(work: (page: Page) => Promise<void>): Promise<void> {
  await site.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, '', async (page) => {
    // The process of the page stays the same from here on.
    await page.goto(new URL('/left', site.url).href)
    await work(page)
  })
}

async function start(page: Page): Promise<void> {
  await page.goto(site.url)
  await page.waitForFunction(() => !('start' in document.documentElement.dataset))
}

test('the functions of the start are compiled beside the download, not in its tasks', async () => {
  await onFirstVisit(async (page) => {
    // It was 1300, in half of the time of the tasks. What is left are the script of the head and the test's own.
    expect(await functionsCompiled(page, () => start(page))).toBeLessThan(150)
  })
})

test('on a first visit with a phone, no task of the start takes long', { timeout: 300_000 }, async () => {
  let least = Infinity
  for (let round = 0; round < 6 && least > MOST; round++)
    await onFirstVisit(async (page) => {
      const protocol = await page.context().newCDPSession(page)
      await protocol.send('Emulation.setCPUThrottlingRate', { rate: 4 })
      const longest = await longestTask(page, async () => {
        await start(page)
        // What the start leaves for later comes with the first touch.
        await settled(page)
        await page.waitForTimeout(2_000)
      })
      least = Math.min(least, longest)
      await protocol.detach()
    })
  expect(least).toBeLessThan(MOST)
})
