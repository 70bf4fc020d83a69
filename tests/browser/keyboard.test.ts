import { text } from 'node:stream/consumers'
import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, act, openSite, pasteAcl, run, savedFile, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** What has the keyboard, by its name. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement
    return at === null || at === document.body
      ? ''
      : (at.getAttribute('aria-label') ?? (at as HTMLElement).innerText).trim()
  })

const inDialog = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.activeElement?.closest('[role=dialog]') != null)

const hasKeyboard = (node: Locator): Promise<boolean> => node.evaluate((element) => element === document.activeElement)

/** Tab until this has the keyboard; at most so many times. */
async function tabTo(page: Page, node: Locator, most: number): Promise<void> {
  await node.waitFor()
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    if (await hasKeyboard(node)) return
  }
  expect(await focused(page), `${most} tabs`).toBe(await node.innerText())
}

test('an action is typed at once, and run', async () => {
  const { page } = await site.open()
  await page.waitForLoadState('networkidle')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('compare')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Compare' }).waitFor()
})

test('a dialog that its button opened keeps the keyboard, and gives it back to the button', async () => {
  const { page } = await site.open()
  for (const name of [
    'Gallery',
    'Compare',
    'Import / Export',
    'Ask',
    'Keyboard shortcuts',
    'Share',
    'Checklist',
    'New connection',
  ]) {
    const button = page
      .getByRole('banner')
      .or(page.getByRole('region', { name: 'Console' }))
      .getByRole('button', { name })
      .first()
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await expect.poll(() => inDialog(page), { message: name }).toBe(true)
    for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await page.keyboard.press(key)
      // Where the element that has the keyboard is drawn anew, the dialog takes it back a moment later.
      await expect.poll(() => inDialog(page), { message: `${name}, ${key}` }).toBe(true)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => hasKeyboard(button), { message: name }).toBe(true)
  }
})

test('a dialog that the palette opened gives the keyboard back to where it was before', async () => {
  const { page } = await site.open()
  for (const [name, title] of [
    ['Replay', 'Replay'],
    ['Import and export', 'Import and export'],
    ['Compare versions', 'Compare'],
    ['Share', 'Share'],
    ['Compare memory', 'Memory and file'],
  ] as const) {
    await page.keyboard.press('Alt+3')
    await expect.poll(() => focused(page)).toBe('Command')
    await act(page, name)
    await page.getByRole('dialog', { name: title }).waitFor()
    await expect.poll(() => inDialog(page), { message: name }).toBe(true)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page), { message: name }).toBe('Command')
  }
})

test('End and the arrow up go to the end of a list that is still being drawn', async () => {
  const { page } = await site.open()
  const users = Array.from({ length: 90 }, (_, i) => `user tenant-${i} on >x ~${i}:* +get\n`)
  await pasteAcl(page, `user default on nopass\n${users.join('')}`)
  await page.getByText('Loaded: 91 users').waitFor()
  const chosen = page.locator('[role=option][data-selected]')
  for (const [open, last] of [
    ['Control+k', /^Open “Users in redis.conf”/],
    ['Alt+5', /^tenant-48$/],
  ] as const) {
    // The part of the page is loaded first.
    await page.keyboard.press(open)
    await chosen.waitFor()
    for (const key of ['End', 'ArrowUp']) {
      await page.keyboard.press('Escape')
      await chosen.waitFor({ state: 'detached' })
      await page.keyboard.press(open)
      await page.keyboard.press(key)
      await expect.poll(async () => (await chosen.innerText()).trim(), { message: `${open}, ${key}` }).toMatch(last)
    }
    await page.keyboard.press('Escape')
    await chosen.waitFor({ state: 'detached' })
  }
  await page.keyboard.press('Control+k')
  await page.keyboard.press('End')
  await expect.poll(async () => (await chosen.innerText()).trim()).toMatch(/^Open “Users in redis.conf”/)
  await page.keyboard.press('Enter')
  await page.getByText('Opened “Users in redis.conf”.').waitFor()
})

