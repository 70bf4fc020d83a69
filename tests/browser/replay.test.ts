import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { type Site, diagnostics, openSite, paste, savedFile } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

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
  await dialog.getByText('MONITOR does not show denied commands.').waitFor()
  await dialog.getByLabel('User', { exact: true }).selectOption('app')
  await expect
    .poll(async () =>
      (await dialog.getByRole('region', { name: 'Verdicts' }).getByRole('row').allInnerTexts()).map((row) =>
        row.replace(/\s+/g, ' ').trim(),
      ),
    )
    .toEqual([
      'Line Command Now',
      '2 get app:user:1 ✓ allowed',
      '3 set app:user:2 "x y" ✓ allowed',
      '4 hget billing:7 total ✕ key',
    ])
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Expect all' }).click()
  await dialog.getByText('3 expectations added.').waitFor()
  await expect
    .poll(async () => (await savedFile(page, 'expect')).split(/(?<=because off\n)/)[1])
    .toBe('app can get app:user:1\napp can set app:user:2 "x y"\napp cannot hget billing:7 total because key\n')
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
  await dialog.getByText('Also allowed, beyond what was seen').waitFor()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('shop')
  await dialog.getByRole('button', { name: 'Add to users.acl' }).click()
  await expect.poll(() => savedFile(page, 'acl')).toMatch(/^user shop on .*\+get/m)
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
  await expect
    .poll(async () =>
      (await dialog.getByRole('region', { name: 'Verdicts' }).getByRole('row').last().innerText())
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .toBe('4 hget billing:7 total ✕ key ✓ allowed')
})

test('a refusal opens its reasons, and what would allow it changes the verdict at once', async () => {
  const { page, problems } = await site.open()
  const dialog = await open(page)
  await dialog.getByLabel('Capture').fill(monitor)
  await dialog.getByLabel('User', { exact: true }).selectOption('app')
  const verdicts = dialog.getByRole('region', { name: 'Verdicts' })
  await verdicts.getByRole('row', { name: /hget/ }).getByRole('button', { name: 'key' }).click()
  const card = verdicts.getByRole('region', { name: 'Reasons for hget billing:7 total' })
  await card.getByText('no pattern matches').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await card.getByRole('button', { name: /^Add to line/ }).click()
  await dialog.getByLabel('Changed by the edits: 1').waitFor()
  await expect
    .poll(async () => (await verdicts.getByRole('row', { name: /^4 hget/ }).innerText()).replace(/\s+/g, ' ').trim())
    .toBe('4 hget billing:7 total ✕ key ✓ allowed')
  await card.getByRole('button', { name: /^line/ }).first().click()
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('users.acl')
  expect(problems).toEqual([])
})

test('a log-in makes no expectation, since it would hold its password; what is there already is not added again', async () => {
  const { page } = await site.open()
  const dialog = await open(page)
  await dialog.getByLabel('Capture').fill('127.0.0.1:6379> AUTH app hunter2\nOK\n127.0.0.1:6379> GET app:77\n(nil)\n')
  await dialog.getByLabel('User', { exact: true }).selectOption('app')
  await dialog.getByRole('button', { name: 'Expect all: 1 line' }).click()
  await dialog.getByText('1 expectation added.').waitFor()
  await expect.poll(() => dialog.getByRole('button', { name: 'Expect all' }).isDisabled()).toBe(true)
  const file = await savedFile(page, 'expect')
  expect(file).toContain('app can GET app:77\n')
  expect(file).not.toContain('hunter2')
  await dialog.getByRole('button', { name: 'Go to the expectations' }).click()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('users.expect')
})

test('what holds no command says so, and what ACL LOG cannot give', async () => {
  const { page } = await site.open()
  const dialog = await open(page)
  await dialog.getByLabel('Capture').fill('"never closed')
  await dialog.getByText('There is no command in this. Line 1:').waitFor()
  await expect.poll(() => dialog.getByRole('region', { name: 'Verdicts' }).count()).toBe(0)
  await dialog
    .getByLabel('Capture')
    .fill(
      '1)  1) "count"\n    2) (integer) 3\n    3) "reason"\n    4) "key"\n    5) "context"\n    6) "toplevel"\n    7) "object"\n    8) "secret:1"\n    9) "username"\n   10) "app"\n   11) "age-seconds"\n   12) "5.1"\n   13) "client-info"\n   14) "id=3 addr=127.0.0.1:5 cmd=get user=app"\n',
    )
  await dialog.getByText('1 command read, as ACL LOG.').waitFor()
  await dialog.getByText('too little for an expectation').waitFor()
  await expect.poll(() => dialog.getByRole('button', { name: 'Expect all' }).isDisabled()).toBe(true)
})

