import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openSite, pasteAcl, run, savedFile, type Site, resultCounts } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

type Editor = 'users.acl' | 'redis.conf' | 'users.expect' | 'Command'
const editor = (page: Page, label: Editor) => page.locator(`.cm-content[aria-label="${label}"]`)
const tooltip = (page: Page) => page.locator('.cm-tooltip-hover')

/** Points the mouse at a word and gives back what is said of it, a line a sentence. */
async function over(page: Page, label: Editor, word: string): Promise<string[]> {
  await page.mouse.move(2, 2)
  await tooltip(page).waitFor({ state: 'detached' })
  const place = await editor(page, label).evaluate((root, wanted) => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const at = node.textContent?.indexOf(wanted) ?? -1
      if (at < 0) continue
      const range = document.createRange()
      range.setStart(node, at)
      range.setEnd(node, at + wanted.length)
      const { x, y, width, height } = range.getBoundingClientRect()
      return { x: x + width / 2, y: y + height / 2 }
    }
    throw new Error(`nowhere: ${wanted}`)
  }, word)
  await page.mouse.move(place.x - 2, place.y)
  await page.mouse.move(place.x, place.y)
  await tooltip(page).waitFor()
  return (await tooltip(page).innerText())
    .split(/\n+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

async function write(page: Page, label: Editor, text: string): Promise<void> {
  await editor(page, label).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}

const options = (page: Page) => page.locator('.cm-tooltip-autocomplete li')

/** Types as a person does, and gives back what is offered: label and what stands behind it. */
async function offered(page: Page, typed: string): Promise<string[]> {
  await page.keyboard.type(typed)
  await page.keyboard.press('Escape')
  await options(page).first().waitFor({ state: 'detached' })
  await page.keyboard.press('Control+Space')
  await options(page).first().waitFor()
  return options(page).evaluateAll((items) =>
    items.map((item) => [...item.children].map((part) => part.textContent).join(' ')),
  )
}

test('every kind of word of users.acl explains itself under the mouse', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'PUBLISH news:uk hello')
  await write(
    page,
    'users.acl',
    `user default off\nuser admin on nopass ~* &* +@all\nuser app on #${'ab'.repeat(32)} ~app:* resetchannels &news:* +@read -get +config|get (%R~jobs:* +lrange)\n`,
  )
  await page.getByText('Loaded: 3 users').waitFor()

  expect((await over(page, 'users.acl', 'app'))[0]).toMatch(
    /^app can log in with its password; can run \d+ of \d+ commands/,
  )
  const category = await over(page, 'users.acl', '+@read')
  expect(category[0]).toMatch(/^Allows the \d+ commands in @read\.$/)
  expect(category).toContain('-get after it denies GET again.')
  expect(category).toContain('It holds what reports on all keys regardless of patterns: KEYS, SCAN, RANDOMKEY, DBSIZE')
  await expect.poll(() => tooltip(page).locator('code').first().innerText()).toBe('@read')
  expect(await over(page, 'users.acl', '-get')).toEqual(
    expect.arrayContaining(['Denies GET.', 'In @read @string @fast.']),
  )
  expect((await over(page, 'users.acl', '+config|get'))[0]).toBe('Allows CONFIG GET.')
  expect(await over(page, 'users.acl', '~app:*')).toEqual(
    expect.arrayContaining([
      'Grants keys that start with app:, for reading and writing.',
      'Matches: app:1 app:a:b app:',
      'Does not match: app apps:1 App:1',
    ]),
  )
  expect(await over(page, 'users.acl', '&news:*')).toEqual(
    expect.arrayContaining([
      'Grants channels that start with news:.',
      'PSUBSCRIBE needs a pattern that is granted literally.',
      'Matches: news:uk news:1 news:a:b',
    ]),
  )
  expect((await over(page, 'users.acl', '(')).slice(0, 2)).toEqual([
    'A selector: a second set of permissions.',
    'A command is allowed if the root rules or one selector allow all of it; they are not combined.',
  ])
  expect((await over(page, 'users.acl', '%R~jobs:*'))[0]).toBe('Grants keys that start with jobs:, for reading only.')
  expect((await over(page, 'users.acl', '#abababab'))[0]).toBe('Adds a password by its SHA-256.')
  expect((await over(page, 'users.acl', 'off'))[0]).toBe('Nobody can log in as this user any more.')
  expect((await over(page, 'users.acl', 'resetchannels'))[0]).toMatch(/channel/)
  expect(problems).toEqual([])
})

