import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, diagnostics, openSite, pasteAcl, run, savedFile, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const list = (page: Page) => page.locator('.cm-tooltip-autocomplete:visible')

async function openAcl(page: Page): Promise<void> {
  await page.keyboard.press('Alt+1')
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
}

const focused = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null)

test('Tab lists what can follow a blank, and completes it', async () => {
  const { page } = await site.open({}, '#new')
  await openAcl(page)
  await page.keyboard.type('user x on ', { delay: 20 })
  await page.keyboard.press('Tab')
  await list(page)
    .getByRole('option', { name: /^nopass/ })
    .waitFor()
  await page.keyboard.type('allk', { delay: 20 })
  await expect.poll(() => list(page).locator('[aria-selected]').innerText()).toContain('allkeys')
  await page.waitForTimeout(150)
  await page.keyboard.press('Tab')
  await expect.poll(() => savedFile(page, 'acl')).toBe('user x on allkeys')
})

test('Tab never leaves the editor in the middle of a word, and leaves it on an empty line', async () => {
  const { page } = await site.open({}, '#new')
  await openAcl(page)
  await page.keyboard.type('user x on +@re', { delay: 20 })
  for (let i = 0; i < 4; i++) await page.keyboard.press('Tab')
  await expect.poll(() => focused(page)).toBe('users.acl')
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect.poll(() => focused(page)).not.toBe('users.acl')
})

test('Enter behind a complete word begins a new line although the list is open', async () => {
  const { page } = await site.open({}, '#new')
  await openAcl(page)
  await page.keyboard.type('user x on +@read', { delay: 20 })
  await list(page).waitFor()
  await page.waitForTimeout(150)
  await page.keyboard.press('Enter')
  await page.keyboard.type('user y', { delay: 20 })
  await expect.poll(() => savedFile(page, 'acl')).toBe('user x on +@read\nuser y')
})

test('F8 shows a diagnostic in the note alone, whose buttons can be pressed', async () => {
  const { page } = await site.open()
  const note = page.locator('.cm-note:visible')
  await note.waitFor()
  await page.keyboard.press('Alt+1')
  await page.keyboard.press('Control+Home')
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('F8')
    await page.waitForTimeout(400)
    await note.waitFor()
    await expect.poll(() => page.locator('.cm-tooltip:visible').count()).toBe(0)
  }
  await note.getByRole('button', { name: 'Close this note' }).click({ timeout: 5000 })
  await note.waitFor({ state: 'detached' })
})

/** Opens a workspace of many users, most of whose lines are not drawn. */
async function openMany(): Promise<Page> {
  const { page } = await site.open()
  await openAcl(page)
  const users = Array.from(
    { length: 6000 },
    (_, i) => `user tenant-${String(i).padStart(5, '0')} on nopass ~t:${i}:* +get`,
  )
  await pasteAcl(page, users.join('\n'))
  await page.getByText('Loaded: 6,001 users').waitFor()
  return page
}

test('a user is found in a long file, and another word put in its place', async () => {
  const page = await openMany()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Control+f')
  const find = page.getByRole('textbox', { name: 'Find' })
  await find.pressSequentially('tenant-05000')
  await find.press('Enter')
  await page.locator('.cm-searchMatch-selected', { hasText: 'tenant-05000' }).waitFor()
  await expect.poll(() => page.locator('.place').innerText()).toMatch(/^Ln\s5001\b/)
  await page.getByRole('textbox', { name: 'Replace' }).pressSequentially('renamed')
  await page.getByRole('button', { name: 'Replace all' }).click()
  await page.keyboard.press('Escape')
  await find.waitFor({ state: 'detached' })
  await expect.poll(() => focused(page)).toBe('users.acl')
  const text = await savedFile(page, 'acl')
  expect(text).toContain('user renamed on nopass ~t:5000:* +get')
  expect(text).not.toContain('tenant-05000')
})

test('the outline lists the users with their diagnostics, and goes to them', async () => {
  const page = await openMany()
  await page.keyboard.press('Control+Shift+O')
  const outline = page.getByRole('dialog', { name: 'Users' })
  await outline.getByText('5,800 more users').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await outline.getByLabel('Find a user').pressSequentially('05000')
  const found = outline.getByRole('list', { name: 'Users' }).getByRole('button')
  await expect.poll(() => found.count()).toBe(1)
  // Each of these users has nopass.
  await expect.poll(() => found.innerText()).toMatch(/tenant-05000\s+✕\s*Error:\s*1\s+line 5,001/)
  await page.keyboard.press('Enter')
  await outline.waitFor({ state: 'detached' })
  await expect.poll(() => page.locator('.place').innerText()).toMatch(/^Ln\s5001\b/)
})

test('Ctrl+K and the name of a user goes to that user', async () => {
  const page = await openMany()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What to do').fill('tenant-05000')
  await page.getByRole('option', { name: 'Go to user tenant-05000' }).waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('.place').innerText()).toMatch(/^Ln\s5001\b/)
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('tenant-05000')
})

test('what is typed into a long file counts for what is done right behind it, before it is painted', async () => {
  const { page } = await site.open({}, '#new')
  const users = Array.from({ length: 3_000 }, (_, i) => `user tenant-${i} on nopass ~tenant:${i}:* +@read\n`).join('')
  await pasteAcl(page, `user default on nopass ~* &* +@all\n${users}`)
  await page.getByText('Loaded: 3,001 users').waitFor()
  await page.locator('[aria-label="Command"]').focus()
  await page.keyboard.insertText('GET x')
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('End')
  await page.evaluate(async () => {
    document.execCommand('insertText', false, ' -get')
    // As between two events of the keyboard: what the editor does is done, and no frame was painted.
    await Promise.resolve()
    const line = document.querySelector('[aria-label="Command"].cm-content')
    line?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
  })
  await expect
    .poll(() => transcript(page))
    .toEqual([expect.stringContaining("NOPERM User default has no permissions to run the 'get' command")])
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.type(' ~x:* +hget ', { delay: 5 })
  for (const keys of ['Control+z', 'Control+z', 'Control+y', 'Control+y']) await page.keyboard.press(keys)
  const [line] = (await savedFile(page, 'acl')).split('\n')
  expect(line).toBe('user default on nopass ~* &* +@all -get ~x:* +hget ')
  await page.getByText('Loading users.acl…').waitFor({ state: 'detached' })
  await run(page, 'HGET x f')
  await expect.poll(() => transcript(page)).toHaveLength(2)
})
