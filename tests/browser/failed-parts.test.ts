import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, paste } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

test('a part that a click asks for and that cannot be loaded is told of, and asked for again', async () => {
  const { page, context } = await site.open()
  const part = /\/ConnectionMenu-[^/]*\.js$/
  await context.route(part, (route) => route.abort())
  const button = page.getByRole('button', { name: 'This connection' })
  await button.click()
  const message = page.getByText('This part of the page could not be loaded. Check the connection and try again.')
  await message.waitFor()
  await context.unroute(part)
  await button.click()
  await page.getByRole('menu').waitFor()
})

test('waiting commands whose part cannot be loaded are told of, and shown when it is loaded again', async () => {
  const { page, context } = await site.open()
  const part = /\/session-parts-[^/]*\.js$/
  await context.route(part, (route) => route.abort())
  await paste(page.locator('[aria-label="Command"].cm-content'), 'BLPOP app:none 0\nPING\nPING\n')
  await page
    .getByText('Commands wait to be run, but the part of the page that shows them could not be loaded.')
    .waitFor()
  await context.unroute(part)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('2 pasted lines have yet to run').waitFor()
  await expect.poll(() => page.getByText('could not be loaded').count()).toBe(0)
})
