import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { type Site, diagnostics, keystrokeTime, openSite, savedFile, pasteAcl, resultCounts } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const note = (page: Page) => page.locator('.cm-note:visible')

test('diagnostics are underlined and counted, and the most severe is written out at its line', async () => {
  const { page, problems } = await site.open()
  await note(page).waitFor()
  await expect.poll(() => note(page).innerText()).toContain('this user can learn the names of all keys')
  await expect.poll(() => page.locator('.cm-lintRange').count()).toBeGreaterThan(1)
  await expect.poll(() => page.getByRole('status').innerText()).toMatch(/^(?!.*error).*1\s+warning/s)
  expect(await diagnostics(page)).toEqual([])
  expect(problems).toEqual([])
})

test('the fix of the first warning is one click, and keeps what is expected', async () => {
  const { page } = await site.open()
  await note(page).getByRole('button', { name: 'Deny them' }).click()
  await page.locator('.counts').getByText('warning').waitFor({ state: 'detached' })
  await expect.poll(() => savedFile(page, 'acl')).toContain('+info -keys -scan -randomkey -dbsize\n')
  await expect.poll(() => resultCounts(page)).toEqual([expect.stringContaining('11')])
})

test('a note leads to the lesson about it', async () => {
  const { page, problems } = await site.open()
  const link = note(page).getByRole('link', { name: 'Lesson: What key patterns do not protect' })
  await link.waitFor()
  await note(page).getByText('After “Deny them”').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await link.click()
  await page.getByRole('region', { name: 'Learn' }).getByRole('heading', { name: 'What key patterns do not' }).waitFor()
  await expect.poll(() => page.evaluate(() => location.hash)).toBe('#learn/leaks')
  expect(problems).toEqual([])
})

test('the note goes where the cursor goes, and its fix is one click', async () => {
  const { page } = await site.open()
  await pasteAcl(page, 'user default off\nuser app on nopass ~app:* +get +scan\n')
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await note(page).waitFor()
  for (let i = 0; i < 6 && !(await note(page).innerText()).includes('names of all keys'); i++)
    await note(page).getByRole('button', { name: 'Next on this line' }).click()
  await note(page).getByRole('button', { name: 'Deny it' }).click()
  await expect.poll(() => savedFile(page, 'acl')).toContain('+scan -scan')
})

test('F8 goes from one diagnostic to the next, and Ctrl+. to what can be done', async () => {
  const { page } = await site.open()
  await note(page).waitFor()
  await page.keyboard.press('Alt+1')
  await page.keyboard.press('Control+Home')
  const seen = new Set<string>()
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('F8')
    // What its fix changes is added below a moment later.
    seen.add(/^.*/.exec(await note(page).innerText())?.[0] ?? '')
  }
  // Two lines of the example have diagnostics.
  expect(seen.size).toBe(2)
  await page.keyboard.press('Control+.')
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('.cm-note, .cm-content') !== null))
    .toBe(true)
})

test('a diagnostic is muted for a user or in the workspace, and unmuted; a reload keeps that', async () => {
  const { page } = await site.open()
  await note(page).waitFor()
  await note(page).getByRole('button', { name: 'Mute' }).click()
  await note(page).getByRole('button', { name: 'for monitor' }).click()
  await page
    .getByRole('status')
    .getByText(/1 warning/)
    .waitFor({ state: 'detached' })
  await savedFile(page, 'acl')
  await page.reload()
  await page.locator('.counts').waitFor()
  await expect.poll(() => page.locator('.counts').innerText()).not.toContain('warning')
  await page.locator('.counts').click()
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' })
  await dialog.getByText('keys-command-leaks').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Unmute' }).click()
  await dialog.getByText('names of all keys').waitFor()
})

test('beside the file stand the numbers of the list, where a diagnostic is reported once for several users too', async () => {
  const { page } = await site.open()
  const users = Array.from({ length: 9 }, (_, i) => `user app-${i} on #${'ab'.repeat(32)} ~app:${i}:* +@read\n`).join(
    '',
  )
  await pasteAcl(page, `user default off\n${users}`)
  const counts = page.locator('.counts')
  // 9 users that can list keys, and 8 that share the password of another.
  await expect.poll(() => counts.innerText()).toMatch(/^▲\s17\swarnings/)
  await counts.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Warnings: 17' }).waitFor()
})

test('the list goes to the place', async () => {
  const { page } = await site.open()
  await page.locator('.counts').click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /names of all keys/ })
    .click()
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('%R~stats:*')
})

