import { beforeAll, expect, test } from 'vitest'
import { type Site, act, diagnostics, openSite, run, savedFile, settled, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

test('embedded in another page it works, keeps nothing, and opens in the playground as it stands', async () => {
  const source = await site.open()
  await run(source.page, 'SET app:embedded yes')
  await source.page.getByRole('button', { name: 'Share', exact: true }).click()
  await source.page.getByRole('button', { name: 'Embed in a page' }).click()
  const html = await source.page.getByRole('region', { name: 'HTML for documentation' }).innerText()
  const address = /src="([^"]+)"/.exec(html)?.[1] ?? ''
  expect(address).toContain('/?embed#v1.')

  const { page, problems } = await site.open(
    { viewport: { width: 900, height: 480 } },
    address.slice(address.indexOf('?')),
  )
  await expect.poll(() => transcript(page)).toEqual(await transcript(source.page))
  await expect.poll(() => page.getByRole('button', { name: 'Share' }).count()).toBe(0)
  expect(await diagnostics(page)).toEqual([])
  await run(page, 'GET app:embedded')
  await page.waitForTimeout(600)
  await expect.poll(() => page.evaluate(() => localStorage.getItem('acl-playground.workspace'))).toBeNull()
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Open in playground' }).click(),
  ])
  await settled(opened)
  await expect.poll(async () => (await transcript(opened)).at(-1)).toContain('GET app:embedded / "yes"')
  await opened.getByRole('button', { name: 'Share', exact: true }).waitFor()
  await page.reload()
  await settled(page)
  await expect.poll(() => transcript(page)).toEqual(await transcript(source.page))
  expect([...problems, ...source.problems]).toEqual([])
})

test('on a phone: Run, completion with descriptions, embed options, and a printed policy and checklist', async () => {
  const { page, problems } = await site.open({ viewport: { width: 390, height: 844 }, hasTouch: true })
  const field = page.locator('[aria-label="Command"].cm-content')
  const button = page.getByRole('button', { name: 'Run', exact: true })
  await expect.poll(() => button.count()).toBe(0)
  await field.focus()
  await page.keyboard.insertText('PNIG')
  await page.keyboard.press('Tab')
  const first = page.getByRole('option').first()
  await expect.poll(() => first.innerText()).toMatch(/^PING\s*\S.* /)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('ACL WHOAMI')
  const box = await button.boundingBox()
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44)
  await button.click()
  const row = page.locator('[role=log]').getByRole('group', { name: 'ACL WHOAMI', exact: true }).last()
  await row.waitFor()
  await expect.poll(() => row.locator('.t-cmd').first().getAttribute('title')).toContain('logged in')
  await expect.poll(() => button.count()).toBe(0)

  // Every line is printed, those that the editor does not draw too.
  const acl = await savedFile(page, 'acl')
  const print = async (): Promise<void> => {
    await page.emulateMedia({ media: 'print' })
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  }
  await print()
  const sheet = page.locator('.policy')
  await expect.poll(() => sheet.locator('.lines code').allInnerTexts()).toEqual(acl.trimEnd().split('\n'))
  await expect.poll(() => sheet.locator('.number').last().innerText()).toBe(String(acl.trimEnd().split('\n').length))
  await expect.poll(() => sheet.getByRole('heading', { name: 'Permissions' }).isVisible()).toBe(true)
  await expect.poll(() => page.locator('#app').isVisible()).toBe(false)
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  await expect.poll(() => sheet.count()).toBe(0)
  await page.emulateMedia({ media: null })
  await page.setViewportSize({ width: 1440, height: 900 })
  await act(page, 'Security checklist')
  const checklist = page.getByRole('dialog', { name: 'Security checklist' })
  await checklist.locator('.items > li').first().waitFor()
  await print()
  await expect.poll(() => sheet.isVisible()).toBe(false)
  await expect.poll(() => checklist.getByRole('button', { name: 'Generate a password' }).isVisible()).toBe(false)
  await expect.poll(async () => (await checklist.boundingBox())?.height).toBeGreaterThan(900)
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  await page.emulateMedia({ media: null })
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByRole('button', { name: 'Embed in a page' }).click()
  await page.getByRole('dialog').getByLabel('Height').selectOption('400 pixels')
  await page.getByRole('dialog').getByLabel('Theme').selectOption('dark')
  await page.getByLabel('Read-only files').check()
  const region = page.getByRole('region', { name: 'HTML for documentation' })
  await expect.poll(() => region.innerText()).toContain('height="400"')
  const address = /src="([^"]+)"/.exec(await region.innerText())?.[1]?.replaceAll('&amp;', '&') ?? ''
  expect(address).toContain('/?embed&theme=dark&readonly&height=400#v1.')
  await page.goto(address)
  await settled(page)
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
  await expect.poll(async () => (await page.locator('.page').boundingBox())?.height).toBe(400)
  const file = page.locator('.cm-content[aria-label="users.acl"]')
  const lines = file.locator('.cm-line')
  const before = await lines.allInnerTexts()
  await file.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.insertText('user mallory on nopass +@all\n')
  await expect.poll(() => lines.allInnerTexts()).toEqual(before)
  await run(page, 'ACL WHOAMI')
  expect(await diagnostics(page)).toEqual([])
  // Nothing that would change the files is offered.
  const edits = page.getByRole('button', { name: /^(Fix|Add to line|Apply|Deny|Allow|Simplify|Form)\b/ })
  await expect.poll(() => edits.allInnerTexts()).toEqual([])
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What to do').fill('format')
  await page.getByRole('option').first().waitFor()
  await expect.poll(() => page.getByRole('option', { name: /^(Format|Rename|Apply|Simplify)/ }).count()).toBe(0)
  await page.keyboard.press('Escape')
  await page.goto(address.replace('theme=dark&readonly&height=400', 'theme=%22x&readonly=%3C&height=9e9'))
  await settled(page)
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBeUndefined()
  await expect.poll(async () => (await page.locator('.page').boundingBox())?.height).toBe(900)
  expect(problems).toEqual([])
})
