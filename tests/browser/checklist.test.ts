import { createHash } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { type Site, diagnostics, openSite, run, savedFile, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

async function openChecklist(page: Page): Promise<void> {
  await page
    .getByRole('banner')
    .getByRole('button', { name: /Checklist/ })
    .click()
  await page
    .getByRole('dialog', { name: 'Security checklist' })
    .getByRole('heading', { name: 'Questions that the files cannot answer' })
    .waitFor()
}

const item = (page: Page, title: RegExp) =>
  page.locator('.items > li').filter({ has: page.getByRole('heading', { name: title }) })

test('the button counts what is to do; a fix is one click, and the count follows', async () => {
  const { page, problems } = await site.open()
  const button = page.getByRole('banner').getByRole('button', { name: /Checklist/ })
  await expect.poll(() => button.innerText()).toContain('1')
  await openChecklist(page)
  const first = page.locator('.items > li').first()
  await expect.poll(() => first.innerText()).toContain('Only administrators can run dangerous commands')
  await first.getByRole('button', { name: 'Change users.acl' }).click()
  await expect.poll(() => item(page, /Only administrators/).innerText()).toContain('done')
  await page.keyboard.press('Escape')
  await expect.poll(() => button.innerText()).not.toMatch(/\d/)
  await page.getByText('Memory and file agree.').waitFor()
  expect(problems).toEqual([])
})

test('evidence goes to its place', async () => {
  const { page } = await site.open()
  await openChecklist(page)
  await item(page, /Protected mode/)
    .getByRole('button', { name: 'redis.conf:2' })
    .click()
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('protected-mode yes')
})

test('what the files cannot show is asked, and the answer counts and is kept', async () => {
  const { page } = await site.open()
  await openChecklist(page)
  await expect.poll(() => item(page, /ACL LOG/).innerText()).toContain('unknown')
  await page.getByLabel('Does somebody read ACL LOG').selectOption('yes')
  await expect.poll(() => item(page, /ACL LOG/).innerText()).toContain('done')
  await savedFile(page, 'acl')
  await page.reload()
  await openChecklist(page)
  await expect.poll(() => item(page, /ACL LOG/).innerText()).toContain('done')
})

test('firewall rules are there to copy, for the network that was named', async () => {
  const { page } = await site.open()
  await page.getByRole('tab', { name: 'redis.conf' }).click()
  await page.locator('.cm-content[aria-label="redis.conf"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('bind 10.0.1.5\nprotected-mode yes\nport 6379\naclfile users.acl\n')
  await openChecklist(page)
  await page.getByRole('textbox', { name: /application’s network/ }).fill('10.9.0.0/16')
  await page.getByRole('textbox', { name: /application’s network/ }).press('Tab')
  await item(page, /firewall/i)
    .locator('summary')
    .click()
  await expect
    .poll(() =>
      item(page, /firewall/i)
        .locator('pre')
        .allInnerTexts()
        .then((texts) => texts.join('\n')),
    )
    .toContain('10.9.0.0/16')
  expect(await diagnostics(page)).toEqual([])
})

test('a password is made, its hash written, and it logs in', async () => {
  const { page, problems } = await site.open()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('generate a password')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Generate a password' })
  await dialog.getByRole('combobox').first().selectOption('app')
  await dialog.getByRole('button', { name: 'Generate', exact: true }).click()
  await dialog.locator('pre').first().waitFor()
  const [password = ''] = await dialog.locator('pre').allInnerTexts()
  expect(password).toMatch(/^[0-9a-f]{64}$/)
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Write its hash to line 3' }).click()
  await dialog.getByText('written to users.acl').waitFor()
  await page.keyboard.press('Escape')
  const hash = createHash('sha256').update(password).digest('hex')
  const file = await savedFile(page, 'acl')
  expect(file.split('\n')[2]).toBe(
    `user app on ~app:* +@read +@write +@connection -@scripting -client|tracking -@dangerous -scan -randomkey -dbsize #${hash}`,
  )
  expect(file).not.toContain(password)
  await run(page, `AUTH app ${password}`)
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('OK')
  expect(problems).toEqual([])
})
