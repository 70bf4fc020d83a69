import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, act, openSite, run, settled } from './harness'
import { lookAt, windows } from './look'

/** Every view that works on the files, opened from the main screen, in the states that look different. */
let site: Site
beforeAll(async () => {
  site = await openSite()
})

const longUser = 'a-user-name-that-is-sixty-characters-long-to-see-if-it-fits-x'
const longKey = `tenant:${'very-long-segment:'.repeat(10)}0123456789*`
const acl = `user default off\nuser ${longUser} on >in-clear ~${longKey} +@all\nuser app on nopass ~app:* &chan:* +@read +@write -flushall ~app:1\n`
const capture = `GET app:1\nGET ${longKey}\nFLUSHALL\nNOSUCH x\n"never closed\n`

const dialog = (page: Page) => page.getByRole('dialog')

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await dialog(page).waitFor({ state: 'detached' })
}

async function write(page: Page, keys: string, file: string, text: string): Promise<void> {
  await page.keyboard.press(keys)
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(file)
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
  await page.keyboard.press('Escape')
}

/** The views one after another; `look` is called at each. */
async function walk(page: Page, look: (view: string) => Promise<void>): Promise<void> {
  await write(page, 'Alt+1', 'users.acl', acl)
  await page.getByText('Memory and file agree.').waitFor()

  await write(
    page,
    'Alt+4',
    'users.expect',
    `app can GET app:1\n${longUser} cannot GET ${longKey}\nghost can PING\napp may GET x`,
  )
  await page.getByRole('button', { name: 'Show the next' }).click()
  await page.getByRole('region', { name: /Result of line/ }).waitFor()
  await look('an expectation that fails')
  for (const line of [3, 4]) {
    await page.getByRole('button', { name: 'Show the next' }).click()
    await page.getByRole('region', { name: `Result of line ${line}` }).waitFor()
  }
  await look('a line that cannot be read')
  await act(page, 'Coverage')
  await page.getByText('dead', { exact: true }).first().waitFor()
  await look('coverage')

  await act(page, 'Compare versions of users.acl')
  await dialog(page).getByRole('group', { name: 'Changes of app' }).waitFor()
  await look('versions of the file')
  await dialog(page).getByRole('tab', { name: 'Server versions' }).click()
  await dialog(page).getByLabel('From version').selectOption('redis-7.0')
  await dialog(page).getByLabel('To version').selectOption('redis-6.0')
  await dialog(page).getByRole('button', { name: 'Show the whole file' }).click()
  await look('versions of the server')
  await close(page)

  await act(page, 'Simplify users.acl')
  await dialog(page)
    .getByText(/shorter rules/)
    .first()
    .waitFor()
  await dialog(page)
    .getByRole('button', { name: /^(Close|Keep the rules)$/ })
    .last()
    .waitFor()
  await look('shorter rules')
  await close(page)

  await act(page, 'Replay')
  await look('a replay of nothing')
  await dialog(page).getByLabel('Capture').fill(capture)
  await dialog(page).getByLabel('User', { exact: true }).selectOption('app')
  await dialog(page)
    .getByRole('row', { name: /FLUSHALL/ })
    .getByRole('button', { name: 'command' })
    .click()
  await dialog(page).getByRole('region', { name: 'Reasons for FLUSHALL' }).waitFor()
  await look('a replay')
  await close(page)

  await act(page, 'Import and export')
  await look('an import of nothing')
  await dialog(page).getByLabel('Text to import').fill(`maxclients 7\n${acl}`)
  await dialog(page)
    .getByLabel(/Import its redis.conf too/)
    .check()
  await look('an import')
  await dialog(page).getByRole('tab', { name: 'Export' }).click()
  await dialog(page).getByLabel('Terraform', { exact: true }).check()
  await dialog(page).getByText('Incomplete').first().waitFor()
  await look('an export')
  await close(page)

  await act(page, 'Share')
  await dialog(page).getByRole('button', { name: 'Embed in a page' }).click()
  await dialog(page).getByLabel('Put the passwords into the link anyway').check()
  await dialog(page).getByText('Passwords are in the link, readable.').waitFor()
  await look('share')
  const link = await dialog(page).getByLabel('Link', { exact: true }).inputValue()
  await close(page)

  await act(page, 'Gallery')
  await look('the gallery')
  await close(page)
  await act(page, 'Keyboard shortcuts')
  await look('the shortcuts')
  await close(page)
  await act(page, 'New connection')
  await dialog(page)
    .getByLabel(/Public address/)
    .check()
  await dialog(page)
    .getByLabel(/Over TLS/)
    .check()
  await look('a new connection')
  await close(page)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What to do').fill('as a-user')
  await look('the palette')
  await page.getByPlaceholder('What to do').fill('nothing-like-it')
  await look('the palette with nothing')
  await close(page)

  await page.keyboard.press('Alt+3')
  await run(page, 'GET app:2')
  await page.evaluate((fragment) => (location.hash = fragment), link.slice(link.indexOf('#')))
  await dialog(page).getByRole('button', { name: 'Open the link' }).waitFor()
  await look('a link that asks')
  await dialog(page).getByRole('button', { name: 'Open the link' }).click()
  await page.getByRole('button', { name: 'Restore my work' }).waitFor()
  await look('the banner')
}

test.each(windows)(
  'axe finds nothing in any view $name, and all fits',
  { timeout: 420_000 },
  async ({ widths, options }) => {
    const { page, problems } = await site.open(options)
    await walk(page, (view) => lookAt(page, view, widths))
    if (widths.length === 0) {
      await page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name: 'More' }).tap()
      await lookAt(page, 'more', widths)
    } else {
      await page.goto(`${site.url}?embed`)
      await settled(page)
      await lookAt(page, 'embedded', widths)
    }
    expect(problems).toEqual([])
  },
)
