import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Site } from './harness'
import { openSite, run, savedFile, settled, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

test('a first visit finds a policy that works, commands that ran, and one refusal open with its rule lit up', async () => {
  const { page, problems } = await site.open()
  expect(await transcript(page)).toEqual([
    'app> SET app:1 42 / OK / ✓ / allowed',
    'app> GET app:1 / "42" / ✓ / allowed',
    'app> RENAME app:1 secret:1 / (error) NOPERM No permissions to access a key / ✕ / refused: / key',
    "app> FLUSHALL / (error) NOPERM User app has no permissions to run the 'flushall' command / ✕ / refused: / command",
  ])
  const card = page.getByRole('region', { name: 'Reasons' })
  expect(await card.innerText()).toContain('no rule lets app write secret:1')
  expect(await page.locator('.cm-spot-refused').allInnerTexts()).toEqual(['~app:*'])
  expect(await page.getByRole('status').innerText()).toContain('Loaded: 5 users. Memory and file agree.')
  expect(problems).toEqual([])
})

test('a rule that is added judges again what ran before', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('button', { name: 'Add to line 3' }).click()
  await page.getByText('was refused, now allowed').waitFor()
  expect(await savedFile(page, 'acl')).toContain('(+rename ~app:1 %W~secret:1)')
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+z')
  await page.getByText('was refused, now allowed').waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

test('two users run commands, and the log grows', async () => {
  const { page, problems } = await site.open()
  const logged = page.getByRole('tab', { name: /ACL LOG/ })
  expect(await logged.innerText()).toContain('3')
  await run(page, 'INCR app:visits')
  await run(page, 'CONFIG GET dir')
  await page.getByRole('tab', { name: /worker/ }).click()
  await run(page, 'RPUSH jobs:mail two')
  await run(page, 'RPUSH other:list x')
  const lines = await transcript(page)
  expect(lines.at(-2)).toContain('allowed')
  expect(lines.at(-1)).toContain('NOPERM')
  await page.getByRole('row', { name: /config\|get/ }).waitFor()
  await page.getByRole('row', { name: /other:list/ }).waitFor()
  expect(await logged.innerText()).toContain('5')
  await page.getByRole('button', { name: 'Reset' }).click()
  await page.getByText('Commands that the server refuses').waitFor()
  expect(problems).toEqual([])
})

test('before Enter the verdict is known and keys are marked', async () => {
  const { page } = await site.open()
  await page.locator('[aria-label="Command"]').focus()
  await page.keyboard.insertText('COPY app:1 secret:2')
  await page.getByText('would be refused: key').waitFor()
  expect(await page.locator('.cm-would-fail').innerText()).toBe('secret:2')
  expect(await page.locator('.cm-would-pass').innerText()).toBe('app:1')
  await page.locator('.cm-hint').waitFor()
  expect(await page.locator('.cm-hint').innerText()).toContain('[REPLACE]')
})

test('a refused file keeps the old rules in force, in the server’s words, with a fix', async () => {
  const { page } = await site.open()
  const editor = page.locator('.cm-content[aria-label="users.acl"]')
  await editor.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.insertText('# who may do what\n')
  const status = page.getByRole('status')
  await status.getByText('Refused. The rules before it stay in force.').waitFor()
  expect(await status.innerText()).toContain('users.acl:1 should start with user keyword followed by the username.')
  await run(page, 'GET app:1')
  expect((await transcript(page)).at(-1)).toContain('"42"')
  await editor.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Control+.')
  await status.getByText('Memory and file agree.').waitFor()
  expect(await savedFile(page, 'acl')).not.toContain('#  who')
})

test('ACL SETUSER changes memory only, until it is saved to the file', async () => {
  const { page } = await site.open()
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Logged in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'ACL SETUSER app ~more:*')
  const status = page.getByRole('status')
  await status.getByText('Memory and file differ.').waitFor()
  await status.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('dialog', { name: 'Memory and file' }).waitFor()
  expect(await page.getByRole('dialog').innerText()).toContain('~more:*')
  await page.keyboard.press('Escape')
  await run(page, 'ACL SAVE')
  await status.getByText('Memory and file agree.').waitFor()
  expect(await savedFile(page, 'acl')).toMatch(/^user app on .*~more:\*/m)
})

test('another version judges again; a documented one says so', async () => {
  const { page } = await site.open()
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Valkey 9.1/ }).click()
  await page.getByTitle('Server version').getByText('Valkey 9.1').waitFor()
  await run(page, 'GET app:1')
  expect((await transcript(page)).at(-1)).toContain('"42"')
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Redis 8.8/ }).click()
  await page.getByTitle('Server version').getByText('documented').waitFor()
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Redis 6.0/ }).click()
  await page.getByText('The server refuses to start.').waitFor()
})

test('scripts run in the page, and are checked as their caller', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Logged in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'EVAL "return redis.call(\'GET\', KEYS[1])" 1 app:1')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"42"')
  expect(problems).toEqual([])
})

test('protected mode and bind answer connections from elsewhere', async () => {
  const { page } = await site.open({}, '#new')
  await page.getByRole('dialog', { name: 'Open this link?' }).waitFor({ state: 'detached' }).catch(() => undefined)
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Public address').check()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText(/protected mode/).first().waitFor()
})

test('a reload finds everything again', async () => {
  const { page } = await site.open()
  await run(page, 'SET app:kept "over a reload"')
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user late on nopass +ping')
  const before = await transcript(page)
  const text = await savedFile(page, 'acl')
  await page.reload()
  await settled(page)
  expect(await transcript(page)).toEqual(before)
  expect(await savedFile(page, 'acl')).toBe(text)
  await run(page, 'GET app:kept')
  expect((await transcript(page)).at(-1)).toContain('over a reload')
})

test('the whole of the first screen stands at 390 pixels, without sideways scrolling', async () => {
  const { page } = await site.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  for (const name of ['Rules', 'Console', 'Log', 'Keys', 'More']) {
    await page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name }).click()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  }
})
