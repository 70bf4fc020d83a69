import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Page } from 'playwright-core'
import { encodeLink } from '../../src/workspace/codec'
import { blankState } from '../../src/workspace/state'
import { type Site, openSite, run, savedFile, settled } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const rules = (page: Page) => page.locator('.cm-content[aria-label="users.acl"]')

/** Writes users.acl anew. */
async function write(page: Page, text: string): Promise<void> {
  await rules(page).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}

async function link(acl: string): Promise<string> {
  const made = await encodeLink({ ...blankState('redis-8.0'), files: { acl, conf: 'aclfile users.acl\n' } })
  if (!made.ok) throw new Error(made.message)
  return made.fragment
}

const other = /Another tab of this browser saved its work/

test('the version to compare with is still there after a reload', async () => {
  const { page, problems } = await site.open()
  await write(page, 'user default on nopass ~* &* +@all\nuser late on nopass ~late:* +@read\n')
  const compare = (): Promise<void> => page.getByRole('button', { name: 'Compare', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  await savedFile(page, 'acl')
  await page.reload()
  await settled(page)
  await compare()
  await expect.poll(() => dialog.getByRole('button', { name: 'As it was opened' }).isDisabled()).toBe(true)
  await expect.poll(() => dialog.locator('.cm-merge-a').innerText()).toContain('~app:*')

  await dialog
    .locator('input[type=file]')
    .first()
    .setInputFiles({
      name: 'older.acl',
      mimeType: 'text/plain',
      buffer: Buffer.from('user older on nopass ~* +@all\r\n'),
    })
  await expect.poll(() => dialog.locator('.cm-merge-a').innerText()).toContain('user older')
  await savedFile(page, 'acl')
  await page.reload()
  await settled(page)
  await compare()
  await expect.poll(() => dialog.locator('.cm-merge-a').innerText()).toContain('user older')
  await dialog.getByRole('button', { name: 'As it was opened' }).click()
  await expect.poll(() => dialog.locator('.cm-merge-a').innerText()).toContain('~app:*')
  expect(problems).toEqual([])
})

test('of two tabs neither overwrites the other’s work unasked', async () => {
  const { page: first, context, problems } = await site.open()
  await savedFile(first, 'acl')
  const second = await context.newPage()
  await second.goto(site.url)
  await settled(second)
  await write(first, 'user first on nopass ~* +@all\n')
  await expect.poll(() => savedFile(first, 'acl')).toContain('user first')

  // It changed nothing, so that it writes nothing, not even when it goes.
  const third = await context.newPage()
  await third.goto(site.url)
  await settled(third)
  await write(first, 'user first on nopass ~* +@read\n')
  await expect.poll(() => savedFile(first, 'acl')).toContain('+@read')
  await third.close({ runBeforeUnload: true })
  await expect.poll(() => savedFile(first, 'acl')).toContain('+@read')

  await write(second, 'user second on nopass ~* +@all\n')
  await second.getByText(other).waitFor()
  await expect.poll(() => savedFile(second, 'acl')).toContain('user first')
  await second.getByRole('button', { name: 'Close this message' }).click()
  await run(second, 'PING')
  await expect.poll(() => savedFile(second, 'acl')).toContain('user first')
  await expect.poll(() => second.getByText(other).count()).toBe(0)

  const asked = second.waitForEvent('dialog')
  const leaving = second.reload({ timeout: 3_000 }).catch(() => undefined)
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await leaving
  await expect.poll(() => rules(second).innerText()).toContain('user second')
  expect(problems).toEqual([])
})

test('whoever keeps this tab’s work tells the other tab by it', async () => {
  const { page: first, context } = await site.open()
  await savedFile(first, 'acl')
  const second = await context.newPage()
  await second.goto(site.url)
  await settled(second)
  await write(first, 'user first on nopass ~* +@all\n')
  await savedFile(first, 'acl')
  await write(second, 'user second on nopass ~* +@all\n')
  await second.getByRole('button', { name: 'Keep this one instead' }).click()
  await second.getByText(other).waitFor({ state: 'detached' })
  await expect.poll(() => savedFile(second, 'acl')).toContain('user second')
  await run(first, 'PING')
  await first.getByText(other).waitFor()
  await expect.poll(() => savedFile(first, 'acl')).toContain('user second')
})

test('a full or missing storage is told of once there is something to lose', async () => {
  const { page } = await site.open()
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
  })
  const told = page.getByText('This browser does not let the page save')
  await run(page, 'PING')
  await told.waitFor()
  await page.getByRole('button', { name: 'Close this message' }).click()
  await run(page, 'PING')
  await page.waitForTimeout(500)
  await expect.poll(() => told.count()).toBe(0)

  const context = await page.context().browser()?.newContext()
  if (context === undefined) throw new Error('there is a browser')
  onTestFinished(() => context.close())
  await context.addInitScript(() =>
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('no', 'SecurityError')
      },
    }),
  )
  const without = await context.newPage()
  await without.goto(site.url)
  await settled(without)
  await without.waitForTimeout(500)
  const toldThere = without.getByText('This browser does not let the page save')
  await expect.poll(() => toldThere.count()).toBe(0)
  await run(without, 'PING')
  await toldThere.waitFor()
})

test('a link that is opened while the page is open asks, can be undone, and stays in the address while it opens what is seen', async () => {
  const { page, problems } = await site.open()
  await write(page, 'user mine on nopass ~* +@all\n')
  await page.evaluate((hash) => (location.hash = hash), await link('user linked on nopass ~* +@all\n'))
  const question = page.getByRole('dialog', { name: 'Open this link?' })
  await question.getByRole('button', { name: 'Open the link' }).click()
  await expect.poll(() => rules(page).innerText()).toContain('user linked')
  expect(page.url()).toContain('#v1')
  await page.goBack()
  await expect.poll(() => rules(page).innerText()).toContain('user linked')
  await page.getByRole('button', { name: 'Restore my work' }).click()
  await expect.poll(() => rules(page).innerText()).toContain('user mine')

  // Two at once: the last one is asked about.
  const [a, b] = [await link('user one on\n'.repeat(2_000)), await link('user two on\n')]
  await page.evaluate(
    ([one, two]) => {
      location.hash = one ?? ''
      location.hash = two ?? ''
    },
    [a, b],
  )
  await question.getByRole('button', { name: 'Open the link' }).click()
  await expect.poll(() => rules(page).innerText()).toContain('user two')
  expect(problems).toEqual([])
})

test('undo after another workspace was opened brings back the text, redo takes it away again', async () => {
  const { page, problems } = await site.open()
  await write(page, 'user mine on nopass ~* +@all\n')
  await page.evaluate((hash) => (location.hash = hash), await link('user linked on nopass ~* +@all\n'))
  await page.getByRole('dialog', { name: 'Open this link?' }).getByRole('button', { name: 'Open the link' }).click()
  await expect.poll(() => rules(page).innerText()).toContain('user linked')
  await rules(page).focus()
  await page.keyboard.press('Control+z')
  await expect.poll(() => rules(page).innerText()).toContain('user mine')
  await expect.poll(() => savedFile(page, 'acl')).toContain('user mine')
  await page.keyboard.press('Control+y')
  await expect.poll(() => rules(page).innerText()).toContain('user linked')
  await expect.poll(() => savedFile(page, 'acl')).toContain('user linked')
  expect(problems).toEqual([])
})
