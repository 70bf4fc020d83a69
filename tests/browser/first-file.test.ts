import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { act, openSite, paste, savedFile, transcript, type Site } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const mine = 'user default off\nuser mine on nopass ~mine:* +@read\n'

const wide = { viewport: { width: 1440, height: 900 } }
const editor = (page: Page) => page.locator('.cm-content[aria-label="users.acl"]')

/** Drops a file onto the page. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], name))
      return transfer
    },
    [name, text] as const,
  )
  await page.dispatchEvent('body', 'drop', { dataTransfer: data })
}

const importIt = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()

const ways: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  [
    'dropped',
    async (page) => {
      await drop(page, 'prod.acl', mine)
      await importIt(page)
    },
  ],
  [
    'imported',
    async (page) => {
      await act(page, 'Import and export')
      await page.getByRole('dialog').getByLabel('Text to import').fill(mine)
      await importIt(page)
    },
  ],
  [
    'pasted over all of it',
    async (page) => {
      await editor(page).focus()
      await page.keyboard.press('Control+a')
      await paste(editor(page), mine)
    },
  ],
  [
    'pasted where it was deleted',
    async (page) => {
      await editor(page).focus()
      await page.keyboard.press('Control+a')
      await page.keyboard.press('Delete')
      await paste(editor(page), mine)
    },
  ],
]

test.each(ways)('a users.acl that is %s on a first visit replaces all of the example', async (way, bring) => {
  const { page, problems } = await site.open(wide)
  const example = await savedFile(page, 'acl')
  const before = await savedFile(page, 'expect')
  await bring(page)
  await expect.poll(() => savedFile(page, 'acl')).toBe(mine)
  await expect.poll(() => savedFile(page, 'expect')).toBe('')
  await expect.poll(() => transcript(page)).toEqual([])
  await page.getByText('Loaded: 2 users.').waitFor()
  await expect.poll(() => page.getByRole('region', { name: 'First steps' }).count()).toBe(0)

  await page.getByRole('button', { name: /^(Undo|Restore my work)$/ }).click()
  await expect.poll(() => savedFile(page, 'expect')).toBe(before)
  if (way !== 'pasted where it was deleted') await expect.poll(() => savedFile(page, 'acl')).toBe(example)
  await expect.poll(async () => (await transcript(page)).length).toBeGreaterThan(0)
  expect(problems).toEqual([])
})

test('a user that is added to the example by hand is imported into from then on', async () => {
  const { page } = await site.open(wide)
  const example = await savedFile(page, 'acl')
  await editor(page).focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('user own on nopass ~own:* +@read\n')
  await act(page, 'Import and export')
  await page.getByRole('dialog').getByLabel('Text to import').fill('user mine on nopass ~mine:* +@read\n')
  await page.getByRole('radio', { name: 'Add to users.acl' }).waitFor()
  await expect.poll(() => page.getByRole('radio', { name: 'Add to users.acl' }).isChecked()).toBe(true)
  await importIt(page)
  await expect
    .poll(() => savedFile(page, 'acl'))
    .toBe(`${example}user own on nopass ~own:* +@read\nuser mine on nopass ~mine:* +@read\n`)
})
