import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, pasteAcl } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** The longest that the page did not answer from here on, in milliseconds. */
async function watch(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const longest = { ms: 0 }
    Object.assign(window, { longest })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration)
    }).observe({ type: 'longtask' })
  })
  return () => page.evaluate(() => Math.round((window as unknown as { longest: { ms: number } }).longest.ms))
}

test('Share, Compare and Simplify answer while they work on 10,000 users, and can be cancelled', async () => {
  const { page, problems } = await site.open({}, '#new')
  const lines = Array.from(
    { length: 10_000 },
    (_, i) => `user tenant-${i} on >secret${i} ~tenant:${i}:* +@read +@write -@dangerous`,
  )
  await pasteAcl(page, `user default on nopass ~* &* +@all\n${lines.join('\n')}\n`)
  await page.getByText('Loaded: 10,001 users').waitFor()
  // The diagnostics of the whole file are there, and what they draw.
  await page.locator('.counts').first().waitFor()
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))

  let longest = await watch(page)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await expect.poll(() => page.getByLabel('Link', { exact: true }).inputValue()).toContain('#v1.')
  expect(await longest()).toBeLessThan(300)
  await page.getByText('Passwords are left out.').waitFor()
  await page.keyboard.press('Escape')

  longest = await watch(page)
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  await dialog.getByText(/^Compared [\d,]+ of 10,001 users\.$/).waitFor()
  expect(await longest()).toBeLessThan(300)
  await dialog.getByRole('progressbar', { name: 'Comparing' }).waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.getByText('Cancelled.').waitFor()
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click()
  await dialog.getByText(/^Compared [\d,]+ of 10,001 users\.$/).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })

  await page.keyboard.press('Control+k')
  await page.keyboard.type('simplify users.acl')
  await page.keyboard.press('Enter')
  const simplifying = page.getByRole('dialog', { name: 'Simplify users.acl' })
  await simplifying.getByRole('progressbar', { name: 'Simplifying' }).waitFor()
  longest = await watch(page)
  await simplifying.getByText(/ % of the file\.$/).waitFor()
  expect(await longest()).toBeLessThan(300)
  await simplifying.getByRole('button', { name: 'Cancel' }).click()
  await simplifying.getByText('Cancelled. Nothing was changed.').waitFor()
  await page.keyboard.press('Escape')
  await simplifying.waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})
