/** Walks through the page as a newcomer does, from the first visit to the last lesson, and counts clicks: `npx tsx src/tools/walk.ts http://127.0.0.1:4173/`. */
import { chromium, type Locator } from 'playwright-core'
import { course } from '../workspace/course/course'
import { findBrowser } from './browser'

const [url = 'http://127.0.0.1:4173/'] = process.argv.slice(2)
const browser = await chromium.launch({ executablePath: findBrowser() ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
let clicks = 0

async function click(target: Locator): Promise<void> {
  await target.click()
  clicks++
}

try {
  await page.goto(url)
  await click(page.getByRole('button', { name: 'Learn in 20 minutes' }))
  const pane = page.getByRole('region', { name: 'Learn' })
  for (const [i, lesson] of course.entries()) {
    const before = clicks
    await pane.getByRole('heading', { name: lesson.title }).waitFor()
    const goals = pane.getByRole('heading', { name: /^Goals/ })
    await goals.waitFor()
    const start = (await goals.innerText()).replace(/\s+/g, ' ')
    for (let hint = 0; hint < lesson.hints('redis-8.0').length; hint++)
      await click(pane.getByRole('button', { name: /^Show (?:a|another|the) (?:hint|solution)$/ }))
    await click(pane.getByRole('button', { name: 'Fill it in' }))
    await pane.getByText('All goals met.', { exact: true }).first().waitFor()
    if (i + 1 < course.length) await click(pane.getByRole('link', { name: 'Next' }))
    console.log(`${i + 1}. ${lesson.title}: ${start} at first, all met after ${clicks - before} clicks`)
  }
  await click(pane.getByRole('button', { name: 'Back to my work', exact: true }))
  console.log(`${clicks} clicks from the first visit to the last lesson and back.`)
} finally {
  await browser.close()
}
