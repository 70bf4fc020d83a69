import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { type Site, openSite, paste, pasteAcl, run } from '../browser/harness'
import { limits } from '../../src/workspace/state'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** Returns the megabytes that scripts of the page hold after its garbage was collected. */
async function held(page: Page): Promise<number> {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('HeapProfiler.enable')
  // What was freed by the first collection may be what held the rest.
  for (let i = 0; i < 3; i++) await protocol.send('HeapProfiler.collectGarbage')
  const { usedSize } = await protocol.send('Runtime.getHeapUsage')
  await protocol.detach()
  return usedSize / 1_000_000
}

test('10,000 users take less than 150 MB', async () => {
  const { page, context } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
  void context
  const users = Array.from(
    { length: 10_000 },
    (_, i) => `user tenant-${i} on >secret${i} ~tenant:${i}:* +@read +@write -@dangerous\n`,
  )
  await pasteAcl(page, `user default on nopass ~* &* +@all\n${users.join('')}`)
  await page.getByText('Loaded: 10,001 users').waitFor()
  await page.getByRole('tab', { name: 'Permissions' }).click()
  await page.getByRole('tabpanel', { name: 'Permissions' }).getByRole('grid').waitFor()
  expect(await held(page)).toBeLessThan(150)
})

test('a hundred commands leave nothing behind once the transcript is empty', async () => {
  const { page, context } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
  void context
  const lines = [
    'SET a 1',
    'GET a',
    'ACL SETUSER app on nopass ~app:* +get',
    'ACL DRYRUN app SET a 1',
    'ACL DELUSER app',
  ]
  /** Runs commands, empties the transcript, and returns what is held then. */
  const afterCommands = async (rounds: number): Promise<number> => {
    const field = page.locator('[aria-label="Command"].cm-content')
    await field.focus()
    for (let i = 0; i < rounds; i++)
      for (const line of lines) {
        await page.keyboard.insertText(line)
        await page.keyboard.press('Enter')
      }
    await run(page, 'PING')
    await page.keyboard.insertText('clear')
    await page.keyboard.press('Enter')
    await page.locator('[role=log] [role=group]').first().waitFor({ state: 'detached' })
    return held(page)
  }
  // What is loaded on demand, and the history of lines, is there after the first round.
  const before = await afterCommands(10)
  expect((await afterCommands(20)) - before).toBeLessThan(1)
})

test(
  'an hour of console use, a command a second, leaves no more behind than its first half',
  { timeout: 400_000 },
  async () => {
    const { page, context } = await site.open({ viewport: { width: 1440, height: 900 } }, '#new')
    void context
    // The layout of what is shown takes half of the time, and nothing of what scripts hold.
    await page.locator('[role=log]').evaluate((node: HTMLElement) => (node.style.display = 'none'))
    const field = page.locator('[aria-label="Command"].cm-content')
    let round = 0
    /** Runs 1,000 commands, some of them denied, so that ACL LOG is full, and returns what is held then. */
    const afterThousand = async (): Promise<number> => {
      const lines = ['AUTH default x', `ACL SETUSER app on nopass ~app:${round}:* +@all -@dangerous`, 'AUTH app x']
      for (let i = lines.length; i < 999; i++)
        lines.push(i % 3 === 0 ? `GET other:${round}:${i}` : i % 3 === 1 ? `SET app:${round}:${i % 20} ${i}` : 'KEYS *')
      const last = `ECHO ${++round}`
      await paste(field, [...lines, last, ''].join('\n'))
      await page.locator(`[role=log] [aria-label="${last}"]`).waitFor({ state: 'attached' })
      return held(page)
    }
    // The transcript is full after these.
    await afterThousand()
    const before = await afterThousand()
    await afterThousand()
    expect((await afterThousand()) - before).toBeLessThan(2)
    const saved = await page.evaluate(async () => {
      await new Promise((resolve) => setTimeout(resolve, 350))
      const stored: unknown = JSON.parse(localStorage.getItem('acl-playground.workspace') ?? 'null')
      return (stored as { entries: unknown[] }).entries.length
    })
    expect(saved).toBe(limits.entries)
  },
)
