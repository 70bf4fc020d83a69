import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, pasteAcl } from './harness'
import { actions, file } from './many-users'
import { longestTask } from './tasks'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** Milliseconds after an action in which what it set off is watched too. */
const AFTER = 3_000

/** Times that an action is done until its longest task is short enough. */
const ROUNDS = 4
/**
 * Milliseconds that a task may take. On an idle machine most take less than 50; beside another browser at work, the same
 * tasks take half as long again.
 */
const LIMIT = 80

test('no action on 10,000 users takes the page’s thread for long', { timeout: 600_000 }, async () => {
  const { page, context } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
  void context
  await pasteAcl(page, file(0))
  await page.getByText('Loaded: 10,001 users').waitFor()
  await page.waitForTimeout(10_000)
  const long: string[] = []
  for (const { name, run: perform } of actions) {
    // The browser compiles and collects garbage when it likes: the least counts.
    let least = Infinity
    for (let round = 1; round <= ROUNDS && least > LIMIT; round++)
      least = Math.min(
        least,
        await longestTask(page, async () => {
          await perform(page, round)
          await page.waitForTimeout(AFTER)
        }),
      )
    if (least > LIMIT) long.push(`${name}: ${Math.round(least)} ms`)
  }
  expect(long).toEqual([])
})

test('a task that is long is seen', async () => {
  const { page } = await site.open({ viewport: { width: 800, height: 600 } }, '#new')
  const busy = longestTask(page, () =>
    page.evaluate(() => {
      let x = 0
      for (let i = 0; i < 300_000_000; i++) x = (x + i) % 7
      document.title = String(x)
    }),
  )
  expect(await busy).toBeGreaterThan(100)
})
