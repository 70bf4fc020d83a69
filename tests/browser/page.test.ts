import { beforeAll, expect, test } from 'vitest'
import {
  type Site,
  act,
  keystrokeTime,
  openSite,
  run,
  savedFile,
  settled,
  transcript,
  paste,
  pasteAcl,
  resultCounts,
} from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

test('a first visit finds a policy that works, commands that ran, and one refusal open with its rule lit up', async () => {
  const { page, problems } = await site.open()
  await expect
    .poll(() => transcript(page))
    .toEqual([
      'app> SET app:1 42 / OK / ✓ / allowed',
      'app> GET app:1 / "42" / ✓ / allowed',
      'app> RENAME app:1 secret:1 / (error) NOPERM No permissions to access a key / ✕ / denied: / key',
      "app> FLUSHALL / (error) NOPERM User app has no permissions to run the 'flushall' command / ✕ / denied: / command",
    ])
  const card = page.getByRole('region', { name: 'Reasons' })
  await expect.poll(() => card.innerText()).toContain('no rule lets app write secret:1')
  await expect.poll(() => page.locator('.cm-spot-refused').allInnerTexts()).toEqual(['~app:*'])
  await expect.poll(() => page.getByRole('status').innerText()).toContain('Loaded: 5 users. Memory and file agree.')
  await expect.poll(() => resultCounts(page)).toEqual([expect.stringContaining('11')])
  expect(problems).toEqual([])
})

test('a rule that is added judges again what ran before', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('button', { name: 'Add to line 3' }).click()
  await page.getByText('was denied, now allowed').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toContain('(+rename ~app:1 %W~secret:1)')
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+z')
  await page.getByText('was denied, now allowed').waitFor({ state: 'detached' })
  expect(problems).toEqual([])
})

test('two users run commands, and the log grows', async () => {
  const { page, problems } = await site.open()
  const logged = page.getByRole('tab', { name: /ACL LOG/ })
  await expect.poll(() => logged.innerText()).toContain('3')
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
  await expect.poll(() => logged.innerText()).toContain('5')
  await page.getByRole('button', { name: 'Reset' }).click()
  await page.getByText('Denied commands and failed log-ins').waitFor()
  expect(problems).toEqual([])
})

test('before Enter the verdict is known and keys are marked', async () => {
  const { page } = await site.open()
  await page.locator('[aria-label="Command"]').focus()
  await page.keyboard.insertText('COPY app:1 secret:2')
  await page.getByText('would be denied: key').waitFor()
  await expect.poll(() => page.locator('.cm-would-fail').innerText()).toBe('secret:2')
  await expect.poll(() => page.locator('.cm-would-pass').innerText()).toBe('app:1')
  await page.locator('.cm-hint').waitFor()
  await expect.poll(() => page.locator('.cm-hint').innerText()).toContain('[REPLACE]')
})

test('a refused file keeps the old rules in force, in the server’s words, with a fix', async () => {
  const { page } = await site.open()
  const editor = page.locator('.cm-content[aria-label="users.acl"]')
  await editor.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.insertText('# who may do what\n')
  const status = page.getByRole('status')
  await status.getByText('Rejected. The rules that loaded last stay in force.').waitFor()
  await expect
    .poll(() => status.innerText())
    .toContain('users.acl:1 should start with user keyword followed by the username.')
  await run(page, 'GET app:1')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"42"')
  await editor.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Control+.')
  await status.getByText('Memory and file agree.').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).not.toContain('#  who')
})

test('ACL SETUSER changes memory only, until it is saved to the file', async () => {
  const { page } = await site.open()
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'ACL SETUSER app ~more:*')
  const status = page.getByRole('status')
  await status.getByText('Memory and file differ.').waitFor()
  await status.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('dialog', { name: 'Memory and file' }).waitFor()
  await expect.poll(() => page.getByRole('dialog').innerText()).toContain('~more:*')
  await page.keyboard.press('Escape')
  await run(page, 'ACL SAVE')
  await status.getByText('Memory and file agree.').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toMatch(/^user app on .*~more:\*/m)
})

test('an exact release decides, is named in verdicts, and is kept with the workspace', async () => {
  const { page } = await site.open()
  const choose = async (release: string): Promise<void> => {
    await page.getByTitle('Server version').click()
    await page.getByRole('menuitem', { name: /Exact release/ }).click()
    await page.getByLabel(/^Release, as INFO/).fill(release)
    await page.keyboard.press('Enter')
  }
  await choose('8.0')
  await page.getByRole('alert').getByText('Write the three numbers of the release').waitFor()
  await page.keyboard.press('Escape')
  await choose('valkey-7.2.15')
  const version = page.getByTitle('Server version')
  await version.getByText('Valkey 7.2.15').waitFor()
  await version.getByText('derived').waitFor()
  await run(page, 'ACL DRYRUN worker PFMERGE other')
  await page.reload()
  await version.getByText('Valkey 7.2.15').waitFor()
  await version.click()
  await page.getByRole('menuitemradio', { name: /Redis 8.0/ }).click()
  await version.getByText('Redis 8.0').waitFor()
  await version.getByText('recorded').waitFor()
  await choose('8.0.6')
  await version.getByText('Redis 8.0.6').waitFor()
  await run(page, 'FLUSHALL')
  await page.getByTitle('Show the reasons').last().click()
  await page
    .getByText(/^(?:Now )?(?:Allowed|Denied) on Redis 8\.0\.6:$/)
    .first()
    .waitFor()
})

