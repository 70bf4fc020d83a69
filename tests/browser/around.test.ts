import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Site, diagnostics, openSite } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

test('the line under the editor explains the word at the caret and the whole line', async () => {
  const { page, problems } = await site.open()
  const explanation = page.getByRole('region', { name: 'Explanation', exact: true })
  const height = (await explanation.boundingBox())?.height
  const editor = page.locator('.cm-content[aria-label="users.acl"]')
  await editor.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await explanation.getByText('Allows every command.').waitFor()
  expect(await explanation.innerText()).toContain('admin may read and write every key')
  await page.keyboard.insertText(' -flushall')
  await explanation.getByText('not FLUSHALL').waitFor()
  await explanation.getByRole('button', { name: 'Show the whole explanation' }).click()
  await page.getByRole('region', { name: 'The whole explanation' }).getByText('Denies FLUSHALL.').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('region', { name: 'The whole explanation' }).waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: 'Expectations' }).click()
  await page.locator('.cm-content[aria-label="users.expect"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.press('ArrowUp')
  await explanation.getByText(/^Holds/).waitFor()
  expect((await explanation.boundingBox())?.height).toBe(height)
  expect(problems).toEqual([])
})