test('a capture that names its users is checked for the one it names most, until another is chosen', async () => {
  const { page } = await site.open()
  const dialog = await open(page)
  const entry = (object: string, user: string): string =>
    `1)  1) "count"\n    2) (integer) 1\n    3) "reason"\n    4) "key"\n    5) "context"\n    6) "toplevel"\n    7) "object"\n    8) "${object}"\n    9) "username"\n   10) "${user}"\n   11) "age-seconds"\n   12) "5.1"\n   13) "client-info"\n   14) "id=3 addr=127.0.0.1:5 cmd=get user=${user}"\n`
  await dialog
    .getByLabel('Capture')
    .fill(entry('secret:1', 'app') + entry('secret:1', 'monitor') + entry('secret:2', 'monitor'))
  const user = dialog.getByLabel('User', { exact: true })
  await expect.poll(() => user.inputValue()).toBe('monitor')
  await dialog.getByText('Run by monitor (2), app (1): all of it is checked for monitor.').waitFor()
  await user.selectOption('worker')
  await dialog.getByLabel('Capture').fill(entry('secret:1', 'app'))
  await dialog.getByText('Run by app (1): all of it is checked for worker.').waitFor()
  await expect.poll(() => user.inputValue()).toBe('worker')
})

test('an entry of ACL LOG opens to what was asked, by whom and why, and what is allowed by now can be run again', async () => {
  const { page, problems } = await site.open()
  const pane = page.getByRole('region', { name: 'Log, keyspace and permissions' })
  const row = pane.getByRole('row', { name: /secret:1/ })
  await row.getByRole('button', { name: 'key' }).click()
  await pane.getByText('RENAME app:1 secret:1').waitFor()
  await pane.getByText('Connection', { exact: true }).waitFor()
  const reasons = pane.getByRole('region', { name: /^Reasons for entry .*RENAME app:1 secret:1/ })
  await reasons.getByText('no pattern matches').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await reasons.getByRole('button', { name: /^Add to line/ }).click()
  const said = page.getByRole('log').getByRole('group', { name: 'RENAME app:1 secret:1' })
  await said.getByText('was denied, now allowed').waitFor()
  await said.getByRole('button', { name: 'Run again' }).click()
  await expect.poll(() => said.count()).toBe(2)
  await said.last().getByText('allowed', { exact: true }).waitFor()
  await pane.getByText('was denied, now allowed').waitFor()
  await pane.getByRole('button', { name: 'Run again' }).click()
  await expect.poll(() => said.count()).toBe(3)
  await pane.getByRole('button', { name: 'Replay' }).click()
  await page.getByRole('dialog', { name: 'Replay' }).getByText('3 commands read, as ACL LOG.').waitFor()
  expect(problems).toEqual([])
})

test('a long capture is pasted past the field, is checked in pieces, and can be cleared', async () => {
  const { page, problems } = await site.open()
  const dialog = await open(page)
  const lines = Array.from({ length: 20_000 }, (_, i) => `GET app:${i}`)
  await paste(dialog.getByRole('textbox', { name: 'Capture' }), lines.join('\r\n'))
  const shown = dialog.getByRole('region', { name: 'Capture' })
  await shown.getByText('20,000 lines in all').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Capture')
  await dialog.getByText('20,000 commands read, as a list of commands.').waitFor()
  await dialog.getByLabel('User', { exact: true }).selectOption('monitor')
  await dialog.getByRole('radio', { name: 'Denied: 20,000' }).waitFor()
  await dialog.getByRole('button', { name: 'Expect all: 500 lines' }).waitFor()
  await dialog.getByRole('region', { name: 'Suggested user' }).getByText('~app:*').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Clear' }).click()
  expect(await dialog.getByRole('textbox', { name: 'Capture' }).inputValue()).toBe('')
  expect(await dialog.getByRole('region', { name: 'Verdicts' }).count()).toBe(0)
  expect(problems).toEqual([])
})
