import { beforeAll, expect, test } from 'vitest'
import { type Site, diagnostics, openSite, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

for (const colorScheme of ['light', 'dark'] as const) {
  // What the theme changes are the colours.
  const check = colorScheme === 'dark' ? { rules: ['color-contrast'] } : {}

  // Its dialogs are looked at in views.test.ts.
  test(`axe finds nothing on the main screen, ${colorScheme}`, async () => {
    const { page } = await site.open({ colorScheme })
    expect(await diagnostics(page, check)).toEqual([])
    await page.getByTitle('Server version').click()
    await page.getByRole('menu').waitFor()
    expect(await diagnostics(page, check), 'versions').toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: /Keyspace/ }).click()
    await page.getByRole('tab', { name: 'redis.conf' }).click()
    await page.locator('[aria-label="Command"]').focus()
    await page.keyboard.insertText('COPY app:1 secret:2')
    expect(await diagnostics(page, check), 'keyspace, redis.conf, preview').toEqual([])
  })

  test(`axe finds nothing on a phone, ${colorScheme}`, async () => {
    const { page } = await site.open({
      colorScheme,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    })
    for (const name of ['Rules', 'Console', 'Log', 'Keys', 'More']) {
      await page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name }).click()
      expect(await diagnostics(page, check), name).toEqual([])
    }
  })
}

test('the keyboard alone is enough', async () => {
  const { page } = await site.open()
  const { keyboard } = page
  // Every control can be reached, and the focus is seen on each.
  const seen = new Set<string>()
  for (let i = 0; i < 50; i++) {
    await keyboard.press('Tab')
    const name = await page.evaluate(() => {
      const at = document.activeElement
      return at === null || at === document.body
        ? ''
        : ((at.getAttribute('aria-label') ?? (at as HTMLElement).innerText ?? at.tagName).trim().split('\n')[0] ?? '')
    })
    if (name !== '' && seen.has(name)) continue
    seen.add(name)
  }
  for (const name of ['Gallery', 'Share', 'users.acl', 'Width of the rules', 'Command'])
    expect(
      [...seen].some((one) => one.includes(name)),
      name,
    ).toBe(true)

  await keyboard.press('Alt+3')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Command')
  await keyboard.type('DEL app:1 secret:1')
  await keyboard.press('Enter')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('NOPERM')
  await keyboard.press('ArrowUp')
  await expect.poll(() => page.locator('[aria-label="Command"]').innerText()).toContain('DEL app:1 secret:1')
  await keyboard.press('Control+a')
  await keyboard.press('Backspace')

  await page
    .getByRole('group', { name: 'DEL app:1 secret:1' })
    .getByRole('button', { name: /denied/ })
    .focus()
  await keyboard.press('Enter')
  await expect.poll(() => page.getByRole('region', { name: 'Reasons' }).count()).toBe(2)
  await keyboard.press('Escape')
  await expect.poll(() => page.getByRole('region', { name: 'Reasons' }).count()).toBe(1)

  await keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await keyboard.press('Escape')
  await keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await keyboard.type('connection as worker')
  await keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(() => page.getByRole('tab', { name: /worker/ }).count()).toBe(2)

  await page.getByRole('separator', { name: 'Width of the rules' }).focus()
  const before = await page.locator('.rules').evaluate((node) => node.clientWidth)
  await keyboard.press('ArrowRight')
  await expect.poll(() => page.locator('.rules').evaluate((node) => node.clientWidth)).toBeGreaterThan(before)
})

test('a diagnostic is found with F8 and fixed with Ctrl+.', async () => {
  const { page } = await site.open()
  await page.keyboard.press('Alt+1')
  await page.keyboard.press('Control+End')
  await page.keyboard.type('user x on +nosuchcommand')
  await page.keyboard.press('Escape')
  await page.getByText('Rejected. The rules that loaded last stay in force.').waitFor()
  await page.keyboard.press('Control+Home')
  // The example has diagnostics of its own, which come before.
  const place = (): Promise<string> => page.locator('.place').innerText()
  for (let presses = 0; presses < 8 && !/^Ln\s6\b/.test(await place()); presses++) {
    const before = await place()
    await page.keyboard.press('F8')
    await expect.poll(place).not.toBe(before)
  }
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('+nosuchcommand')
  await page.keyboard.press('Control+.')
  await page.getByText('Memory and file agree.').waitFor()
})

test('Ctrl+Enter runs the command from wherever the keyboard is', async () => {
  const { page } = await site.open()
  await page.locator('[aria-label="Command"]').focus()
  await page.keyboard.insertText('EXISTS app:1')
  await page.keyboard.press('Alt+1')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('users.acl')
  await page.keyboard.press('Control+Enter')
  await expect.poll(async () => (await transcript(page)).at(-1)).toContain('(integer) 1')
})

test('who can reach the keys of a pattern: all, some or none, with an example and an expectation', async () => {
  const { page } = await site.open()
  await page.getByRole('tab', { name: 'Permissions' }).click()
  await page.getByText('A key', { exact: true }).click()
  const field = page.getByLabel('Key or pattern')
  await field.fill('app:*')
  const row = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
  await row('app').waitFor()
  await expect.poll(async () => (await row('app').innerText()).match(/✓ all/g)).toHaveLength(3)
  await expect.poll(async () => (await row('worker').innerText()).match(/✕ none/g)).toHaveLength(3)
  await expect.poll(() => row('admin').innerText()).toContain('gets around its rules')
  expect(await diagnostics(page)).toEqual([])

  await field.fill('*s:*')
  await expect.poll(() => row('worker').innerText()).toContain('◐ some')
  await row('worker').getByRole('button').first().click()
  await expect.poll(() => page.locator('[aria-label="Command"]').innerText()).toContain('jobs:')
  await page.getByRole('tab', { name: /worker/, selected: true }).waitFor()

  await field.fill('app:*')
  const stated = page
    .getByRole('region', { name: 'As expectations' })
    .getByRole('listitem')
    .filter({ hasText: 'write keys app:*' })
  const text = await stated.locator('code').innerText()
  await stated.getByRole('button', { name: 'Add as an expectation' }).click()
  await stated.getByRole('button', { name: /^Expected in line \d+$/ }).click()
  await expect.poll(() => page.locator('.cm-content[aria-label="users.expect"]').innerText()).toContain(text)

  await page.getByRole('button', { name: 'Pattern', exact: true }).click()
  await expect.poll(() => row('worker').innerText()).toContain('✕ no')
})
