import { beforeAll, expect, test } from 'vitest'
import { type Site, keystrokeTime, mainThreadClock, openSite, pasteAcl, run } from '../browser/harness'
import { file } from './many-users'
import { slowness, yardstick } from './tasks'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

test('in a file of 10,000 users, a keystroke takes 16 ms of processor time until it can be painted, and 100 until its verdict stands', async () => {
  const { page, context } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
  void context
  await pasteAcl(page, file(0))
  await page.getByText('Loaded: 10,001 users').waitFor()
  await run(page, 'GET tenant:1:x')
  await page.waitForTimeout(3_000)
  const measure = await yardstick(page)
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('End')
  const spent = await mainThreadClock(page)
  const verdict = page.locator('[role=log] [role=group]').getByText(/now denied/)
  let least = Infinity
  for (let round = 0; round < 3; round++) {
    const before = await spent()
    await page.keyboard.insertText(' -get')
    await verdict.waitFor()
    least = Math.min(least, (await spent()) - before)
    for (let i = 0; i < 5; i++) await page.keyboard.press('Backspace')
    await verdict.waitFor({ state: 'detached' })
    await page.waitForTimeout(500)
  }
  expect(least / slowness(await measure())).toBeLessThan(100)

  const painted = await keystrokeTime(page, 400, 16)
  expect(painted / slowness(await measure())).toBeLessThan(16)
})

test('with 10,000 users, a letter of a question takes 50 ms of processor time until its suggestions stand', async () => {
  const { page, context } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
  void context
  await pasteAcl(page, file(0))
  await page.getByText('Loaded: 10,001 users').waitFor()
  await page.waitForTimeout(3_000)
  const measure = await yardstick(page)
  const spent = await mainThreadClock(page)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Ask').fill('what can tenant-999')
  const wanted = page.getByRole('option', { name: 'what can tenant-9999 do' })
  let least = Infinity
  for (let round = 0; round < 5; round++) {
    await page.waitForTimeout(300)
    const before = await spent()
    await page.keyboard.insertText('9')
    await wanted.waitFor()
    least = Math.min(least, (await spent()) - before)
    await page.keyboard.press('Backspace')
    await wanted.waitFor({ state: 'detached' })
  }
  expect(least / slowness(await measure())).toBeLessThan(50)
})
