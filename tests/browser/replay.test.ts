import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { Site } from './harness'
import { findings, openSite, savedFile } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

const monitor = [
  'OK',
  '1339518083.107412 [0 127.0.0.1:60866] "get" "app:user:1"',
  '1339518087.877697 [0 127.0.0.1:60866] "set" "app:user:2" "x y"',
  '1339518090.420270 [0 127.0.0.1:60866] "hget" "billing:7" "total"',
].join('\n')

async function open(page: Page) {
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What to do').fill('replay')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Replay' })
  await dialog.waitFor()
  return dialog
}

test('a capture has its verdicts, says what it leaves out, and becomes expectations', async () => {
  const { page, problems } = await site.open()
  const dialog = await open(page)
  await dialog.getByLabel('Capture').fill(monitor)
  await dialog.getByText('3 commands read, as MONITOR.').waitFor()
  await dialog.getByText('MONITOR shows no command that was refused.').waitFor()
  await dialog.getByLabel('User', { exact: true }).selectOption('app')
  expect((await dialog.getByRole('region', { name: 'Verdicts' }).getByRole('row').allInnerTexts()).map((row) => row.replace(/\s+/g, ' ').trim())).toEqual([
    'Line Command Now',
    '2 get app:user:1 ✓ allowed',
    '3 set app:user:2 "x y" ✓ allowed',
    '4 hget billing:7 total ✕ key',
  ])
  expect(await findings(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Expect all of it' }).click()
  await dialog.getByText('3 expectations added.').waitFor()
  expect((await savedFile(page, 'expect')).split(/(?<=because off\n)/)[1]).toBe('app can get app:user:1\napp can set app:user:2 "x y"\napp cannot hget billing:7 total because key\n')
  expect(problems).toEqual([])
})

test('a user is suggested, from exact to general, and says what it allows beyond', async () => {
  const { page, problems } = await site.open()
  const dialog = await open(page)
  await dialog.getByLabel('Capture').fill(monitor)
  const rules = dialog.getByRole('region', { name: 'Suggested user' })
  const slider = dialog.getByLabel('From exact to general names')
  await slider.fill('0')
  await expect.poll(() => rules.innerText()).toContain('%R~app:user:1')
  await slider.fill('1')
  await expect.poll(() => rules.innerText()).toContain('app:user:*')
  await dialog.getByText('What it allows beyond what was seen').waitFor()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('shop')
  await dialog.getByRole('button', { name: 'Add to users.acl' }).click()
  expect(await savedFile(page, 'acl')).toMatch(/^user shop on .*\+get/m)
  expect(problems).toEqual([])
})

test('verdicts before and after an edit stand side by side', async () => {
  const { page } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('user app on nopass ~billing:* +@all\n')
  const dialog = await open(page)
  await dialog.getByLabel('Capture').fill(monitor)
  await dialog.getByLabel('User', { exact: true }).selectOption('app')
  await dialog.getByLabel('Changed by the edits: 3').check()
  expect((await dialog.getByRole('region', { name: 'Verdicts' }).getByRole('row').last().innerText()).replace(/\s+/g, ' ').trim()).toBe('4 hget billing:7 total ✕ key ✓ allowed')
})
