import type { Locator, Page, Route } from 'playwright-core'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { sharedBrowser } from './browser'
import { type Site, diagnostics, openSite, run, settled, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** Waits until the page's own script has taken over what was drawn. */
const started = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => !('start' in document.documentElement.dataset))

/** Opens a page whose scripts come when they are released: its own first, then all others. */
async function openHeld(hash = '', prepare?: (page: Page) => Promise<unknown>) {
  const { page, problems } = await site.openEmpty()
  const held: { readonly route: Route; readonly isFirst: boolean }[] = []
  const open = { first: false, rest: false }
  await page.route(/\.js$/, async (route) => {
    const isFirst = /\/(page|redis-8\.0)-[^/]*$/.test(route.request().url())
    if (open[isFirst ? 'first' : 'rest']) await route.continue()
    else held.push({ route, isFirst })
  })
  const release = async (which: 'first' | 'rest'): Promise<void> => {
    open[which] = true
    for (const { route, isFirst } of held.splice(0)) {
      if (open[isFirst ? 'first' : 'rest']) await route.continue()
      else held.push({ route, isFirst })
    }
  }
  await prepare?.(page)
  await page.goto(site.url + hash, { waitUntil: 'commit' })
  await page.locator('#early').waitFor({ state: 'attached' })
  return { page, problems, release }
}

test('policy, transcript and reasons stand before any script has loaded, and the page takes them over', async () => {
  const { page, problems, release } = await openHeld()
  const policy = page.getByRole('region', { name: 'Text of the file' })
  await expect.poll(() => policy.innerText()).toContain('user default off')
  await expect.poll(() => policy.locator('.spot').allInnerTexts()).toEqual(['~app:*'])
  const before = await transcript(page)
  expect(before).toHaveLength(4)
  expect(before[2]).toContain('NOPERM No permissions to access a key')
  await expect
    .poll(() => page.getByRole('status').first().innerText())
    .toContain('Loaded: 5 users. Memory and file agree.')
  const row = await page.getByRole('group', { name: 'GET app:1' }).elementHandle()
  await release('first')
  await started(page)
  await expect.poll(() => transcript(page)).toEqual(before)
  // The same elements go on.
  await expect.poll(() => row?.evaluate((node) => node.isConnected)).toBe(true)
  await run(page, 'GET app:1')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('"42"')
  await release('rest')
  await settled(page)
  expect(problems).toEqual([])
})

test.each([
  [1440, 900],
  [1024, 768],
])('the editor takes the place of the drawn policy without a shift, at %i by %i', async (width, height) => {
  const { page, release } = await openHeld('', (one) => one.setViewportSize({ width, height }))
  /** The place of each word of the policy, and of each number. */
  const places = (selector: string, numbers: string): Promise<string[]> =>
    page.evaluate(
      ([texts = '', marks = '']) => {
        const found: string[] = []
        for (const line of document.querySelectorAll(texts)) {
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
          for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
            for (const word of (node.nodeValue ?? '').matchAll(/\S+/g)) {
              const range = document.createRange()
              range.setStart(node, word.index)
              range.setEnd(node, word.index + word[0].length)
              const { x, y } = range.getBoundingClientRect()
              found.push(`${word[0]} ${x.toFixed(1)} ${y.toFixed(1)}`)
            }
        }
        for (const mark of document.querySelectorAll<HTMLElement>(marks)) {
          const range = document.createRange()
          range.selectNodeContents(mark)
          const { right, y } = range.getBoundingClientRect()
          if (getComputedStyle(mark).visibility === 'visible')
            found.push(`${mark.innerText.trim()} ${right.toFixed(1)} ${y.toFixed(1)}`)
        }
        return found
      },
      [selector, numbers] as const,
    )
  const drawn = await places('.still .text', '.still .number')
  expect(drawn.length).toBeGreaterThan(50)
  // No notes, which open lines between the lines.
  await page.route(/engine\.worker/, (route) => route.abort())
  await release('first')
  await release('rest')
  await settled(page)
  await page.locator('.cm-spot-refused').waitFor()
  await expect
    .poll(() =>
      places(
        '.cm-content[aria-label="users.acl"] .cm-line',
        '.cm-editor:has([aria-label="users.acl"]) .cm-lineNumbers .cm-gutterElement',
      ),
    )
    .toEqual(drawn)
})

test('what is clicked and typed before the scripts are there is done when they are', async () => {
  const { page, problems, release } = await openHeld()
  const input = page.getByLabel('Command', { exact: true })
  await input.click()
  await page.keyboard.type('GET app:1')
  await page.keyboard.press('Enter')
  await page.getByText('What you do meanwhile is done in a moment.').waitFor()
  await page.keyboard.type('SET app:2 b')
  await page.keyboard.press('Enter')
  await page.keyboard.type('DEL app')
  await page.getByRole('tab', { name: 'Keyspace' }).click()
  await release('first')
  await started(page)
  await expect
    .poll(async () => (await transcript(page)).slice(4))
    .toEqual([expect.stringContaining('app> GET app:1 / "42"'), expect.stringContaining('app> SET app:2 b / OK')])
  await expect.poll(() => input.inputValue()).toBe('DEL app')
  await expect.poll(() => page.getByRole('tab', { name: 'Keyspace' }).getAttribute('aria-selected')).toBe('true')
  await expect.poll(() => page.locator('#early').count()).toBe(0)
  await release('rest')
  await settled(page)
  expect(problems).toEqual([])
})

