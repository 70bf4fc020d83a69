import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openSite, run, transcript, type Site } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

async function connectAs(page: Page, user: string): Promise<void> {
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption(user)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
}

test('a key runs out when the clock is put forward', async () => {
  const { page, problems } = await site.open()
  await run(page, 'SET app:short 1 EX 30')
  await page.getByRole('tab', { name: /^Keyspace/ }).click()
  const row = page.getByRole('row').filter({ hasText: 'app:short' })
  await row.waitFor()
  await expect.poll(() => row.innerText()).toMatch(/string\s+int, 1 byte/)
  await expect.poll(() => row.innerText()).toMatch(/(30|29|28) s/)
  await page.getByRole('button', { name: '10 s', exact: true }).click()
  await expect.poll(() => row.innerText()).toMatch(/(20|19|18|17) s/)
  await page.getByRole('button', { name: '1 min', exact: true }).click()
  await row.waitFor({ state: 'detached' })
  await run(page, 'EXISTS app:short')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('(integer) 0')
  expect(problems).toEqual([])
})

test('a refusal inside a script is logged as such, and explained', async () => {
  const { page } = await site.open()
  const file = page.locator('.cm-content[aria-label="users.acl"]')
  await file.focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user scripts on nopass ~app:* +eval +get')
  await page.getByText('Loaded: 6 users').waitFor()
  await connectAs(page, 'scripts')
  await run(page, 'EVAL "return redis.call(\'SET\', KEYS[1], 1)" 1 app:1')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('ACL failure in script')
  await page.getByRole('tab', { name: /^ACL LOG/ }).click()
  const entry = page.getByRole('row').filter({ hasText: 'lua' })
  await entry.waitFor()
  await expect.poll(() => entry.innerText()).toMatch(/command[^]*set[^]*lua[^]*scripts/)
  await page
    .getByRole('button', { name: /denied inside/ })
    .last()
    .waitFor()
})

test('a subscriber whose channel is taken away is cut off', async () => {
  const { page } = await site.open()
  const file = page.locator('.cm-content[aria-label="users.acl"]')
  await file.focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user reader on nopass resetchannels &news:* +subscribe')
  await page.getByText('Loaded: 6 users').waitFor()
  await connectAs(page, 'reader')
  await run(page, 'SUBSCRIBE news:1')
  await expect.poll(async () => (await transcript(page)).join('\n')).toContain('subscribe')
  await connectAs(page, 'admin')
  await run(page, 'ACL SETUSER reader resetchannels')
  await page
    .getByRole('tab', { name: /reader|not connected|closed/ })
    .first()
    .click()
  await run(page, 'PING')
  await expect.poll(async () => (await transcript(page)).join('\n')).toMatch(/no permissions|closed/)
})
