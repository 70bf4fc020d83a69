import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { type Site, diagnostics, openSite, run, savedFile, settled } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const editor = (page: Page) => page.locator('.cm-content[aria-label="users.expect"]')

/** Writes users.expect anew. */
async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('tab', { name: /Expectations/ }).click()
  await editor(page).focus()
  await page.keyboard.press('Control+a')
  await (text === '' ? page.keyboard.press('Delete') : page.keyboard.insertText(text))
}

/** The marks in the gutter, top to bottom. */
const marks = (page: Page) => page.locator('.cm-results .cm-result:visible').allInnerTexts()

test('each line has its result in the gutter as it is typed, and counts stand on the tab', async () => {
  const { page, problems } = await site.open()
  await write(
    page,
    'app can GET app:1\napp cannot SET secret:1 x because key\n# who watches\nmonitor can SET x 1\nghost can PING\napp may GET x\n',
  )
  await expect.poll(() => marks(page)).toEqual(['✓', '✓', '✕', '?', '!'])
  const tab = page.getByRole('tab', { name: /Expectations/ })
  await expect.poll(() => tab.locator('.badge.ok').innerText()).toContain('2')
  await expect.poll(() => tab.locator('.badge.no').innerText()).toContain('3')
  await expect.poll(() => page.getByRole('status').innerText()).toContain('3 of 5 do not hold.')
  await expect.poll(() => editor(page).locator('.cm-word-key').allInnerTexts()).toEqual(['app:1', 'secret:1', 'x'])
  await expect.poll(() => savedFile(page, 'expect')).toContain('app cannot SET secret:1 x because key')
  await page.reload()
  await settled(page)
  await expect
    .poll(() =>
      page
        .getByRole('tab', { name: /Expectations/ })
        .locator('.badge.ok')
        .innerText(),
    )
    .toContain('2')
  expect(problems).toEqual([])
})

test('a failure opens the same reasons as a verdict', async () => {
  const { page, problems } = await site.open()
  await write(page, 'app can GET app:1\napp can GET secret:1')
  await page.getByRole('button', { name: 'Show it' }).click()
  const result = page.getByRole('region', { name: 'Result of line 2' })
  await result.waitFor()
  expect(await result.innerText()).toContain('Denied because key: no rule lets app read secret:1.')
  await result.getByRole('region', { name: 'Reasons' }).waitFor()
  expect(await diagnostics(page)).toEqual([])
  await result.getByRole('button', { name: 'Add to line 3' }).click()
  await expect.poll(() => marks(page)).toEqual(['✓', '✓'])
  await expect.poll(() => page.getByRole('status').innerText()).toContain('All 2 hold.')
  await editor(page).focus()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await result.waitFor({ state: 'detached' })
  await page.keyboard.press('Control+Enter')
  await page.getByRole('region', { name: /Result of line/ }).waitFor()
  expect(problems).toEqual([])
})

