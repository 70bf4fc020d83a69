import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { course } from '../../src/workspace/course/course'
import { type Site, act, diagnostics, openSite, run, savedFile, settled } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const rules = (page: Page) => page.locator('.cm-content[aria-label="users.acl"]')
const pane = (page: Page) => page.getByRole('region', { name: 'Learn' })
const allMet = (page: Page) => pane(page).getByText('All goals met.', { exact: true }).first()

async function write(page: Page, text: string): Promise<void> {
  await rules(page).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}

/** Moves the keyboard from element to element until one has this name, and presses Enter. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    const text = await page.evaluate(() => document.activeElement?.textContent.trim() ?? '')
    if (text.startsWith(name)) return page.keyboard.press('Enter')
  }
  throw new Error(`The keyboard does not reach “${name}”.`)
}

test('what tells an answer from the right one is run by keyboard alone, on the target that was chosen', async () => {
  const { page, problems } = await site.open({ viewport: { width: 390, height: 844 } }, '#learn/keys')
  await pane(page).getByRole('heading', { name: 'Which keys: patterns' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What to do').fill('Use Valkey 8.1')
  await page.keyboard.press('Enter')
  await pane(page).getByText('0 of 2').waitFor()
  // Goals stay grey until the learner has tried: a new line is an attempt.
  await page.keyboard.press('Alt+1')
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Alt+6')
  await tabTo(page, 'Run GET')
  await page.locator('[role=log] [role=group]').getByText('NOPERM').last().waitFor()
  await page.keyboard.press('Alt+1')
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('user default off\nuser app on nopass ~app:* ~cache:* +get +set +del\n')
  await page.keyboard.press('Alt+6')
  await allMet(page).waitFor()
  await expect.poll(() => pane(page).getByRole('status').textContent()).toBe('All goals met.')
  await tabTo(page, 'Next')
  await expect.poll(() => page.evaluate(() => location.hash)).toBe(`#learn/${course[3]?.id}`)
  expect(problems).toEqual([])
})

test('a lesson that the target lacks says so, and opens once another target is chosen', async () => {
  const { page, problems } = await site.open({}, '#learn/order')
  await pane(page).getByRole('heading', { name: 'The last rule decides' }).waitFor()
  await act(page, 'Use Redis 6.2')
  await page.getByRole('button', { name: /Redis 6\.2/ }).waitFor()
  await pane(page).getByRole('link', { name: 'Next' }).click()
  await pane(page).getByText('Not available on Redis 6.2.').waitFor()
  await page.getByRole('button', { name: /Redis 8\.0/ }).waitFor()
  await act(page, 'Use Valkey 9.1')
  await pane(page)
    .getByRole('heading', { name: /^Goals/ })
    .waitFor()
  await pane(page).getByText('Not available').waitFor({ state: 'detached' })
  // The answer comes along where the lesson is not available on the target that it was left on.
  await write(page, 'user default off\nuser half on\n')
  await act(page, 'Use Redis 6.2')
  await pane(page).getByText('Not available on Redis 6.2.').waitFor()
  await pane(page).getByRole('button', { name: 'Open it on Redis 7.0' }).waitFor()
  await act(page, 'Use Redis 7.2')
  await rules(page).getByText('half').waitFor()
  expect(problems).toEqual([])
})

test('lessons leave the own work alone, survive a reload, and follow the Back button', async () => {
  const { page, problems } = await site.open()
  const mine = 'user mine on nopass ~mine:* +@read\n'
  await write(page, mine)
  await run(page, 'PING')
  await page.getByRole('button', { name: 'Learn step by step' }).click()
  await pane(page).getByRole('heading', { name: 'What a fresh server allows' }).waitFor()
  await expect.poll(() => page.getByRole('region', { name: 'First steps' }).count()).toBe(0)
  await rules(page).getByText('user admin').or(rules(page).getByText('admin')).first().waitFor()
  await write(page, 'user default off\nuser half on\n')
  await expect.poll(() => savedFile(page, 'acl')).toBe(mine)
  await page.reload()
  await settled(page)
  await rules(page).getByText('half').waitFor()
  await page.evaluate(() => (location.hash = '#learn/keys'))
  await pane(page).getByRole('heading', { name: 'Which keys: patterns' }).waitFor()
  await page.goBack()
  await pane(page).getByRole('heading', { name: 'What a fresh server allows' }).waitFor()
  await rules(page).getByText('half').waitFor()
  await pane(page).getByRole('button', { name: 'Start again' }).click()
  await rules(page).getByText('half').waitFor({ state: 'detached' })
  await pane(page).getByRole('button', { name: 'Close, and go back to my work' }).focus()
  await page.keyboard.press('Enter')
  await rules(page).getByText('~mine:*').waitFor()
  await expect.poll(() => page.evaluate(() => location.hash)).toBe('')
  await expect.poll(() => savedFile(page, 'acl')).toBe(mine)
  expect(await page.evaluate(() => document.activeElement?.getAttribute('title'))).toBe('Lessons')
  expect(problems).toEqual([])
})

test('every lesson opens, its solution meets all goals, and the pane is accessible', async () => {
  const { page, problems } = await site.open({}, `#learn/${course[0]?.id}`)
  for (const [i, lesson] of course.entries()) {
    await pane(page).getByRole('heading', { name: lesson.title }).waitFor()
    const goals = pane(page).getByRole('heading', { name: /^Goals/ })
    const open = pane(page).getByRole('button', { name: /^Open it on / })
    await goals.or(open).waitFor()
    if (await open.isVisible()) await open.click()
    await goals.waitFor()
    for (let hint = 0; hint < 3; hint++)
      await pane(page)
        .getByRole('button', { name: /^Show (?:a|another|the) (?:hint|solution)$/ })
        .click()
    await pane(page).getByRole('button', { name: 'Fill it in' }).click()
    await allMet(page).waitFor()
    if (i + 1 < course.length) await pane(page).getByRole('link', { name: 'Next' }).click()
  }
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 })
    // The colors of 1440 pixels; a phone has a bar of its own.
    const hasOtherColors = width !== 1024
    expect(await diagnostics(page, { without: hasOtherColors ? [] : ['color-contrast'] })).toEqual([])
    if (!hasOtherColors) continue
    // What these change are the colors.
    for (const media of [{ colorScheme: 'dark' }, { forcedColors: 'active' }] as const) {
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', ...media })
      expect(await diagnostics(page, { rules: ['color-contrast'] })).toEqual([])
    }
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await pane(page).getByRole('button', { name: 'Lessons' }).click()
  await pane(page).getByText(`${course.length} of ${course.length} lessons done.`, { exact: false }).waitFor()
  expect(await diagnostics(page)).toEqual([])
  expect(problems).toEqual([])
}, 300_000)

test('a workspace is shared as an exercise, which opens beside the files', async () => {
  const { page, problems } = await site.open()
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share' })
  await dialog.getByLabel('Title', { exact: true }).fill('Lock it')
  await dialog.getByLabel('Note', { exact: true }).fill('Deny FLUSHALL.')
  await dialog.getByLabel(/As an exercise/).check()
  await dialog.getByText('11 goals').waitFor()
  await dialog.getByRole('button', { name: 'Copy', exact: true }).and(page.locator(':enabled')).waitFor()
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue()
  expect(await diagnostics(page)).toEqual([])
  const other = await site.open({}, link.slice(link.indexOf('#')))
  await pane(other.page).getByRole('heading', { name: 'Lock it' }).waitFor()
  await pane(other.page).getByText('Deny FLUSHALL.').waitFor()
  await pane(other.page).getByText('11 of 11').waitFor()
  await expect.poll(() => pane(other.page).getByRole('button', { name: 'Show the solution' }).count()).toBe(0)
  await write(other.page, 'user default off\n')
  await pane(other.page).getByText('2 of 11').or(pane(other.page).getByText('1 of 11')).waitFor()
  expect([...problems, ...other.problems]).toEqual([])
})

test('workspaces are renamed, duplicated, deleted and brought back, and versions reopened', async () => {
  const { page, problems } = await site.open()
  await write(page, 'user mine on nopass ~mine:* +@read\n')
  await savedFile(page, 'acl')
  await page.getByRole('button', { name: /workspaces/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Workspaces' })
  const rows = dialog.locator('li').filter({ has: page.getByRole('group') })
  await rows.first().getByRole('button', { name: 'Rename' }).click()
  await dialog.getByLabel('Name').fill('Prod')
  await page.keyboard.press('Enter')
  await rows.first().getByText('Prod').first().waitFor()
  await rows.first().getByRole('button', { name: 'Duplicate' }).click()
  await expect.poll(() => rows.count()).toBe(2)
  await rows.nth(1).getByText('Prod copy').waitFor()
  expect(await diagnostics(page)).toEqual([])
  await rows.nth(1).getByRole('button', { name: 'Delete' }).click()
  await expect.poll(() => rows.count()).toBe(1)
  await dialog.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => rows.count()).toBe(2)
  await rows.first().getByRole('button', { name: 'Versions' }).click()
  await dialog.getByRole('button', { name: 'Difference' }).first().click()
  await dialog.getByText('user mine on nopass').waitFor()
  await dialog.getByRole('button', { name: 'Go back to it' }).first().click()
  await rules(page).getByText('~jobs:*').waitFor()
  expect(problems).toEqual([])
})