test('a shortcut waits for the scripts too', async () => {
  const { page, release } = await openHeld()
  await page.keyboard.press('Control+k')
  await release('first')
  await release('rest')
  await page.getByPlaceholder('What to do').waitFor()
})

test('a click into the drawn policy and what is typed then reach the editor', async () => {
  const { page, release } = await openHeld()
  await page
    .locator('.still .line')
    .first()
    .click({ position: { x: 400, y: 10 } })
  await release('first')
  await started(page)
  await page.keyboard.type(' nopass')
  await release('rest')
  await settled(page)
  await expect
    .poll(() => page.locator('.cm-content[aria-label="users.acl"] .cm-line').first().innerText())
    .toBe('user default off nopass')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('users.acl')
})

test.each([
  ['a link', '#v1.anything', ''],
  ['a lesson', '#learn/keys', ''],
  ['a page of the documentation', '#docs/playground', ''],
  ['an embedded page', '?embed', ''],
  ['stored work', '', 'acl-playground.workspace'],
])('the drawn example does not show where the visit begins with %s', async (_, hash, stored) => {
  const { page, release } = await openHeld(hash, (one) =>
    one.evaluate((key) => {
      if (key !== '') localStorage.setItem(key, 'something')
    }, stored),
  )
  await expect.poll(() => page.locator('.still').isVisible()).toBe(false)
  await expect.poll(() => page.getByText('ACL LOG').isVisible()).toBe(false)
  await release('first')
  await release('rest')
  await settled(page)
})

test('the stored theme is there before the scripts', async () => {
  const { page } = await openHeld('', (one) =>
    one.evaluate(() => localStorage.setItem('acl-playground.layout', '{"theme":"dark"}')),
  )
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
})

test('where the script cannot be loaded, the page says so', async () => {
  const { page } = await site.openEmpty()
  await page.route(/\/page-[^/]*\.js$/, (route) => route.abort())
  await page.goto(site.url)
  await page.getByText('The page could not be loaded. Check the connection and reload it.').waitFor()
})

test.each([
  ['a desktop', { viewport: { width: 1440, height: 900 } }],
  ['a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
])('without JavaScript the policy can be read, on %s', async (_, options) => {
  const browser = await sharedBrowser()
  const plain = await browser.newContext({ ...options, javaScriptEnabled: false })
  onTestFinished(() => plain.close())
  const page = await plain.newPage()
  await page.goto(site.url)
  await expect.poll(() => page.locator('noscript').isVisible()).toBe(true)
  await expect.poll(() => page.getByText('user default off').isVisible()).toBe(true)
})

test('the drawn page is accessible', async () => {
  const { page } = await openHeld()
  expect(await diagnostics(page)).toEqual([])
})

test.each(['a view is chosen', 'the window is made wider', 'it is touched'])(
  'on a phone, what was drawn out of view answers once %s',
  async (how) => {
    const { page, problems, release } = await openHeld('', (one) => one.setViewportSize({ width: 390, height: 844 }))
    await release('first')
    await started(page)
    const conf = page.getByRole('tab', { name: 'redis.conf', includeHidden: true })
    const click = (button: Locator): Promise<void> => button.evaluate((node: HTMLElement) => node.click())
    // Until then, it is as it was drawn.
    await click(conf)
    expect(await conf.getAttribute('aria-selected')).toBe('false')
    if (how === 'a view is chosen') await click(page.getByRole('button', { name: 'Rules' }))
    else if (how === 'it is touched') await page.getByRole('log').click()
    else await page.setViewportSize({ width: 1024, height: 768 })
    await expect
      .poll(async () => {
        await click(conf)
        return conf.getAttribute('aria-selected')
      })
      .toBe('true')
    await release('rest')
    await settled(page)
    expect(problems).toEqual([])
  },
)

test.each(['tapped', 'pressed by a screen reader'])(
  'on a phone, the card that was drawn open answers when it is %s, and suggests rules then',
  async (how) => {
    const { page, problems, release } = await openHeld('', (one) => one.setViewportSize({ width: 390, height: 844 }))
    await release('first')
    await release('rest')
    await started(page)
    const card = page.getByRole('region', { name: /^Reasons for RENAME/ })
    await card.waitFor()
    expect(await page.getByRole('button', { name: /^Add to line/ }).count()).toBe(0)
    const line = card.getByRole('button', { name: /^line \d/ }).first()
    if (how === 'tapped') await line.click()
    else await line.evaluate((node: HTMLElement) => node.click())
    await page.locator('.cm-content[aria-label="users.acl"]').waitFor()
    await page.getByRole('button', { name: 'Console', exact: true }).click()
    await page
      .getByRole('button', { name: /^Add to line/ })
      .first()
      .waitFor()
    expect(problems).toEqual([])
  },
)

test('editors that come before the page has taken over what was drawn wait for that', async () => {
  const { page, problems, release } = await openHeld('', (one) =>
    one.addInitScript(() => {
      // Between two parts, there is time to fetch a chunk.
      const { setTimeout: real } = window
      const slow = (run: () => void, ms = 0): number => real(run, ms === 0 ? 300 : ms)
      Object.assign(window, { setTimeout: slow })
    }),
  )
  await release('rest')
  await release('first')
  await started(page)
  await settled(page)
  await expect.poll(() => page.locator('[aria-label="Command"]').count()).toBe(1)
  await expect.poll(() => page.locator('.still').count()).toBe(0)
  expect(await page.locator('.cm-content[aria-label="Command"]').count()).toBe(1)
  expect(problems).toEqual([])
})
