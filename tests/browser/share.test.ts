import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { type Site, openSite, run, savedFile, settled, transcript } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

async function linkOf(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const field = page.getByLabel('Link', { exact: true })
  await expect.poll(() => field.inputValue()).toContain('#v1.')
  const link = await field.inputValue()
  await page.keyboard.press('Escape')
  return link.slice(link.indexOf('#'))
}

test('a link opens the same playground in a fresh profile', async () => {
  const { page, problems } = await site.open()
  await run(page, 'SET app:shared yes')
  await run(page, 'DEL other')
  const hash = await linkOf(page)
  const other = await site.open({}, hash)
  await expect.poll(() => transcript(other.page)).toEqual(await transcript(page))
  await expect.poll(() => savedFile(other.page, 'acl')).toBe(await savedFile(page, 'acl'))
  await run(other.page, 'GET app:shared')
  await expect.poll(async () => (await transcript(other.page)).at(-1)).toContain('"yes"')
  expect([...problems, ...other.problems]).toEqual([])
})

test('passwords do not travel, unless they are insisted on', async () => {
  const { page } = await site.open()
  await page.locator('.cm-content[aria-label="users.acl"]').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user new on >correct-horse ~* +@all')
  await run(page, 'AUTH new correct-horse')
  const other = await site.open({}, await linkOf(page))
  const saved = await savedFile(other.page, 'acl')
  expect(saved).not.toContain('correct-horse')
  expect(saved).toMatch(/user new on #[0-9a-f]{64} /)
  await run(other.page, 'ACL WHOAMI')
  await expect.poll(async () => (await transcript(other.page)).at(-1)).toContain('"new"')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByText('Passwords are left out.').waitFor()
  await page.getByLabel('Put the passwords into the link anyway').check()
  await page.getByText('Passwords are in the link, readable.').waitFor()
})

test('a link asks before it replaces work, and work can be brought back', async () => {
  const { page } = await site.open()
  const hash = await linkOf(page)
  await run(page, 'SET app:mine 1')
  const mine = await transcript(page)
  await page.evaluate((fragment) => (location.hash = fragment), hash)
  const question = page.getByRole('dialog', { name: 'Open this link?' })
  await question.waitFor()
  await question.getByRole('button', { name: 'Keep mine' }).click()
  await expect.poll(() => transcript(page)).toEqual(mine)
  await page.evaluate((fragment) => (location.hash = fragment), hash)
  await question.getByRole('button', { name: 'Open the link' }).click()
  await expect.poll(async () => (await transcript(page)).length).toBe(mine.length - 1)
  await page.getByRole('button', { name: 'Restore my work' }).click()
  await expect.poll(() => transcript(page)).toEqual(mine)
})

test('a broken link says so, and nothing is lost', async () => {
  const { page } = await site.open()
  await run(page, 'SET app:mine 1')
  const mine = await transcript(page)
  const hash = await linkOf(page)
  for (const bad of [
    hash.slice(0, -40),
    '#v1.',
    '#v1.AAAA',
    `#v1.${'%3Cscript%3E'}`,
    `${hash.slice(0, 60)}x${hash.slice(61)}`,
  ]) {
    await page.evaluate((fragment) => (location.hash = fragment), bad)
    await page.getByText('Nothing here was changed.').waitFor()
    await expect.poll(() => transcript(page)).toEqual(mine)
    await page.getByRole('button', { name: 'Close this message' }).click()
  }
})

test('#new starts blank', async () => {
  const { page } = await site.open({}, '#new')
  await expect.poll(() => transcript(page)).toEqual([])
  await page.reload()
  await settled(page)
  await expect.poll(() => transcript(page)).toEqual([])
})
