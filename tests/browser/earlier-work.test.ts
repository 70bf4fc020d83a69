import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { encodeFile, encodeLink } from '../../src/workspace/codec'
import { blankState, type WorkspaceState } from '../../src/workspace/state'
import { type Site, act, openSite, savedFile, settled } from './harness'
import { runs } from '../runs'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const rules = (page: Page) => page.locator('.cm-content[aria-label="users.acl"]')
const mine = 'user mine on nopass ~mine:* +@read\n'

async function write(page: Page, text: string): Promise<void> {
  await rules(page).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
  await expect.poll(() => savedFile(page, 'acl')).toBe(text)
}

const withUser = (name: string): WorkspaceState => ({
  ...blankState('redis-8.0'),
  files: { acl: `user ${name} on nopass ~${name}:* +@read\n`, conf: 'aclfile users.acl\n' },
})

async function openExample(page: Page, n: number): Promise<void> {
  await page.getByRole('button', { name: 'Gallery' }).click()
  const all = page.getByRole('dialog').locator('li button')
  await all.first().waitFor()
  await all.nth(n % (await all.count())).click()
  await page.getByText(/^Opened “/).waitFor()
}

async function openLink(page: Page, name: string): Promise<void> {
  const made = await encodeLink(withUser(name))
  if (!made.ok) throw new Error(made.message)
  await page.evaluate((hash) => (location.hash = hash), made.fragment)
  const open = page.getByRole('button', { name: 'Open the link' })
  const opened = rules(page).getByText(`~${name}:*`)
  await open.or(opened).first().waitFor()
  if (await open.isVisible()) await open.click()
  await opened.waitFor()
}

async function openFile(page: Page, name: string): Promise<void> {
  await act(page, 'Import and export')
  const dialog = page.getByRole('dialog')
  await dialog
    .locator('input[type=file]')
    .first()
    .setInputFiles({
      name: `${name}.json`,
      mimeType: 'application/json',
      buffer: Buffer.from(encodeFile(withUser(name))),
    })
  await dialog.getByRole('button', { name: /^Open/ }).click()
  await rules(page).getByText(`~${name}:*`).waitFor()
}

async function importUsers(page: Page, name: string): Promise<void> {
  await act(page, 'Import and export')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Text to import').fill(`user ${name} on nopass ~${name}:* +@read\n`)
  await dialog.getByLabel('Open as a new workspace').check()
  await dialog
    .getByRole('button', { name: /^(Replace|Import|Add)/ })
    .last()
    .click()
  await rules(page).getByText(`~${name}:*`).waitFor()
}

test('edited work comes back after two examples, and after a reload', async () => {
  const { page, problems } = await site.open()
  await write(page, mine)
  await openExample(page, 0)
  await openExample(page, 1)
  await page.getByRole('button', { name: 'Restore my work' }).waitFor()
  await savedFile(page, 'acl')
  await page.reload()
  await settled(page)
  await page.getByText('Your work is stored in this browser.').waitFor()
  await page.getByRole('button', { name: 'Restore my work' }).click()
  await rules(page).getByText('~mine:*').waitFor()
  await expect.poll(() => savedFile(page, 'acl')).toBe(mine)
  expect(problems).toEqual([])
})

test('however long the name of a workspace is, the version in use can be read in any window', async () => {
  const { page, problems } = await site.open()
  await openExample(page, 1)
  for (const width of [1440, 1360, 1280, 1100, 1000, 820, 768, 760]) {
    await page.setViewportSize({ width, height: 900 })
    const cut = () => page.getByTitle('Server version').evaluate((node) => node.scrollWidth - node.clientWidth)
    await expect.poll(cut, { message: `${width}` }).toBe(0)
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  expect(problems).toEqual([])
})

test('several workspaces are listed with their users and time, and each can be restored or removed', async () => {
  const { page, problems } = await site.open()
  await write(page, mine)
  await openExample(page, 0)
  await write(page, 'user other on nopass ~other:* +@read\n')
  await openExample(page, 1)
  await page.getByRole('button', { name: 'All workspaces (3)' }).click()
  const dialog = page.getByRole('dialog', { name: 'Workspaces' })
  // The workspace in view comes first.
  const rows = dialog.getByRole('listitem')
  await expect
    .poll(async () => (await rows.allInnerTexts()).slice(1))
    .toEqual([expect.stringMatching(/\nother · .*Redis/), expect.stringMatching(/^Untitled\nmine · .*Redis/)])
  await rows.nth(1).getByRole('button', { name: 'Delete' }).click()
  await expect.poll(() => rows.count()).toBe(2)
  await rows.nth(1).getByRole('button', { name: 'Open' }).click()
  await rules(page).getByText('~mine:*').waitFor()
  expect(problems).toEqual([])
})

type Step = 'example' | 'link' | 'file' | 'import' | 'reload'

test('work is never lost: examples, links, files, imports and reloads in any order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ step: fc.constantFrom<Step[]>('example', 'link', 'file', 'import', 'reload'), n: fc.nat(6) }),
        { minLength: 3, maxLength: 6 },
      ),
      async (sequence) => {
        const { page, problems } = await site.open()
        await write(page, mine)
        for (const [i, { step, n }] of sequence.entries()) {
          if (step === 'example') await openExample(page, n)
          else if (step === 'link') await openLink(page, `link${i}`)
          else if (step === 'file') await openFile(page, `file${i}`)
          else if (step === 'import') await importUsers(page, `import${i}`)
          else {
            await page.reload()
            await settled(page)
          }
        }
        if ((await savedFile(page, 'acl')) !== mine) {
          await act(page, 'Workspaces')
          const row = page
            .getByRole('dialog')
            .getByRole('listitem')
            .filter({ hasText: 'mine ·' })
            .filter({ has: page.getByRole('button', { name: 'Open' }) })
          await row.getByRole('button', { name: 'Open' }).click()
          await rules(page).getByText('~mine:*').waitFor()
        }
        await expect.poll(() => savedFile(page, 'acl')).toBe(mine)
        expect(problems).toEqual([])
      },
    ),
    { numRuns: runs(3) },
  )
}, 300_000)