test('the choice of a user that is given up gives the keyboard back to where it was before', async () => {
  const { page } = await site.open()
  const menu = page.getByRole('dialog', { name: 'Run as' })
  for (const [keys, name] of [
    ['Alt+3', 'Command'],
    ['Alt+1', 'users.acl'],
  ] as const) {
    await page.keyboard.press(keys)
    await expect.poll(() => focused(page)).toBe(name)
    await page.keyboard.press('Alt+5')
    await expect.poll(() => inDialog(page)).toBe(true)
    await page.keyboard.press('Escape')
    await menu.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe(name)
  }
  const prompt = page.getByRole('button', { name: 'Run as app' })
  await prompt.click()
  await expect.poll(() => inDialog(page)).toBe(true)
  await page.keyboard.press('Escape')
  await menu.waitFor({ state: 'detached' })
  await expect.poll(() => hasKeyboard(prompt)).toBe(true)
})

test('the users of the files are walked with the arrows, all that are listed', async () => {
  const { page } = await site.open()
  const users = Array.from({ length: 90 }, (_, i) => `user tenant-${i} on >x ~${i}:* +get\n`)
  await pasteAcl(page, `user default off\n${users.join('')}`)
  await page.getByText('Loaded: 91 users').waitFor()
  await act(page, 'Users of the files')
  const field = page.getByLabel('Find a user')
  await field.waitFor()
  await page.keyboard.type('tenant-')
  for (let i = 0; i < 25; i++) await page.keyboard.press('ArrowDown')
  await expect.poll(() => focused(page)).toContain('tenant-24')
  await page.keyboard.press('End')
  await expect.poll(() => focused(page)).toContain('tenant-89')
  await page.keyboard.press('ArrowDown')
  expect(await focused(page)).toContain('tenant-89')
  await page.keyboard.press('Home')
  expect(await focused(page)).toContain('tenant-0')
  await page.keyboard.press('ArrowUp')
  expect(await focused(page)).toBe('Find a user')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByText('Ln 3, Col').waitFor()
})

test('a message that its button closes gives the keyboard back', async () => {
  const { page } = await site.open()
  const editor = page.locator('.cm-content[aria-label="users.acl"]')
  await editor.focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('user new on >secret ~new:* +get')
  const close = page.getByRole('button', { name: 'Close this message' })
  await page.getByText(/^Passwords are stored in this browser/).waitFor()
  await close.focus()
  await page.keyboard.press('Enter')
  await close.waitFor({ state: 'detached' })
  await expect.poll(() => hasKeyboard(editor)).toBe(true)
})

