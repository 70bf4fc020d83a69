import { beforeAll, expect, test } from 'vitest'
import { type Site, diagnostics, openSite } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

test('results are copied as Markdown, and fill the window', async () => {
  const { page, problems } = await site.open({ permissions: ['clipboard-read', 'clipboard-write'] })
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('\nuser odd|`name on nopass ~tmp:* +get')
  await page.keyboard.press('Escape')

  // Compare.
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  const compare = page.getByRole('dialog', { name: 'Compare' })
  await compare.getByRole('group', { name: 'Changes of odd|`name' }).waitFor()
  await compare.getByRole('button', { name: 'Copy as Markdown' }).click()
  await compare.getByRole('button', { name: 'Copied' }).waitFor()
  await expect.poll(() => clipboard()).toContain('**User** ``odd|`name``\n\n```diff\n')
  await compare.getByRole('button', { name: 'Fill the window' }).click()
  await expect.poll(async () => (await compare.boundingBox())?.width).toBeGreaterThan(1400)
  expect(await diagnostics(page)).toEqual([])
  await compare.getByRole('button', { name: 'Restore the size' }).click()
  await expect.poll(async () => (await compare.boundingBox())?.width).toBeLessThan(1000)
  await page.keyboard.press('Escape')

  // Replay.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('replay what')
  await page.keyboard.press('Enter')
  const replay = page.getByRole('dialog', { name: 'Replay' })
  await replay.getByLabel('Capture').fill('GET "a|`b"\nAUTH app tops3cret\n')
  await replay.getByRole('button', { name: 'Copy as Markdown' }).click()
  await replay.getByRole('button', { name: 'Copied' }).waitFor()
  await expect.poll(() => clipboard()).toContain('``GET a\\|`b``')
  await expect.poll(() => clipboard()).not.toContain('tops3cret')
  await replay.getByRole('button', { name: 'Fill the window' }).click()
  await expect.poll(async () => (await replay.boundingBox())?.width).toBeGreaterThan(1400)
  expect(await diagnostics(page)).toEqual([])
  await page.keyboard.press('Escape')

  // Permissions.
  await page.getByRole('tab', { name: 'Permissions' }).click()
  await page.getByRole('grid').waitFor()
  await page.getByLabel('Filter users').fill('odd*')
  await page.getByLabel('Filter commands').fill('get')
  await page.getByText(/^1 × /).waitFor()
  await page.getByRole('button', { name: 'Copy as Markdown' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  await expect.poll(() => clipboard()).toContain('| Command | ``odd\\|`name`` |\n| --- | --- |\n')
  await page.getByRole('button', { name: 'Fill the window' }).click()
  const pane = page.getByRole('region', { name: 'Log, keyspace and permissions' })
  await expect.poll(async () => (await pane.boundingBox())?.width).toBeGreaterThan(1400)
  await expect.poll(() => page.getByRole('region', { name: 'Rules', exact: true }).isVisible()).toBe(false)
  expect(await diagnostics(page)).toEqual([])
  await page.getByRole('button', { name: 'Restore the panes' }).click()
  await page.getByRole('region', { name: 'Rules', exact: true }).waitFor()
  expect(problems).toEqual([])
})
