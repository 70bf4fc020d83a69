import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, savedFile, settled } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** A page on which some parts are held back. */
interface Slow {
  readonly page: Page
  /** The text of users.acl. */
  readonly before: string
  /** Lets the parts arrive, and waits until those that were asked for have run. */
  release(): Promise<void>
}

/** Opens a fresh page on which parts of the page are held back, with the first line of users.acl selected. */
async function openSlowly(part: RegExp): Promise<Slow> {
  const { page } = await site.openEmpty()
  const asked: string[] = []
  let letGo = (): void => undefined
  const released = new Promise<void>((resolve) => (letGo = resolve))
  await page.route(part, async (route) => {
    asked.push(route.request().url())
    await released
    await route.continue()
  })
  const release = async (): Promise<void> => {
    letGo()
    expect(asked).not.toEqual([])
    // As text: what compiles this file would replace the import.
    const wait = asked.map((module) => `await import(${JSON.stringify(module)})`).join('\n')
    // What waited for them has been drawn by the frame after next.
    const draw = 'await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))'
    await page.evaluate(`(async () => {\n${wait}\n${draw}\n})()`)
  }
  await page.goto(site.url)
  await settled(page)
  const before = await savedFile(page, 'acl')
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Shift+End')
  return { page, before, release }
}

test('what is typed right behind Ctrl+K goes into the list of actions, however late that comes', async () => {
  const { page, before, release } = await openSlowly(/Palette[^/]*\.js/)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('mo')
  const input = page.getByPlaceholder('What to do')
  await expect.poll(() => input.inputValue()).toBe('mo')
  await release()
  await page.getByRole('option').first().waitFor()
  await expect.poll(() => input.inputValue()).toBe('mo')
  await page.keyboard.type('difie')
  await page.keyboard.press('Backspace')
  await expect.poll(() => input.inputValue()).toBe('modifi')
  await page.keyboard.press('Escape')
  await input.waitFor({ state: 'detached' })
  await page.locator('.cm-content[aria-label="users.acl"]:focus').waitFor()
  // Now the list is there at once.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('share')
  await expect.poll(() => input.inputValue()).toBe('share')
  await page.keyboard.press('Escape')
  await page.locator('.cm-content[aria-label="users.acl"]:focus').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toBe(before)
})

test('an action is typed and confirmed before the list is there, and run when it comes', async () => {
  const { page, before, release } = await openSlowly(/(Palette|Shortcuts)[^/]*\.js/)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('keyboard shortcuts')
  await page.keyboard.press('Enter')
  await page.keyboard.type('xyz')
  await release()
  // The dialog comes late too: keys pressed meanwhile go nowhere.
  await page.getByRole('dialog', { name: /Loading|Keyboard/ }).waitFor()
  await page.keyboard.type('xyz')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.cm-content[aria-label="users.acl"]:focus').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toBe(before)
})

test('a list of actions that has not come yet is closed with Escape', async () => {
  const { page, before, release } = await openSlowly(/Palette[^/]*\.js/)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('mo')
  await page.keyboard.press('Escape')
  await page.locator('.cm-content[aria-label="users.acl"]:focus').waitFor()
  await release()
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  await expect.poll(() => savedFile(page, 'acl')).toBe(before)
})

test('what is typed right behind Ctrl+F is looked for', async () => {
  const { page } = await site.open()
  const before = await savedFile(page, 'acl')
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  // Without a selection, so that nothing is looked for yet.
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Control+f')
  await page.keyboard.type('nopass')
  await expect.poll(() => page.locator('.cm-search [name=search]').inputValue()).toBe('nopass')
  await page.keyboard.press('Escape')
  await expect.poll(() => savedFile(page, 'acl')).toBe(before)
})

test('what is typed right behind Alt+1 and Alt+3 goes to the editor and to the console, before the next frame', async () => {
  const { page } = await site.open({}, '#new')
  await page.evaluate(() => (window.requestAnimationFrame = () => 0))
  const focused = (): Promise<string | null | undefined> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
  for (const [key, name] of [
    ['Alt+1', 'users.acl'],
    ['Alt+3', 'Command'],
    ['Alt+2', 'redis.conf'],
    ['Alt+4', 'users.expect'],
  ] as const) {
    await page.keyboard.press(key)
    await expect.poll(() => focused()).toBe(name)
  }
})
