import { availableParallelism, loadavg } from 'node:os'
import { beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { encodeLink } from '../../src/workspace/codec'
import { type WorkspaceState, blankState } from '../../src/workspace/state'
import { type Site, openSite, settled } from './harness'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

const open = 'user default on nopass ~* &* +@all\n'

function withAcl(acl: string): WorkspaceState {
  return { ...blankState('redis-8.0'), files: { acl, conf: 'aclfile users.acl\n' } }
}
function withLines(...lines: readonly string[]): WorkspaceState {
  return { ...withAcl(open), entries: lines.map((line) => ({ on: 0, line })) }
}

async function linkOf(state: WorkspaceState): Promise<string> {
  const made = await encodeLink(state, { keepPasswords: true })
  if (!made.ok) throw new Error(made.message)
  return made.fragment
}

/** Watches, from before the page's own scripts on, how long the page does not answer. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = window as unknown as { longest: number }
    seen.longest = 0
    let last = performance.now()
    const channel = new MessageChannel()
    channel.port1.onmessage = () => {
      const now = performance.now()
      seen.longest = Math.max(seen.longest, now - last)
      last = now
      setTimeout(() => channel.port2.postMessage(null), 20)
    }
    channel.port2.postMessage(null)
  })
}

const longest = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { longest: number }).longest)

/** Milliseconds that a page may not answer for: a second, and as many times more as the machine has other work than it has cores. */
const patience = (): number => 1_000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism())

/** What a key press is answered by: the palette. */
async function answers(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What to do').waitFor()
  await page.keyboard.press('Escape')
}

/** Waits until the page has checked what it opened, and has answered for so long that it counts as harmless. */
async function calm(page: Page): Promise<void> {
  await page.locator('.counts, .unchecked').first().waitFor()
  await page.waitForFunction(() => localStorage.getItem('acl-playground.starting') === null)
  // Marks are drawn and the workspace is saved.
  await page.waitForTimeout(500)
}

const get = 'MGET ' + Array.from({ length: 60 }, () => 'k').join(' ')
const cases: readonly (readonly [name: string, state: WorkspaceState, told: RegExp | null])[] = [
  [
    '2,000 passwords',
    withAcl(`${open}user a on ${Array.from({ length: 2000 }, (_, i) => `>p${i}`).join(' ')}\n`),
    null,
  ],
  [
    'one long value asked for often',
    withLines('SETRANGE k 60000000 x', ...Array.from({ length: 60 }, () => get)),
    null,
  ],
  [
    'as long a value as may be, asked for often',
    withLines('SETRANGE k 1048575 x', ...Array.from({ length: 60 }, () => get)),
    /commands? (was|were) not run/,
  ],
  [
    'a transaction over long values',
    withLines('SETRANGE k 1048575 x', 'MULTI', ...Array.from({ length: 1900 }, () => 'BITCOUNT k'), 'EXEC'),
    /goes through more data than the page can/,
  ],
  [
    'a script that exhausts the memory, twice',
    withLines(
      'EVAL "local t={} for i=1,1000000 do t={t} end return t" 0',
      'EVAL "local t={} for i=1,1000000 do t={t} end return t" 0',
    ),
    /runs scripts/,
  ],
  [
    '199,900 scripts',
    withLines(...Array.from({ length: 1999 }, () => '100 EVAL "for i=1,1e6 do end" 0')),
    /1,999 commands were not run/,
  ],
  ['199,900 commands', withLines(...Array.from({ length: 1999 }, () => '100 SET k v')), null],
]

test.each(cases)('a link with %s does not stop the page, nor the next visit', async (_, state, told) => {
  // Two tabs of a profile that a later test may have: each stores what the next visit finds, and nothing else.
  const { page: empty } = await site.openEmpty()
  const context = empty.context()
  const page = await context.newPage()
  await watch(page)
  await page.goto(site.url + (await linkOf(state)))
  await settled(page)
  await answers(page)
  if (told !== null) await page.getByText(told).first().waitFor()
  await calm(page)
  await answers(page)
  expect(await longest(page)).toBeLessThan(patience())

  // The tab is closed without a word, as one that hangs is.
  await page.close({ runBeforeUnload: false })
  const next = await context.newPage()
  await watch(next)
  const start = Date.now()
  await next.goto(site.url)
  const safe = next.getByRole('heading', { name: 'The page did not answer last time' })
  await safe.or(next.locator('[aria-label="Command"]')).first().waitFor()
  expect(Date.now() - start).toBeLessThan(8_000)
  if (await safe.isVisible()) await next.getByRole('button', { name: 'Open it anyway' }).click()
  await settled(next)
  await answers(next)
  await calm(next)
  expect(await longest(next)).toBeLessThan(patience())
  await next.close()
})

