import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import type { TargetId } from '../../src/targets/target'
import { course, type Lesson } from '../../src/workspace/course/course'
import type { RunStep } from '../../src/workspace/course/lesson'
import { type Site, act, openSite } from './harness'

/** Every lesson, done with the keyboard alone: read, answered, and left for the next one. */
let site: Site
beforeAll(async () => {
  site = await openSite()
})

const pane = (page: Page) => page.getByRole('region', { name: 'Learn' })
const focusedLabel = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null)

/** Moves the keyboard from element to element until one whose text begins so has it. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((name) => document.activeElement?.textContent.trim().startsWith(name), text)) return
  }
  throw new Error(`The keyboard does not reach “${text}”.`)
}

async function write(page: Page, keys: string, label: string, text: string): Promise<void> {
  await page.keyboard.press(keys)
  await expect.poll(() => focusedLabel(page)).toBe(label)
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}

/** Runs a command line as a user; null for the connection in view. */
async function run(page: Page, { as, line }: RunStep): Promise<void> {
  await page.keyboard.press('Alt+3')
  await expect.poll(() => focusedLabel(page)).toBe('Command')
  if (as !== null && (await page.getByRole('button', { name: `Run as ${as}` }).count()) === 0) {
    await page.keyboard.press('Alt+5')
    await page.getByPlaceholder('Log in as…').waitFor()
    await page.keyboard.insertText(as)
    await page.getByRole('option', { name: as, exact: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: `Run as ${as}` }).waitFor()
    await expect.poll(() => focusedLabel(page)).toBe('Command')
  }
  const rows = page.locator('[role=log]').getByRole('group', { name: line, exact: true })
  const before = await rows.count()
  await page.keyboard.insertText(line)
  await page.keyboard.press('Enter')
  await expect.poll(() => rows.count()).toBe(before + 1)
}

async function answer(page: Page, lesson: Lesson, target: TargetId): Promise<void> {
  const { first = [], files = {}, runs = [] } = lesson.solution(target)
  for (const step of first) await run(page, step)
  if (files.acl !== undefined) await write(page, 'Alt+1', 'users.acl', files.acl)
  if (files.expect !== undefined) await write(page, 'Alt+4', 'users.expect', files.expect)
  if (files.conf !== undefined) {
    await write(page, 'Alt+2', 'redis.conf', files.conf)
    await page.keyboard.press('Control+Enter')
  }
  for (const step of runs) await run(page, step)
}

/**
 * Opens the course on a target and goes through it by keyboard; `visit` does what is to be done in each lesson that the
 * target has.
 */
async function goThrough(
  target: TargetId,
  widths: readonly [number, number],
  visit: (page: Page, lesson: Lesson) => Promise<void>,
): Promise<void> {
  const { page, problems } = await site.open({}, `#learn/${course[0]?.id}`)
  await pane(page).getByRole('heading', { name: 'What a fresh server allows' }).waitFor()
  const label = target.replace(/^(.)(.*)-/, (_, first: string, rest: string) => `${first.toUpperCase()}${rest} `)
  if (target !== 'redis-8.0') await act(page, `Use ${label}`)
  for (const [i, lesson] of course.entries()) {
    await page.setViewportSize({ width: widths[i % 2] ?? 0, height: 844 })
    await pane(page).getByRole('heading', { name: lesson.title }).waitFor()
    if (lesson.isAvailable(target)) {
      const goals = pane(page).getByRole('heading', { name: /^Goals/ })
      await goals.getByText(`of ${lesson.goals(target).length}`).waitFor()
      await expect.poll(() => pane(page).getByText('All goals met.').count(), { message: lesson.id }).toBe(0)
      await visit(page, lesson)
    } else await pane(page).getByText(`Not available on ${label}.`).waitFor()
    await page.keyboard.press('Alt+6')
    await tabTo(page, i + 1 < course.length ? 'Next' : 'Back to my work')
    await page.keyboard.press('Enter')
  }
  await pane(page).waitFor({ state: 'detached' })
  expect(problems).toEqual([])
}

// Each lesson is done wide and narrow.
test.each<readonly [TargetId, number, number]>([
  ['redis-8.0', 390, 1440],
  ['valkey-9.1', 1440, 390],
])(
  'all lessons are done by keyboard alone on %s, by turns at %i and %i pixels',
  { timeout: 300_000 },
  async (target, ...widths) =>
    goThrough(target, widths, async (page, lesson) => {
      await answer(page, lesson, target)
      await page.keyboard.press('Alt+6')
      await expect
        .poll(() => pane(page).getByRole('status').textContent(), { message: lesson.id })
        .toBe('All goals met.')
    }),
)

// That solutions pass on every version is shown in tests/workspace/course.test.ts.
test(
  'lessons that a version lacks, and those that are not done, are left by keyboard',
  { timeout: 300_000 },
  async () => goThrough('redis-6.2', [1440, 390], () => Promise.resolve()),
)