test('another version judges again; a documented one says so', async () => {
  const { page } = await site.open()
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Valkey 9.1/ }).click()
  await page.getByTitle('Server version').getByText('Valkey 9.1').waitFor()
  await run(page, 'GET app:1')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"42"')
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Redis 8.8/ }).click()
  await page.getByTitle('Server version').getByText('documented').waitFor()
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Redis 6.0/ }).click()
  await page.getByTitle('Server version').getByText('Redis 6.0').waitFor()
  // The example is written in each version's own words.
  await page.getByText('Loaded: 5 users. Memory and file agree.').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).not.toMatch(/&|%R|\(/)
  // What somebody wrote stays as it is, and may be refused.
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user late on nopass ~a +get')
  await page.getByText('Loaded: 6 users').waitFor()
  await page.keyboard.insertText(' (~b +get)')
  await page.getByText('The rules that loaded last stay in force.').waitFor()
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Redis 6.2/ }).click()
  await page.getByText('The server cannot start.').waitFor()
})

test('scripts run in the page, and are checked as their caller', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'EVAL "return redis.call(\'GET\', KEYS[1])" 1 app:1')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"42"')
  expect(problems).toEqual([])
})

test('protected mode and bind answer connections from elsewhere', async () => {
  const { page } = await site.open({}, '#new')
  await page
    .getByRole('dialog', { name: 'Open this link?' })
    .waitFor({ state: 'detached' })
    .catch(() => undefined)
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Public address').check()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page
    .getByText(/protected mode/)
    .first()
    .waitFor()
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
  await expect.poll(() => transcript(page)).toEqual(before)
  await expect.poll(() => savedFile(page, 'acl')).toBe(text)
  await run(page, 'GET app:kept')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('over a reload')
})

test('the whole of the first screen stands at 390 pixels, without sideways scrolling', async () => {
  const { page } = await site.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  for (const name of ['Rules', 'Console', 'Log', 'Keys', 'More']) {
    await page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name }).click()
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  }
})

test('the chapter’s file is refused for its comments; one click later it runs, and its commands with it', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('button', { name: 'Gallery' }).click()
  await page.getByRole('button', { name: /Five users, with comments/ }).click()
  await page.getByText('The server cannot start.').waitFor()
  await page.getByRole('status').getByRole('button', { name: 'Remove the 5 comment lines' }).click()
  await page.getByText('Loaded: 5 users. Memory and file agree.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(async () => (await transcript(page))[0]).toContain('SET app:1 42')
  expect(problems).toEqual([])
})

test('every example of the gallery opens', async () => {
  const { page, problems } = await site.open()
  const examples = page.getByRole('dialog').locator('li button')
  await page.getByRole('button', { name: 'Gallery' }).click()
  await examples.first().waitFor()
  const count = await examples.count()
  expect(count).toBeGreaterThan(10)
  for (let i = 0; i < count; i++) {
    if (i > 0) await page.getByRole('button', { name: 'Gallery' }).click()
    const title = await examples.nth(i).locator('b').innerText()
    await examples.nth(i).click()
    await page.getByText(`Opened “${title}”.`).waitFor()
  }
  expect(problems).toEqual([])
})

test('what ACL SETUSER changed and a later edit dropped stays dropped over a reload', async () => {
  const { page } = await site.open()
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'ACL SETUSER app ~more:*')
  await page.getByText('Memory and file differ.').waitFor()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user late on nopass +ping')
  await page.getByText('Memory and file agree.').waitFor()
  await savedFile(page, 'acl')
  await page.reload()
  await settled(page)
  await page.getByText('Loaded: 6 users. Memory and file agree.').waitFor()
})

test('data and log-ins survive a restart, and one that fails at first', async () => {
  const { page } = await site.open()
  await page.getByRole('tab', { name: 'redis.conf' }).click()
  const editor = page.locator('.cm-content[aria-label="redis.conf"]')
  await editor.focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('port abc')
  await page.getByRole('button', { name: 'Restart the server' }).click()
  await page.getByText('The server cannot start.').waitFor()
  await run(page, 'PING')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('Connection refused')
  await editor.focus()
  await page.keyboard.press('Control+End')
  for (let i = 0; i < 3; i++) await page.keyboard.press('Backspace')
  await page.keyboard.insertText('6380')
  await page.getByText('The server runs with this configuration.').waitFor()
  await run(page, 'GET app:1')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"42"')
})