test('a text to import or replay can be pasted at once, and used without a mouse', async () => {
  const { page, problems } = await site.open()
  const { keyboard } = page
  await act(page, 'Import and export')
  await expect.poll(() => focused(page)).toBe('Text to import')
  await keyboard.insertText('user extra on nopass ~* +get')
  await page.getByRole('heading', { name: '1 user, read from users.acl or ACL LIST' }).waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Import', exact: true }), 7)
  await keyboard.press('Enter')
  await page.getByText('Imported 1 user as a new workspace.').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toContain('user extra on nopass ~* +get\n')

  await act(page, 'Replay')
  await expect.poll(() => focused(page)).toBe('Capture')
  await keyboard.insertText('GET app:1\nFLUSHALL\n')
  await page.getByText('2 commands read').waitFor()
  await tabTo(page, page.getByRole('row', { name: /FLUSHALL/ }).getByRole('button'), 8)
  await keyboard.press('Enter')
  await page.getByRole('region', { name: 'Reasons for FLUSHALL' }).waitFor()
  await keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // The message of the import came before the replay, and goes when nothing is above it.
  await page.getByText('Imported 1 user as a new workspace.').waitFor()
  await keyboard.press('Escape')
  await page.getByText('Imported 1 user as a new workspace.').waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

test('tabs of a dialog go with the arrows, and an export is chosen with them', async () => {
  const { page } = await site.open({ permissions: ['clipboard-read', 'clipboard-write'] })
  const { keyboard } = page
  await act(page, 'Import and export')
  await page.getByRole('tab', { name: 'Import' }).focus()
  await keyboard.press('ArrowRight')
  await expect.poll(() => focused(page)).toBe('Export')
  await keyboard.press('Tab')
  await keyboard.press('ArrowDown')
  await expect.poll(() => page.getByLabel('ACL SETUSER commands', { exact: true }).isChecked()).toBe(true)
  await page.getByRole('button', { name: 'Download users.redis' }).waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Copy', exact: true }), 5)
  await keyboard.press('Enter')
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('ACL SETUSER app reset')
})

test('a link is selected when Share opens, and the question about a link starts at the answer that changes nothing', async () => {
  const { page } = await site.open()
  const before = await transcript(page)
  await act(page, 'Share')
  const field = page.getByLabel('Link', { exact: true })
  await expect.poll(() => field.inputValue()).toContain('#v1.')
  const link = await field.inputValue()
  await expect.poll(() => hasKeyboard(field)).toBe(true)
  await expect
    .poll(() =>
      field.evaluate((node: HTMLInputElement) => node.value.slice(node.selectionStart ?? 0, node.selectionEnd ?? 0)),
    )
    .toBe(link)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await run(page, 'SET app:mine 1')
  await expect.poll(async () => (await transcript(page)).length).toBe(before.length + 1)
  await page.evaluate((fragment) => (location.hash = fragment), link.slice(link.indexOf('#')))
  await page.getByRole('dialog', { name: 'Open this link?' }).waitFor()
  await expect.poll(() => focused(page)).toBe('Keep mine')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(async () => (await transcript(page)).length).toBe(before.length + 1)
})

test('Ctrl+L clears the transcript, Ctrl+C drops the line, users.acl is downloaded as written, and tabs come back', async () => {
  const { page, problems } = await site.open({ acceptDownloads: true })
  const field = page.locator('[aria-label="Command"].cm-content')
  await field.focus()
  await page.keyboard.insertText('GET app:1')
  await page.keyboard.press('Control+l')
  await expect.poll(() => transcript(page)).toEqual([])
  await expect.poll(() => field.innerText()).toBe('GET app:1')
  await page.keyboard.press('Control+c')
  await expect.poll(() => field.innerText()).toContain('Command, such as')
  const [saved] = await Promise.all([page.waitForEvent('download'), act(page, 'Download users.acl')])
  expect(saved.suggestedFilename()).toBe('users.acl')
  await expect.poll(async () => await text(await saved.createReadStream())).toBe(await savedFile(page, 'acl'))
  await page.getByRole('tab', { name: 'redis.conf' }).click()
  await page.getByRole('tab', { name: /Keyspace/ }).click()
  await page.reload()
  const isOpen = (name: RegExp) => page.getByRole('tab', { name }).getAttribute('aria-selected')
  await expect.poll(() => isOpen(/redis\.conf/)).toBe('true')
  await expect.poll(() => isOpen(/Keyspace/)).toBe('true')
  await page.evaluate(() => (location.hash = '#view/permissions'))
  await expect.poll(() => isOpen(/Permissions/)).toBe('true')
  const { gallery } = await import('../../src/workspace/gallery/gallery')
  const example = gallery[3]
  await page.evaluate((hash) => (location.hash = hash), `#gallery/${example?.id}`)
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain(example?.title)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.evaluate(() => location.hash)).toBe('')
  await page.emulateMedia({ forcedColors: 'active' })
  const width = await page
    .locator('.badge')
    .first()
    .evaluate((node) => getComputedStyle(node).borderTopWidth)
  expect(width).toBe('1px')
  expect(problems).toEqual([])
})