test('so do those of redis.conf, the console and expectations', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('tab', { name: 'redis.conf' }).click()
  expect((await over(page, 'redis.conf', 'protected-mode')).slice(0, 2)).toEqual([
    'protected-mode: without a password, serve this host only.',
    'Takes yes or no. Without it: yes.',
  ])
  expect((await over(page, 'redis.conf', '127.0.0.1'))[0]).toBe('This host only.')
  await page.getByRole('tab', { name: /Expectations/ }).click()
  expect((await over(page, 'users.expect', 'monitor'))[0]).toMatch(/^monitor can log in/)
  expect(await over(page, 'users.expect', 'secret:1')).toEqual([
    'A key that RENAME writes.',
    'Can write it, as far as patterns go: admin (~*)',
  ])
  await editor(page, 'Command').focus()
  await page.keyboard.insertText('ACL SETUSER app +get -@all')
  expect((await over(page, 'Command', 'SETUSER'))[0]).toMatch(/^ACL SETUSER: /)
  expect((await over(page, 'Command', 'app'))[0]).toMatch(/^app can log in/)
  expect(await over(page, 'Command', '+get')).toContain('-@all after it denies it again.')
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('PUBLISH news hello')
  expect(await over(page, 'Command', 'news')).toEqual(['A channel that PUBLISH uses.', 'Granted to: admin (&*)'])
  expect(problems).toEqual([])
})

test('the diagnostic of a word is not repeated in its hover', async () => {
  const { page } = await site.open()
  await write(page, 'users.acl', 'user default off\nuser ops on nopass ~* &* +@all -@dangerous\n')
  await page.locator('.cm-lintRange', { hasText: '-@dangerous' }).waitFor()
  const said = (await over(page, 'users.acl', '-@dangerous')).join('\n')
  expect(said).toMatch(/This also denies INFO/)
  expect(said).not.toContain('It holds what')
})

test('a long list of rules folds and unfolds, by mouse and by keyboard', async () => {
  const { page } = await site.open()
  await write(
    page,
    'users.acl',
    `user default off\nuser app on nopass ~app:* ${'+get +set +del +ttl +exists +mget +unlink +touch'}\n`,
  )
  const folded = page.locator('.cm-folded')
  await page.locator('.cm-foldGutter .cm-gutterElement', { hasText: '⌄' }).click()
  await expect.poll(() => folded.innerText()).toBe('… 11 rules')
  await expect.poll(() => editor(page, 'users.acl').innerText()).toContain('user app … 11 rules')
  await folded.click()
  await folded.waitFor({ state: 'detached' })
  await editor(page, 'users.acl').focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Control+Shift+BracketLeft')
  await folded.waitFor()
  await page.keyboard.press('Control+Shift+BracketRight')
  await folded.waitFor({ state: 'detached' })
  await expect.poll(() => savedFile(page, 'acl')).toContain('+unlink +touch')
})

test('Alt+Shift+F writes the file in one form, which is one step to undo', async () => {
  const { page } = await site.open()
  const before = 'user default   off\nuser app  ON nopass  allkeys +GET\n'
  await write(page, 'users.acl', before)
  await page.keyboard.press('Alt+Shift+F')
  const after = await savedFile(page, 'acl')
  expect(after).not.toBe(before)
  expect(after).not.toContain('  ')
  await page.keyboard.press('Control+z')
  await expect.poll(() => savedFile(page, 'acl')).toBe(before)
})

/** Presses Alt-Shift-F and pastes texts while a long file is being formatted, each in a task of its own. */
async function formatAndPaste(page: Page, texts: readonly string[]): Promise<void> {
  await editor(page, 'users.acl').evaluate(async (node, pasted) => {
    const key = { key: 'F', code: 'KeyF', keyCode: 70, altKey: true, shiftKey: true }
    node.dispatchEvent(new KeyboardEvent('keydown', { ...key, bubbles: true }))
    for (const text of pasted) {
      const data = new DataTransfer()
      data.setData('text/plain', text)
      node.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))
      // The formatting sees the change in a task of its own, and starts again.
      await new Promise((resolve) => setTimeout(resolve))
    }
  }, texts)
}

