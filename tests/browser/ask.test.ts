import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, pasteAcl } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const acl = 'user default off\nuser admin on >in-clear ~* &* +@all\nuser app on nopass ~app:* resetchannels +@read\n'

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Ask' })

async function openWithPolicy(): Promise<Page> {
  const { page } = await site.open()
  await page.getByRole('button', { name: 'Just look around' }).click()
  await page.keyboard.press('Alt+1')
  await pasteAcl(page, acl)
  await page.getByText('Memory and file agree.').waitFor()
  return page
}

test('a question is asked with the keyboard alone, and its answer leads to the line of the rule', async () => {
  const page = await openWithPolicy()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('who can run flusha')
  await page.getByRole('option', { name: 'who can run FLUSHALL' }).waitFor()
  await page.keyboard.press('Enter')
  await dialog(page).getByText('Understood as: who can run FLUSHALL').waitFor()
  await expect
    .poll(() => dialog(page).getByRole('listitem').first().innerText())
    .toContain('+@all lets admin run FLUSHALL')
  expect(new URL(page.url()).hash).toBe('#ask/who%20can%20run%20FLUSHALL')
  // The question, Ask, then the rule's line.
  await page.locator('input[aria-label="Question"]:focus').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await dialog(page).waitFor({ state: 'detached' })
  await page.locator('.cm-content[aria-label="users.acl"]:focus').waitFor()
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('+@all')
})

test('what is typed is asked as it is, in any words, and how it is understood is said', async () => {
  const page = await openWithPolicy()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Ask').fill('is ap allowed to run GET app:1')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await dialog(page).getByText('There is no user ap.').waitFor()
  await dialog(page).getByLabel('Question').fill('can the app user run GETRNGE app:1 0 1?')
  await page.keyboard.press('Enter')
  await dialog(page).getByText('Understood as: can app run GETRANGE app:1 0 1').waitFor()
  await dialog(page).getByText('getrnge is read as getrange').waitFor()
})

test('what is not understood is said to be so, and one of the nearest questions is a click away', async () => {
  const page = await openWithPolicy()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Ask').fill('how green is the grass')
  await page.getByRole('option', { name: 'Ask “how green is the grass”' }).waitFor()
  await page.keyboard.press('Enter')
  await dialog(page).getByText('This question is not understood.').waitFor()
  expect(await dialog(page).getByRole('listitem').count()).toBe(3)
  await dialog(page).getByRole('listitem').getByRole('button').first().click()
  await dialog(page).getByText('Understood as:').waitFor()
})

test('the address of an answer opens it; a question with a password has none', async () => {
  const page = await openWithPolicy()
  await page.evaluate(() => (location.hash = '#ask/which%20users%20are%20off'))
  await dialog(page).getByText('default is off').first().waitFor()
  await dialog(page).getByLabel('Question').fill('what changes if app gets >hunter2')
  await page.keyboard.press('Enter')
  await dialog(page).getByText('a password added').waitFor()
  expect(page.url()).not.toContain('hunter2')
})
