import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, act, openSite, pasteAcl } from './harness'
import { lookAt, windows } from './look'

/** Every view that explains or shows what the files mean, in the states that look different. */
let site: Site
beforeAll(async () => {
  site = await openSite()
})

const longUser = 'a-user-name-that-is-sixty-characters-long-to-see-if-it-fits-x'
const longKey = `tenant:${'very-long-segment:'.repeat(10)}0123456789*`
const acl = `user default off\nuser ${longUser} on >in-clear ~${longKey} +@all\nuser app on nopass ~app:* %R~shared:* +@read +@write -flushall (%R~config:* +get)\n`

const dialog = (page: Page) => page.getByRole('dialog')

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await dialog(page).waitFor({ state: 'detached' })
}

const goTo = (page: Page, hash: string): Promise<string> => page.evaluate((to) => (location.hash = to), hash)

/** The views one after another; `look` is called at each. */
async function walk(page: Page, look: (view: string) => Promise<void>): Promise<void> {
  await look('the first visit')
  await page.getByRole('button', { name: 'Just look around' }).click()
  await page.getByRole('region', { name: 'The users in words' }).waitFor()
  await look('the users in words')
  await page.getByRole('button', { name: 'Close the users in words' }).click()
  await page.keyboard.press('Alt+1')
  await pasteAcl(page, acl)
  await page.getByText('Memory and file agree.').waitFor()
  await page.getByRole('button', { name: 'Show the whole explanation' }).waitFor()
  await page.keyboard.press('Control+Home')
  await page.getByRole('button', { name: 'Show the whole explanation' }).click()
  await page.getByRole('region', { name: 'The whole explanation' }).waitFor()
  await look('the explanation of a line')
  await page.getByRole('button', { name: 'Show the whole explanation' }).click()

  await act(page, 'Users of the files')
  await look('the outline')
  await dialog(page).getByLabel('Only with diagnostics').check()
  await dialog(page).getByPlaceholder('Find a user').fill('no such user')
  await look('the outline of nothing')
  await close(page)

  await act(page, 'Cheat sheet')
  await look('the cheat sheet')
  await dialog(page).getByLabel('Search rules').fill('no such rule')
  await look('the cheat sheet without a rule')
  await close(page)

  await act(page, 'Why was this refused?')
  await look('a refusal before it is pasted')
  const refused = dialog(page).getByLabel('Error, command or ACL LOG entry')
  await refused.fill("(error) NOPERM User app has no permissions to run the 'flushall' command")
  await dialog(page)
    .getByRole('button', { name: /Add to line/ })
    .first()
    .waitFor()
  await look('a refused command')
  await refused.fill('NOPERM No permissions to access a key')
  await dialog(page).getByLabel('Command that was denied').fill(`SET "${longKey}" x`)
  await look('a refused key')
  await close(page)

  for (const question of ['who can run GET', `can ${longUser} read keys ${longKey}`, 'what is it all about']) {
    await goTo(page, `#ask/${encodeURI(question)}`)
    await dialog(page)
      .getByText(question === 'what is it all about' ? 'Did you mean' : 'Understood as')
      .waitFor()
    await look(`the answer to ${question.slice(0, 20)}`)
    await close(page)
  }

  await act(page, 'Edit a user as a form')
  const form = page.getByRole('tabpanel', { name: 'User', exact: true })
  for (const user of ['app', longUser]) {
    await form.getByLabel('User', { exact: true }).selectOption(user)
    await form.getByText('Root permissions').waitFor()
    await look(`the form of ${user}`)
  }

  await act(page, 'Documentation')
  await look('the documentation')
  await goTo(page, '#docs/diagnostics/nopass')
  await dialog(page).getByRole('heading', { name: 'nopass' }).waitFor()
  await look('a page of the documentation')
  await dialog(page).getByPlaceholder('Search the documentation').fill('selector')
  await look('a search in the documentation')
  await close(page)

  await page.keyboard.press('Alt+1')
  await pasteAcl(page, acl.replace(' +@write', ''))
  await act(page, 'Compare versions of users.acl')
  await dialog(page).getByRole('group', { name: 'Changes of app' }).waitFor()
  const fill = dialog(page).getByRole('button', { name: 'Fill the window' })
  if (await fill.isVisible()) await fill.click()
  await look('a comparison that fills the window')
  await close(page)

  await act(page, 'Fill the window with the permissions')
  await page.getByLabel('Filter commands').fill('flushall')
  await page.getByRole('gridcell', { name: /^app: FLUSHALL/ }).click()
  await page.getByText('Proved: nothing else changes.').waitFor()
  await look('permissions')
  await page.getByText('A key', { exact: true }).click()
  await look('the question about a key')
  await page.getByLabel('Key or pattern').fill('app:1')
  await page.getByRole('row', { name: /^app/ }).waitFor()
  await look('who reaches a key')
  await page.getByLabel('Key or pattern').fill('app:*')
  await page.getByRole('region', { name: 'As expectations' }).waitFor()
  await look('who reaches the keys of a pattern')
  await act(page, 'Go to the console')

  await page.keyboard.press('Alt+5')
  await page.getByPlaceholder('Log in as…').waitFor()
  await look('the users to run as')
  await page.keyboard.press('Escape')
  await act(page, 'Workspaces')
  await look('the workspaces')
  await dialog(page).getByRole('button', { name: 'Versions' }).first().click()
  await look('the versions of a workspace')
  await close(page)
  await act(page, 'Generate a password')
  await look('a password')
  await close(page)
  await act(page, 'Security checklist')
  await dialog(page).getByRole('heading', { level: 3 }).first().waitFor()
  await look('the checklist')
  await close(page)

  await goTo(page, '#learn/read-write')
  const pane = page.getByRole('region', { name: 'Learn' })
  await pane.getByText('3 of 5').waitFor()
  await look('a lesson')
  for (let hint = 0; hint < 3; hint++) await pane.getByRole('button', { name: /^Show (?:a|another|the)/ }).click()
  await look('a lesson with its hints')
  await pane.getByRole('button', { name: 'Fill it in' }).click()
  await pane.getByText('All goals met.').first().waitFor()
  await look('a lesson that is done')
  await pane.getByRole('button', { name: 'Lessons' }).click()
  await look('the lessons')
  await goTo(page, '#learn/no-such-lesson')
  await pane.getByText('There is no lesson').waitFor()
  await look('a lesson that does not exist')
}

test.each(windows)(
  'axe finds nothing in any view that explains $name, and all fits',
  { timeout: 420_000 },
  async ({ widths, options }) => {
    const { page, problems } = await site.open(options)
    await walk(page, (view) => lookAt(page, view, widths))
    expect(problems).toEqual([])
  },
)
