/**
 * Walks through the built page as a newcomer does: from the first visit to the last lesson with the help of its hints, and to a first
 * user that is written and tried. Counts actions, and takes a picture of each step: `npm run walk -- FOLDER`.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { preview } from 'vite'
import { course } from '../workspace/course/course'
import { bringBrowser } from './browser'

/** A newcomer's page, with the number of actions so far: a click, a text typed, or a key pressed. */
class Newcomer {
  readonly page: Page
  readonly #folder: string
  actions = 0

  private constructor(page: Page, folder: string) {
    this.page = page
    this.#folder = folder
  }

  static async visit(browser: Browser, url: string, folder: string): Promise<Newcomer> {
    mkdirSync(folder, { recursive: true })
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(url)
    return new Newcomer(page, folder)
  }

  async click(target: Locator): Promise<void> {
    await target.click()
    this.actions++
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 20 })
    this.actions++
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key)
    this.actions++
  }

  async look(name: string): Promise<void> {
    await this.page.screenshot({ path: join(this.#folder, `${name}.png`) })
  }
}

async function doCourse(newcomer: Newcomer): Promise<void> {
  const { page } = newcomer
  const pane = page.getByRole('region', { name: 'Learn' })
  await newcomer.look('00-first-visit')
  await newcomer.click(page.getByRole('button', { name: 'Learn step by step' }))
  for (const [i, lesson] of course.entries()) {
    const before = newcomer.actions
    const name = `${String(i + 1).padStart(2, '0')}-${lesson.id}`
    await pane.getByRole('heading', { name: lesson.title }).waitFor()
    const goals = pane.getByRole('heading', { name: /^Goals/ })
    await goals.waitFor()
    await pane.getByText('All goals met.').waitFor({ state: 'detached' })
    const start = (await goals.innerText()).replace(/\s+/g, ' ')
    await newcomer.look(`${name}-1-opened`)
    for (let hint = 0; hint < lesson.hints('redis-8.0').length; hint++)
      await newcomer.click(pane.getByRole('button', { name: /^Show (?:a|another|the) (?:hint|solution)$/ }))
    await newcomer.click(pane.getByRole('button', { name: 'Fill it in' }))
    await pane.getByText('All goals met.', { exact: true }).first().waitFor()
    await newcomer.look(`${name}-2-done`)
    if (i + 1 < course.length) await newcomer.click(pane.getByRole('link', { name: 'Next' }))
    console.log(`${i + 1}. ${lesson.title}: ${start} at first, all met after ${newcomer.actions - before} clicks`)
  }
  await newcomer.click(pane.getByRole('button', { name: 'Back to my work', exact: true }))
  await pane.waitFor({ state: 'detached' })
  await newcomer.look('20-back')
  console.log(`${newcomer.actions} clicks from the first visit to the last lesson and back.`)
}

async function writeFirstUser(newcomer: Newcomer): Promise<void> {
  const { page } = newcomer
  const console_ = page.getByRole('region', { name: 'Console' })
  await newcomer.click(page.getByRole('button', { name: 'Just look around' }))
  await newcomer.click(page.getByRole('banner').getByRole('button', { name: 'Actions' }))
  await newcomer.type('blank')
  await page.getByRole('option', { name: 'Start blank' }).waitFor()
  await newcomer.press('Enter')
  await page.getByText('Started blank.').waitFor()
  await newcomer.look('1-blank')
  const rules = page.locator('.cm-content[aria-label="users.acl"]')
  await newcomer.click(rules.locator('.cm-line').last())
  await newcomer.type('user app on >pw ~app:* +@read')
  await newcomer.look('2-written')
  await newcomer.click(console_.getByRole('button', { name: /^Run as/ }))
  await newcomer.look('3-run-as')
  await newcomer.click(page.getByRole('option', { name: 'app' }))
  for (const line of ['GET app:1', 'GET other:1', 'SET app:1 x']) {
    await newcomer.type(line)
    await newcomer.press('Enter')
    await console_.getByRole('group', { name: line, exact: true }).waitFor()
  }
  await newcomer.look('4-tried')
  console.log(`${newcomer.actions} actions to write a first user and to try three commands.`)
}

const [folder] = process.argv.slice(2)
const executablePath = bringBrowser()
if (folder === undefined || executablePath === null) {
  console.error(
    folder === undefined ? 'Usage: npm run walk -- FOLDER' : 'Install Chromium or Chrome, or set CHROME_PATH.',
  )
  process.exit(1)
}
const server = await preview({
  preview: { port: 0, host: '127.0.0.1' },
  build: { outDir: 'dist/page' },
  logLevel: 'warn',
})
const [url = ''] = server.resolvedUrls?.local ?? []
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  await doCourse(await Newcomer.visit(browser, url, join(folder, 'course')))
  await writeFirstUser(await Newcomer.visit(browser, url, join(folder, 'first-user')))
} finally {
  await browser.close()
  await server.close()
}