test('formatting a long file is one step to undo, and starts again where it is edited meanwhile', async () => {
  const { page } = await site.open()
  // Some lines need no change.
  const file = (rules: string): string =>
    Array.from({ length: 5_000 }, (_, i) => `user u${i} ${i % 7 ? rules : 'on'}\n`).join('')
  const before = file(' ON   nopass allkeys +GET +SET -@dangerous')
  const after = file('on nopass ~* +get +set -@dangerous')
  await pasteAcl(page, before)
  await page.getByText('Loaded: 5,001 users').waitFor()
  await formatAndPaste(page, ['user late ON'])
  await expect.poll(() => savedFile(page, 'acl')).toBe(`${after}user late on`)
  await page.keyboard.press('Control+z')
  await expect.poll(() => savedFile(page, 'acl')).toBe(`${before}user late ON`)
  await formatAndPaste(page, ['   ', '   '])
  await page.getByText('The file was edited while it was being formatted, so it was not formatted.').waitFor()
  expect(await savedFile(page, 'acl')).toBe(`${before}user late ON      `)
  await page.getByRole('button', { name: 'Format it now' }).click()
  await expect.poll(() => savedFile(page, 'acl')).toBe(`${after}user late on`)
  await expect.poll(() => page.getByText('The file was edited').count()).toBe(0)
})

test('F2 renames a user in the rules, the expectations and the console’s connections', async () => {
  const { page } = await site.open()
  await editor(page, 'users.acl').focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('F2')
  const name = page.getByLabel('New name for app')
  await name.waitFor()
  await page.keyboard.type('worker')
  await page.keyboard.press('Enter')
  await page
    .getByRole('alert')
    .getByText(/worker/)
    .waitFor()
  await name.fill('shop')
  await page.keyboard.press('Enter')
  await name.waitFor({ state: 'detached' })
  await expect.poll(() => savedFile(page, 'acl')).toMatch(/^user shop on #/m)
  const expected = await savedFile(page, 'expect')
  expect(expected).toContain('shop cannot RENAME app:1 secret:1 because key')
  expect(expected).not.toMatch(/^app /m)
  await expect.poll(() => resultCounts(page)).toEqual([expect.stringContaining('11')])
})

test('completion in users.acl knows users, marks, categories, commands, and what exists', async () => {
  const { page } = await site.open()
  await editor(page, 'users.acl').focus()
  await page.keyboard.press('Control+End')
  expect(await offered(page, 'user mo')).toEqual(['monitor'])
  await page.keyboard.press('Escape')
  expect(await offered(page, 'x on ')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^%R~ /),
      expect.stringMatching(/^& /),
      expect.stringMatching(/^nopass /),
    ]),
  )
  await page.keyboard.press('Escape')
  expect(await offered(page, '~j')).toEqual(['~jobs:* 1 key', '~jobs:mail this key alone'])
  await page.keyboard.press('Escape')
  expect(await offered(page, 'x +@trans')).toEqual(['+@transaction 5 commands'])
  await page.keyboard.press('Escape')
  expect((await offered(page, ' +config|res'))[0]).toMatch(/^resetstat/)
})

test('completion in the console knows subcommands, users, keys and channels', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Log in as').selectOption('admin')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await run(page, 'ACL SETUSER app &news:* &alerts')
  await run(page, 'PUBLISH orders paid')
  const offers = async (line: string): Promise<string[]> => {
    await editor(page, 'Command').focus()
    await page.keyboard.press('Control+a')
    const list = await offered(page, line)
    await page.keyboard.press('Escape')
    return list
  }
  expect(await offers('ACL GET')).toEqual(["GETUSER Shows one user's rules."])
  expect(await offers('AUTH w')).toEqual(['worker'])
  expect(await offers('GET jo')).toEqual(['jobs:mail'])
  expect(await offers('SUBSCRIBE ')).toEqual(['alerts', 'news: one of news:*', 'orders'])
  expect(await offers('PSUBSCRIBE n')).toEqual(['news:* this pattern, literally'])
  expect(problems).toEqual([])
})
