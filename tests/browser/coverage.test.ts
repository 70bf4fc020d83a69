import { beforeAll, expect, test } from 'vitest'
import { type Site, diagnostics, openSite, run } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

test('rules that nothing depended on are grey and listed, and come back once something does', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('tab', { name: 'Coverage' }).click()
  const panel = page.getByRole('tabpanel', { name: 'Coverage' })
  await panel.getByRole('row', { name: /~results:\*/ }).waitFor()
  const grey = page.locator('.cm-content[aria-label="users.acl"] .cm-unused')
  await expect.poll(async () => (await grey.allInnerTexts()).join(' ')).toContain('~results:*')
  await expect.poll(async () => (await grey.allInnerTexts()).join(' ')).not.toContain('~app:*')
  expect(await diagnostics(page)).toEqual([])
  await page.getByRole('tab', { name: /worker/ }).click()
  await run(page, 'LPUSH results:1 x')
  await panel.getByRole('row', { name: /~results:\*/ }).waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: /Expectations/ }).click()
  await page.locator('.cm-content[aria-label="users.expect"]').focus()
  await page.keyboard.insertText('monitor can GET stats:1\n')
  await panel.getByRole('row', { name: /%R~stats:\*/ }).waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: 'Keyspace' }).click()
  await page.getByRole('tab', { name: 'users.acl' }).click()
  await expect.poll(() => grey.count()).toBe(0)
  expect(problems).toEqual([])
})

test('a rule that no command could depend on says why', async () => {
  const { page } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('user app on nopass ~app:* ~app:1 +@all\n')
  await page.getByRole('tab', { name: 'Coverage' }).click()
  const row = page.getByRole('row', { name: /~app:1/ })
  await row.getByText('dead').waitFor()
  await row.getByRole('button', { name: 'Line 1' }).click()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('users.acl')
})