test('a rule of a module that is not loaded: the modules are switched on with one click', async () => {
  const { page, problems } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('user default on nopass ~* &* +@all\nuser app on nopass ~app:* +ft.search\n')
  await page.getByText('The rules that loaded last stay in force.').waitFor()
  await page.getByRole('status').getByRole('button', { name: 'Switch the modules on' }).click()
  await page.getByText(/^Loaded: 2 users/).waitFor()
  expect(problems).toEqual([])
})

test('a keystroke in a file of 2,000 users is worked in within 50 ms', async () => {
  const { page } = await site.open()
  const text = `user default off\n${Array.from({ length: 2000 }, (_, i) => `user app${i} on #${'ab'.repeat(32)} ~app${i}:* &chan${i}:* +@read +@write -@dangerous (%R~config:${i}:* +get)`).join('\n')}\n`
  await pasteAcl(page, text)
  await page.getByText('Loaded: 2,001 users').waitFor()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  expect(await keystrokeTime(page, 80, 50)).toBeLessThan(50)
})

test('a command that waits shows its reply when it comes, or is given up', async () => {
  const { page } = await site.open()
  await page.getByRole('tab', { name: /worker/ }).click()
  await run(page, 'BLPOP jobs:none 0')
  await page.getByText('Waiting for a reply…').waitFor()
  await page.getByRole('button', { name: 'Stop waiting' }).click()
  await page.getByText('Stopped waiting').waitFor()
  await run(page, 'BLPOP jobs:none 0')
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'RPUSH jobs:none late')
  await page.getByRole('tab', { name: /worker/ }).click()
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"late"')
})

test('messages arrive on the connection that subscribed', async () => {
  const { page } = await site.open()
  for (const line of ['SUBSCRIBE news', 'PUBLISH news hello']) {
    await page.getByRole('button', { name: 'New connection' }).click()
    await page.getByLabel('Log in as').selectOption('admin')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await run(page, line)
  }
  await page.getByRole('tab', { name: /admin/ }).first().click()
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"hello"')
})

test('a connection whose user is renamed closes, and comes back with the user', async () => {
  const { page } = await site.open()
  const editor = page.locator('.cm-content[aria-label="users.acl"]')
  await editor.focus()
  await page.keyboard.press('Control+Home')
  for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown')
  for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight')
  await page.keyboard.type('le')
  await page.getByText('app is gone: the server closed this connection.').waitFor()
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Backspace')
  await page.getByText('app is gone').waitFor({ state: 'detached' })
  await run(page, 'ACL WHOAMI')
  await expect.poll(async () => (await transcript(page)).at(-1)).toMatch(/"app"|NOPERM/)
})

test('ACL SAVE leaves connections and transactions alone, on servers whose ACL LOAD does not', async () => {
  const { page } = await site.open()
  await page.getByTitle('Server version').click()
  await page.getByRole('menuitemradio', { name: /Redis 7.2/ }).click()
  await page.getByTitle('Server version').getByText('Redis 7.2').waitFor()
  await run(page, 'GET app:1')
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'ACL SETUSER app ~more:*')
  await run(page, 'SUBSCRIBE news')
  await page.getByRole('button', { name: 'Save memory to file' }).click()
  await page.getByText('Memory and file agree.').waitFor()
  await expect.poll(() => page.locator('.prompt').last().innerText()).toBe('admin(subscribed)>')
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user late on nopass +ping')
  await page.getByText('Loading the file ended this connection, as on Redis 7.2; it was opened again.').waitFor()
})

test('Tab completes commands and keys', async () => {
  const { page } = await site.open()
  const input = page.locator('[aria-label="Command"]')
  await input.focus()
  await page.keyboard.type('GETRAN')
  await page.keyboard.press('Tab')
  await page.locator('.cm-tooltip-autocomplete').waitFor()
  // The list takes no key in its first moment, so that none meant for the line is lost to it.
  await page.waitForTimeout(150)
  await page.keyboard.press('Tab')
  await expect.poll(() => input.innerText()).toContain('GETRANGE ')
  await page.keyboard.type('app')
  await page.keyboard.press('Tab')
  await page.locator('.cm-tooltip-autocomplete').getByText('app:1').waitFor()
  await page.waitForTimeout(150)
  await page.keyboard.press('Enter')
  await expect.poll(() => input.innerText()).toContain('GETRANGE app:1')
})