test('a line that cannot be told or read is opened too, with what to do', async () => {
  const { page, problems } = await site.open()
  await write(page, 'ghost can PING\napp may GET x\n')
  await page.getByRole('button', { name: 'Show the next' }).click()
  await page.getByRole('region', { name: 'Result of line 1' }).getByText('Line 1 cannot be told').waitFor()
  await page.getByRole('button', { name: 'Show the next' }).click()
  const unread = page.getByRole('region', { name: 'Result of line 2' })
  await unread.getByText('Line 2 cannot be read').waitFor()
  await expect.poll(() => unread.innerText()).toContain('app may GET x')
  await expect
    .poll(async () => (await unread.locator('p').allInnerTexts()).filter((words) => words !== '').length)
    .toBe(3)
  await page.keyboard.press('Escape')
  await unread.waitFor({ state: 'detached' })
  await page.keyboard.press('Control+Enter')
  await unread.waitFor()
  await unread.getByRole('button', { name: 'Close the result' }).click()
  await unread.waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

test('an edit of the rules checks them again', async () => {
  const { page } = await site.open()
  await write(page, 'app can GET app:1')
  await expect.poll(() => marks(page)).toEqual(['✓'])
  await page.getByRole('tab', { name: 'users.acl' }).click()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('user app on nopass ~other:* +@all\n')
  const tab = page.getByRole('tab', { name: /Expectations/ })
  await expect.poll(() => tab.locator('.badge.no').count()).toBe(1)
})

test('a line of the console becomes an expectation', async () => {
  const { page, problems } = await site.open()
  await write(page, '')
  const card = page.getByRole('region', { name: 'Reasons' })
  await card.getByRole('button', { name: 'Expect this' }).click()
  await card.getByRole('button', { name: 'Expected in line 1' }).waitFor()
  await expect.poll(() => savedFile(page, 'expect')).toBe('app cannot RENAME app:1 secret:1 because key\n')
  await run(page, 'GET "app:with space"')
  const row = page.locator('[role=log] [role=group]').last()
  await row.hover()
  await row.getByRole('button', { name: 'Expect this' }).click()
  await expect
    .poll(() => savedFile(page, 'expect'))
    .toBe('app cannot RENAME app:1 secret:1 because key\napp can GET "app:with space"\n')
  await row.getByRole('button', { name: 'Expected in line 2' }).click()
  await expect.poll(() => marks(page)).toEqual(['✓', '✓'])
  expect(problems).toEqual([])
})

test('an expectation says where the connection came from, and never a password', async () => {
  const { page, problems } = await site.open()
  await write(page, '')
  await page.getByRole('tab', { name: 'redis.conf' }).click()
  await page.locator('.cm-content[aria-label="redis.conf"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('bind *\nprotected-mode no\naclfile users.acl\n')
  await page
    .getByRole('button', { name: /Restart|Start/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'New connection' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Public address').click()
  await dialog.getByRole('button', { name: 'Connect' }).click()
  await run(page, 'AUTH app app_password')
  const expectLast = async (): Promise<void> => {
    const row = page.locator('[role=log] [role=group]').last()
    await row.hover()
    await row.getByRole('button', { name: 'Expect this' }).click()
  }
  await expectLast()
  await run(page, 'FLUSHALL')
  await expectLast()
  await expect
    .poll(() => savedFile(page, 'expect'))
    .toBe('app can log in from 203.0.113.9\napp cannot FLUSHALL from 203.0.113.9 because command\n')
  await page.getByRole('tab', { name: /Expectations/ }).click()
  await expect.poll(() => marks(page)).toEqual(['✓', '✓'])
  expect(problems).toEqual([])
})

test('a sentence that fails has a proved fix, which is applied and undone as one edit', async () => {
  const { page, problems } = await site.open({}, '#new')
  const file = 'user default off\nuser app on >x ~app:* ~cache:* resetchannels +@read +@write -pfmerge\n'
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(file)
  await page.keyboard.press('Alt+4')
  await page.locator('.cm-content[aria-label="users.expect"]').focus()
  await page.keyboard.insertText('app can only access keys app:*\napp can GET app:1\napp cannot read keys app:1\n')
  await page.getByRole('button', { name: 'Show the next' }).click()
  const card = page.getByRole('region', { name: 'Result of line 1' })
  await card.getByText('app: remove ~cache:*').waitFor()
  await expect.poll(() => card.innerText()).toMatch(/app can no longer run .* on ~cache:\*, such as GET cache:/)
  expect(await diagnostics(page)).toEqual([])
  await card.getByRole('button', { name: 'Apply the fix' }).click()
  await page.getByText('1 of 3 does not hold.').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toBe(file.replace(' ~cache:*', ''))
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => savedFile(page, 'acl')).toBe(file)
  // Nothing keeps the line before it and makes this one hold.
  await page.getByRole('button', { name: 'Show the next' }).click()
  await page
    .getByRole('region', { name: 'Result of line 3' })
    .getByText('No edit was found that is proved to make it hold and to keep what holds.')
    .waitFor()
  expect(problems).toEqual([])
})
