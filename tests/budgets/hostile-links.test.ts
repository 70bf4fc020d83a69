import { beforeAll, expect, test } from 'vitest'
import { encodeLink } from '../../src/workspace/codec'
import { openSite, type Site } from '../browser/harness'
import { hostileLinks } from './hostile'
import { longestTask, slowness, yardstick } from './tasks'

let site: Site
beforeAll(async () => {
  site = await openSite()
})

/** Milliseconds of the thread's own processor time that a task may take on a machine at its quickest. */
const LIMIT = 1_000
/** Milliseconds after which a key press is answered, at the latest. */
const ANSWER = 5_000
/** Milliseconds in which the page opens a link and checks what is in it. */
const AFTER = 5_000

test.each(hostileLinks)(
  'a link of many or long %s does not hold up the page',
  { timeout: 180_000 },
  async (_, make) => {
    const made = await encodeLink(make(), { keepPasswords: true })
    if (!made.ok) throw new Error(made.message)
    const { page, context } = await site.openEmpty()
    void context
    const measure = await yardstick(page)
    const longest = await longestTask(page, async () => {
      await page.goto(`${site.url}${made.fragment}`)
      await page.waitForTimeout(AFTER)
      await page.keyboard.press('Control+k')
      await page.getByPlaceholder('What to do').waitFor({ timeout: ANSWER })
    })
    expect(longest / slowness(await measure())).toBeLessThan(LIMIT)
  },
)