test('#new starts at once, whatever is stored and however the last visit ended', async () => {
  const { page } = await site.openEmpty()
  await page.evaluate(
    (stored) => {
      localStorage.setItem('acl-playground.workspace', stored)
      localStorage.setItem('acl-playground.starting', 'gone 0')
    },
    JSON.stringify(withAcl('user mine on nopass ~mine:* +@read\n')),
  )
  await page.goto(`${site.url}#new`)
  await settled(page)
  await page.getByText('Started blank.').waitFor()
  await page.getByRole('button', { name: 'Restore my work' }).click()
  await page.locator('.cm-content[aria-label="users.acl"]').getByText('~mine:*').waitFor()
})

test('after a visit that did not answer, the stored workspace is shown as text and can be opened, kept or left', async () => {
  const { context, problems } = await site.openEmpty()
  const stored = JSON.stringify({
    ...withAcl('user mine on nopass ~mine:* +@read\n'),
    entries: [{ on: 0, line: 'SET mine:1 x' }],
  })
  const stuck = async (): Promise<Page> => {
    const next = await context.newPage()
    // A document of the same origin that is not the page.
    await next.goto(`${site.url}icon.svg`)
    await next.evaluate((text) => {
      localStorage.setItem('acl-playground.workspace', text)
      localStorage.setItem('acl-playground.starting', 'gone 0')
    }, stored)
    await next.goto(site.url)
    await next.getByRole('heading', { name: 'The page did not answer last time' }).waitFor()
    return next
  }
  const first = await stuck()
  await expect.poll(() => first.getByRole('region', { name: 'users.acl' }).innerText()).toContain('user mine on')
  await expect.poll(() => first.getByRole('region', { name: 'Commands' }).innerText()).toContain('SET mine:1 x')
  const file = first.waitForEvent('download')
  await first.getByRole('button', { name: 'Download' }).click()
  expect((await file).suggestedFilename()).toBe('acl-playground.json')
  await first.getByRole('button', { name: 'Open it anyway' }).click()
  await first.locator('.cm-content[aria-label="users.acl"]').getByText('~mine:*').waitFor()
  await first.close()
  const second = await stuck()
  await second.getByRole('button', { name: 'Start new' }).click()
  await settled(second)
  await second.getByRole('button', { name: 'Restore my work' }).click()
  await second.locator('.cm-content[aria-label="users.acl"]').getByText('~mine:*').waitFor()
  expect(problems).toEqual([])
})

test('the first time that a password is stored as typed, the page says so, once', async () => {
  const { page } = await site.open()
  const told = page.getByText(/Passwords are stored in this browser as you type them/)
  const rules = page.locator('.cm-content[aria-label="users.acl"]')
  const write = async (text: string): Promise<void> => {
    await rules.focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(text)
    await page.waitForTimeout(600)
  }
  await write('user mine on nopass ~mine:* +@read\n')
  await expect.poll(() => told.count()).toBe(0)
  await write('user mine on >secret-word ~mine:* +@read\n')
  await told.waitFor()
  await page.getByRole('button', { name: 'Close this message' }).click()
  await page.reload()
  await settled(page)
  await write('user mine on >other-word ~mine:* +@read\n')
  await expect.poll(() => told.count()).toBe(0)
})

test('an embedded page with long runs of blanks answers', async () => {
  const blanks = ' '.repeat(100_000)
  const link = await linkOf({
    ...blankState('redis-8.0'),
    files: { acl: `user a on nopass${blanks}+get${blanks}x\n`, conf: `aclfile users.acl\nrequirepass${blanks}\n` },
  })
  const { page, context } = await site.open({}, `?embed${link}`, watch)
  await page.waitForTimeout(3_000)
  expect(await longest(page)).toBeLessThan(patience())
  await context.close()
})