test('pointing at a command lights up the rules that decided it', async () => {
  const { page } = await site.open()
  await page.getByRole('group', { name: 'FLUSHALL' }).hover()
  await expect.poll(() => page.locator('.cm-spot-refused').allInnerTexts()).toEqual(['-@dangerous'])
  await page.getByRole('group', { name: 'GET app:1' }).hover()
  await expect.poll(() => page.locator('.cm-spot-allowed').allInnerTexts()).toEqual(['~app:*', '+@read'])
})

test('ACL SETUSER says that it adds, and whom it leaves connected', async () => {
  const { page } = await site.open()
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'ACL SETUSER app off')
  await page.getByText('app keeps the rules it has: ACL SETUSER adds to them. Put reset first to start over.').waitFor()
  await page.getByText('CLIENT KILL USER app ends them').waitFor()
})

test('pasted lines run one after another, and the last one without a line break stays in the prompt', async () => {
  const { page, problems } = await site.open()
  const before = (await transcript(page)).length
  await page.locator('[aria-label="Command"]').focus()
  await page.keyboard.insertText('SET ')
  await paste(page.locator('[aria-label="Command"]'), 'app:p 1\r\n\r\nINCR app:p\nGET app:p\nDEL app')
  await page.getByRole('group', { name: 'GET app:p', exact: true }).waitFor()
  await expect
    .poll(async () => (await transcript(page)).slice(before))
    .toEqual([
      'app> SET app:p 1 / OK / ✓ / allowed',
      'app> INCR app:p / (integer) 2 / ✓ / allowed',
      'app> GET app:p / "2" / ✓ / allowed',
    ])
  await expect.poll(() => page.locator('[aria-label="Command"]').innerText()).toContain('DEL app')
  await page.keyboard.insertText(':p')
  await page.keyboard.press('Enter')
  await page.getByRole('group', { name: 'DEL app:p', exact: true }).waitFor()
  expect(problems).toEqual([])
})

test('pasted lines wait behind a command that waits, and can be discarded', async () => {
  const { page } = await site.open()
  await paste(page.locator('[aria-label="Command"]'), 'BLPOP app:none 0\nGET app:1\nGET app:2\n')
  await page.getByText('2 pasted lines have yet to run: the command before is waiting for its reply.').waitFor()
  await page.getByRole('button', { name: 'Discard them' }).click()
  await page.getByRole('button', { name: 'Stop waiting' }).click()
  await paste(page.locator('[aria-label="Command"]'), `${'INCR app:many\n'.repeat(1_100)}`)
  await page.getByText('1,100 lines were pasted: the first 1,000 run.').waitFor()
  await page.getByRole('button', { name: 'Discard them' }).click()
  await run(page, 'GET app:1')
})

test('names that are read out count one as one', async () => {
  const { page } = await site.open({}, '#new')
  await run(page, 'SET app:1 x')
  await page.getByRole('tab', { name: 'Keyspace 1 key', exact: true }).waitFor()
  await run(page, 'AUTH nobody x')
  await page.getByRole('tab', { name: 'ACL LOG 1 entry', exact: true }).waitFor()
})

test('an action whose name holds what was typed comes first', async () => {
  const { page, problems } = await site.open()
  for (const [typed, first] of [
    ['permissions', 'Show the permissions of every user'],
    ['refused', 'Why was this refused?'],
  ] as const) {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('What to do').fill(typed)
    await expect.poll(() => page.getByRole('option').first().innerText()).toContain(first)
    await page.keyboard.press('Escape')
  }
  expect(problems).toEqual([])
})

test('the palette offers every theme but the one in use', async () => {
  const { page } = await site.open()
  const offered = async (): Promise<string[]> => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('What to do').fill('theme')
    await page.getByRole('option', { name: 'Use the light theme' }).waitFor()
    const options = await page.getByRole('option').allInnerTexts()
    await page.keyboard.press('Escape')
    return options.map((text) => text.trim()).filter((text) => text.startsWith('Use the '))
  }
  expect(await offered()).toEqual(['Use the light theme', 'Use the dark theme'])
  await act(page, 'Use the dark theme')
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
  expect(await offered()).toEqual(['Use the light theme', 'Use the system’s theme'])
})

test('the end of the transcript stays in view when there is less room', async () => {
  const { page, problems } = await site.open({ viewport: { width: 1024, height: 900 } })
  for (let i = 0; i < 8; i++) await run(page, `GET app:${i}`)
  const transcript = page.getByRole('log', { name: 'Transcript' })
  const below = (): Promise<number> =>
    transcript.evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight)
  await page.setViewportSize({ width: 1024, height: 560 })
  await expect.poll(below).toBeLessThan(2)
  // Who reads further up is not moved.
  await transcript.evaluate((node) => (node.scrollTop = 0))
  await page.setViewportSize({ width: 1024, height: 500 })
  await page.setViewportSize({ width: 1024, height: 620 })
  await expect.poll(() => transcript.evaluate((node) => node.scrollTop)).toBe(0)
  expect(problems).toEqual([])
})
