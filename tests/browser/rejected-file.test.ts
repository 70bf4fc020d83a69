import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, act, diagnostics, openSite } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const rejected = 'The server rejects users.acl.'

/** Writes a file that the server rejects after one that it loads. */
async function openRejected(): Promise<Page> {
  const { page } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user fresh on nopass ~fresh:* +get')
  await page.getByText('Memory and file agree.').waitFor()
  await page.keyboard.insertText(' +nosuch')
  await page.getByText('The rules that loaded last stay in force.').waitFor()
  return page
}

test('every view of the rules in force says so while the server rejects the file', async () => {
  const page = await openRejected()
  const says = async (where: Page | Locator, what: string): Promise<void> => {
    const note = where.getByRole('status').filter({ hasText: rejected })
    await note.waitFor()
    await expect.poll(() => note.innerText()).toContain(what)
  }
  await page.getByRole('tab', { name: 'Permissions' }).click()
  const pane = page.getByRole('region', { name: 'Log, keyspace and permissions' })
  await says(pane, 'This shows the rules that loaded last.')
  expect(await diagnostics(page)).toEqual([])
  await page.getByText('A key', { exact: true }).click()
  await says(pane, 'This shows the rules that loaded last.')
  await page.getByRole('tab', { name: /Keyspace/ }).click()
  await says(pane, 'those of the rules that loaded last')
  await page.keyboard.press('Alt+4')
  await says(page.getByRole('region', { name: 'Rules' }), 'checked against the rules that loaded last')
  await act(page, 'Import and export')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('tab', { name: 'Export' }).click()
  await says(dialog, 'These are the users that loaded last')
  await page.keyboard.press('Escape')
  await act(page, 'Replay')
  await dialog.getByLabel('Capture').fill('GET app:1\n')
  await says(dialog, 'The verdicts are those of the rules that loaded last.')
  await page.keyboard.press('Escape')
  await act(page, 'Compare memory and file')
  await dialog.getByText('The server rejects users.acl, so there is nothing to compare.').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Alt+1')
  await page.keyboard.press('Control+End')
  for (let i = 0; i < ' +nosuch'.length; i++) await page.keyboard.press('Backspace')
  await page.getByText('Memory and file agree.').waitFor()
  await expect.poll(() => page.getByText(rejected).count()).toBe(0)
})

test('a long refusal has the width of the pane, and Compare lists errors one below the other', async () => {
  const { page } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(
    Array.from({ length: 25 }, (_, i) => `user tenant${i} on nopass ~tenant${i}:* +nosuch${i}`).join('\n'),
  )
  const words = page.locator('div.words').filter({ hasText: 'Rejected.' })
  await words.waitFor()
  const widths = await words.evaluate((node) => [node.clientWidth, node.parentElement?.clientWidth ?? 0])
  expect(widths[0]).toBeGreaterThan((widths[1] ?? Infinity) - 40)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  const errors = dialog.getByRole('list', { name: /^Errors of/ }).getByRole('listitem')
  await errors.first().waitFor()
  await expect.poll(() => errors.count()).toBe(25)
  await expect.poll(() => errors.nth(3).innerText()).toContain('users.acl:4:')
})
