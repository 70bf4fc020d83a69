import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { type Site, diagnostics, openSite, savedFile } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

async function open(page: Page) {
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  return page.getByRole('dialog', { name: 'Compare' })
}

test('two versions side by side, and what the difference means', async () => {
  const { page, problems } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user extra on nopass ~tmp:* +get')
  await page.keyboard.press('Escape')
  let dialog = await open(page)
  const extra = dialog.getByRole('group', { name: 'Changes of extra' })
  await extra.waitFor()
  await expect
    .poll(async () => (await extra.innerText()).replace(/\s+/g, ' '))
    .toContain('extra new, may do more + more: can run GET')
  await expect.poll(() => dialog.locator('.cm-merge-b .cm-changedLine').innerText()).toContain('user extra')
  expect(await diagnostics(page)).toEqual([])
  await dialog.locator('.cm-content[aria-label="users.acl now"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText(' +set')
  await expect.poll(async () => (await extra.innerText()).replace(/\s+/g, ' ')).toContain('can run GET, SET')
  await page.keyboard.insertText(' +@hash')
  await expect.poll(() => extra.innerText()).toMatch(/ and \d+ more/)
  await dialog.getByRole('button', { name: 'Name every command' }).click()
  await expect.poll(() => extra.innerText()).toContain('HVALS')
  await dialog.getByRole('button', { name: 'Name the first commands only' }).waitFor()
  await dialog.locator('.cm-content[aria-label="users.acl now"]').focus()
  for (let i = 0; i < ' +@hash'.length; i++) await page.keyboard.press('Backspace')
  await dialog.getByRole('button', { name: 'As it is now' }).click()
  await dialog.getByText('Nobody’s rules or log-in changed in effect').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => savedFile(page, 'acl')).toContain('user extra on nopass ~tmp:* +get +set')
  // Users that change alike stand together.
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('\n' + [1, 2, 3, 4].map((i) => `user t-${i} on nopass ~t:${i}:* +get`).join('\n'))
  await page.keyboard.press('Escape')
  dialog = await open(page)
  const alike = dialog.getByRole('group', { name: 'Changes of t-1, t-2 and 2 more' })
  await expect.poll(() => alike.innerText()).toContain('can read and write ~t:{id}:*')
  await alike.getByText('4 users change alike').click()
  await alike.getByText('t-1, t-2, t-3, t-4').waitFor()
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'old.acl',
    mimeType: 'text/plain',
    buffer: Buffer.from('# old\nuser app on nopass ~* +@all\n'),
  })
  await dialog.getByText('The server rejects the version before:').waitFor()
  expect(problems).toEqual([])
})

test('what changes with another server version, and the rules so that nothing does', async () => {
  const { page, problems } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('user default off\nuser app on nopass ~app:* +@all\n')
  const dialog = await open(page)
  await dialog.getByRole('tab', { name: 'Server versions' }).click()
  await dialog.getByLabel('From version').selectOption('redis-6.2')
  await dialog.getByLabel('To version').selectOption('redis-7.2')
  await dialog.getByRole('heading', { name: 'The same users.acl, read by Redis 7.2 instead of Redis 6.2' }).waitFor()
  const app = dialog.getByRole('group', { name: 'Changes of app' }).first()
  await expect.poll(async () => (await app.innerText()).replace(/\s+/g, ' ')).toContain('less: can no longer')
  await dialog.getByText('Add to app').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Change users.acl and use Redis 7.2' }).click()
  await page.getByText('users.acl is ready for Redis 7.2, which runs now.').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toContain('&*')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => savedFile(page, 'acl')).not.toContain('&*')
  expect(problems).toEqual([])
})

test('where a version rejects rules, the changes for it are not said to change nothing', async () => {
  const { page, problems } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('user default off\nuser app on nopass %R~app:* +get\n')
  const dialog = await open(page)
  await dialog.getByRole('tab', { name: 'Server versions' }).click()
  await dialog.getByLabel('To version').selectOption('redis-6.0')
  await dialog.getByText('%R~app:*: removed, since Redis 6.0 rejects it.').waitFor()
  await dialog.getByRole('heading', { name: 'Changes so that Redis 6.0 loads it' }).waitFor()
  expect(problems).toEqual([])
})

test('the title stays in view whatever is scrolled or brought into view', async () => {
  const { page } = await site.open({ viewport: { width: 1000, height: 420 } })
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  for (let i = 0; i < 20; i++) await page.keyboard.insertText(`user extra${i} on nopass ~${'x'.repeat(i)}:* +get\n`)
  await page.keyboard.press('Escape')
  const dialog = await open(page)
  await dialog.getByRole('group', { name: 'Changes of extra19' }).waitFor()
  await dialog.locator('.cm-content[aria-label="users.acl now"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('\n\n\n')
  await dialog.getByRole('group', { name: 'Changes of extra19' }).scrollIntoViewIfNeeded()
  await dialog.evaluate((node) => (node.scrollTop = 100))
  const offset = await dialog.evaluate((node) => {
    const title = node.querySelector('.dialog-title')?.getBoundingClientRect()
    return (title?.top ?? -1) - node.getBoundingClientRect().top
  })
  expect(offset).toBeGreaterThanOrEqual(0)
})

test('a user and a file are simplified, with the proof, and the edit can be undone', async () => {
  const { page, problems } = await site.open({}, '#new')
  const editor = page.locator('.cm-content[aria-label="users.acl"]')
  await editor.focus()
  await page.keyboard.press('Control+a')
  const file = [
    'user default off',
    'user app on nopass ~app:* ~app:1:* +@read +get',
    'user job on nopass ~q ~q +get',
    'user odd on nopass %R~a %W~b +get +set',
  ].join('\n')
  await page.keyboard.insertText(file)
  await page.keyboard.press('Escape')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.getByRole('button', { name: 'Simplify app' }).click()
  let dialog = page.getByRole('dialog', { name: 'Simplify app' })
  const section = dialog.getByRole('region', { name: 'Shorter rules for app' })
  await section.waitFor()
  await expect.poll(() => dialog.innerText()).toContain('No command, key, channel or database differs.')
  await expect.poll(() => section.locator('del').allInnerTexts()).toEqual(['~app:1:*', '+get'])
  await expect.poll(() => section.locator('ins').allInnerTexts()).toEqual([])
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Use the shorter rules' }).click()
  await dialog.waitFor({ state: 'detached' })
  const shorter = file.replace(' ~app:1:*', '').replace('+@read +get', '+@read')
  await expect.poll(() => savedFile(page, 'acl')).toBe(shorter)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => savedFile(page, 'acl')).toBe(file)

  await page.keyboard.press('Control+k')
  await page.keyboard.type('simplify users.acl')
  await page.keyboard.press('Enter')
  dialog = page.getByRole('dialog', { name: 'Simplify users.acl' })
  await dialog.getByRole('button', { name: 'Use the shorter rules for 2 users' }).click()
  await expect.poll(() => savedFile(page, 'acl')).toBe(shorter.replace('~q ~q', '~q'))
  // The edit is one step of the editor's own history too.
  await editor.focus()
  await page.keyboard.press('Control+z')
  await expect.poll(() => savedFile(page, 'acl')).toBe(file)
  await page.keyboard.press('Control+End')
  await page.getByRole('button', { name: 'Simplify odd' }).click()
  dialog = page.getByRole('dialog', { name: 'Simplify odd' })
  await dialog.getByText('No shorter rules were found for odd. That is no proof that there are none.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  expect(problems).toEqual([])
})
