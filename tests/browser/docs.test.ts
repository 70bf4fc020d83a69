import { beforeAll, expect, test } from 'vitest'
import { type Site, act, diagnostics, openSite, run } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

test('the documentation has an address, is searched, follows links between pages, and loses no work', async () => {
  const { page, problems } = await site.open({}, '#docs/playground/keyboard')
  const dialog = page.getByRole('dialog', { name: 'Documentation' })
  const text = dialog.getByRole('region')
  const heading = (name: string) => text.getByRole('heading', { name, exact: true })
  const hash = (): Promise<string> => page.evaluate(() => location.hash)
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keyboard')
  await expect.poll(() => heading('Keyboard').isVisible()).toBe(true)
  expect(await diagnostics(page)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => hash()).toBe('')

  await run(page, 'GET app:77')
  await act(page, 'Read about diagnostics')
  await heading('Diagnostics').waitFor()
  await expect.poll(() => hash()).toBe('#docs/diagnostics')
  await dialog.getByLabel('Search the documentation').fill('keys-command-leaks')
  await dialog.getByRole('link', { name: 'keys-command-leaks', exact: true }).first().waitFor()
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('link', { name: 'keys-command-leaks', exact: true }).first().click()
  await heading('keys-command-leaks').waitFor()
  await expect.poll(() => hash()).toBe('#docs/diagnostics/keys-command-leaks')
  await dialog.getByRole('navigation').getByRole('link', { name: 'The playground' }).click()
  await text.getByRole('link', { name: 'expectations.md' }).click()
  await expect.poll(hash).toBe('#docs/expectations')
  await page.goBack()
  await expect.poll(hash).toBe('#docs/playground')
  await heading('The playground').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('log').getByRole('group', { name: 'GET app:77' }).waitFor()

  await page.locator('.counts').click()
  await page.getByRole('dialog', { name: 'Diagnostics' }).getByRole('link', { name: 'Why' }).first().click()
  await dialog.waitFor()
  await heading('keys-command-leaks').waitFor()
  await text.getByRole('link', { name: 'Open in the playground' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Open the link' }).waitFor()
  expect(problems).toEqual([])
})