test('the list groups by kind, filters, fixes a kind in one undo step, and puts what the server rejects first', async () => {
  const { page, problems } = await site.open()
  const hash = (n: number): string => `#${String(n).padStart(64, 'a')}`
  const before = `user default off\n${['app', 'web', 'job'].map((name, i) => `user ${name} on ${hash(i)} ~${name}:* ~${name}:1 +@read`).join('\n')}\n`
  await pasteAcl(page, before)
  await page.locator('.counts').click()
  const dialog = page.getByRole('dialog', { name: 'Diagnostics' })
  const leaks = dialog.getByRole('region', { name: 'keys-command-leaks' })
  await leaks.getByRole('button', { name: 'Deny them: all 3' }).waitFor()
  await expect
    .poll(() => leaks.getByRole('listitem').allInnerTexts())
    .toEqual([
      expect.stringMatching(/^app\s+line 2$/),
      expect.stringMatching(/^web\s+line 3$/),
      expect.stringMatching(/^job\s+line 4$/),
    ])
  await dialog.getByLabel('Kind').selectOption('keys-command-leaks')
  await expect.poll(() => dialog.getByRole('region').count()).toBe(1)
  await dialog.getByLabel('Kind').selectOption('')
  await dialog.getByRole('button', { name: /^Warnings/ }).click()
  await leaks.waitFor({ state: 'detached' })
  await dialog.getByRole('button', { name: /^Warnings/ }).click()
  expect(await diagnostics(page)).toEqual([])
  await leaks.getByRole('button', { name: 'Deny them: all 3' }).click()
  await dialog.getByText('Fixed keys-command-leaks in 3 places. Permissions or passwords changed.').waitFor()
  await leaks.waitFor({ state: 'detached' })
  await expect.poll(async () => (await savedFile(page, 'acl')).match(/-keys/g)).toHaveLength(3)
  await dialog.getByRole('button', { name: 'Undo' }).click()
  await leaks.waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toBe(before)
  await page.keyboard.press('Escape')

  await pasteAcl(page, `${before}user x on +nosuch\nuser y on +nosuch2\nusr z on\n`)
  await page.getByRole('status').getByRole('button', { name: 'line 6' }).click()
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('+nosuch2')
  await page.keyboard.press('Escape')
  await page.locator('.counts').click()
  const refused = dialog.getByRole('region').first()
  await refused.getByText('The server rejects users.acl. The rules that loaded last stay in force.').waitFor()
  await expect
    .poll(() => refused.evaluate((node) => node.clientWidth / (node.parentElement?.clientWidth ?? 1)))
    .toBeGreaterThan(0.9)
  expect(await diagnostics(page)).toEqual([])
  await refused.getByRole('button', { name: 'line 7' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

test('all safe fixes at once, and undone at once', async () => {
  const { page } = await site.open()
  const before = `user default off\nuser app on #${'ab'.repeat(32)} ~app:* ~app:1 +get +get\nuser b on #${'cd'.repeat(32)} ~b:* ~b:* +set\n`
  await pasteAcl(page, before)
  await page.getByRole('button', { name: /Fix \d safely/ }).click()
  await page.getByText('Applied every safe fix').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).not.toContain('~b:* ~b:*')
  await page.getByRole('button', { name: /safely/ }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => savedFile(page, 'acl')).toBe(before)
  // The button that had the keyboard before is gone.
  const editor = page.locator('.cm-content[aria-label="users.acl"]')
  await expect.poll(() => editor.evaluate((node) => node === document.activeElement)).toBe(true)
})

test('safe fixes of redis.conf are made where it is in view', async () => {
  const { page } = await site.open()
  await page.getByRole('tab', { name: 'redis.conf' }).click()
  await page.locator('.cm-content[aria-label="redis.conf"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('requirepass long-forgotten\n')
  const before = await savedFile(page, 'conf')
  await page.getByRole('status').getByRole('button', { name: 'Fix 1 safely' }).click()
  await page.getByText('Applied every safe fix').waitFor()
  await expect.poll(() => savedFile(page, 'conf')).toBe(before.replace('requirepass long-forgotten\n', ''))
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => savedFile(page, 'conf')).toBe(before)
})

test('redis.conf has diagnostics of its own', async () => {
  const { page } = await site.open()
  await page.getByRole('tab', { name: 'redis.conf' }).click()
  await page.locator('.cm-content[aria-label="redis.conf"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('rename-command FLUSHALL ""\n')
  await page.locator('.counts').waitFor()
  await expect.poll(() => page.locator('.counts').innerText()).toMatch(/error|warning|info/)
})

test('a keystroke in a file of 2,000 users is worked in within 50 ms while diagnostics are shown', async () => {
  const { page } = await site.open()
  await pasteAcl(
    page,
    `user default off\n${Array.from({ length: 2000 }, (_, i) => `user app${i} on #${'ab'.repeat(32)} ~app${i}:* &chan${i}:* +@read +@write -@dangerous (%R~config:${i}:* +get)`).join('\n')}\n`,
  )
  await page.getByText('Loaded: 2,001 users').waitFor()
  await page.locator('.counts').waitFor()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  expect(await keystrokeTime(page, 400, 50)).toBeLessThan(50)
})
