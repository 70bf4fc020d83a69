import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'
import axe from 'axe-core'
import { type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { sharedBrowser } from './browser'

/** Milliseconds that an element is waited for: a busy machine is slow, not wrong. */
const PATIENCE = 60_000

/** The built page; another build's folder may be named. */
export const folder = process.env.PLAYGROUND_PAGE ?? join(import.meta.dirname, '../../dist/page')
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** The built page on a port, opened in the browser that the test files of a worker share. */
export interface Site {
  readonly url: string
  /**
   * Opens the page in a fresh profile, or in one that was made as good as fresh after an earlier test with the same
   * options, of any file: that takes half the time, and is done where that test passed and did not use `context`.
   * `problems` collects errors, violations of the Content-Security-Policy, and requests that leave the origin. What is to
   * be done with the empty page comes with `prepare`; its profile is fresh then.
   */
  open(options?: BrowserContextOptions, hash?: string, prepare?: (page: Page) => Promise<void>): Promise<Visit>
  /** Opens an empty document of the page's origin, in a profile as `open` does. */
  openEmpty(): Promise<Visit>
}

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  readonly problems: string[]
}

/** The path of an empty document, to which a page is left that another test is to use. */
const leftTo = '/left'

/** The built files that were asked for. They do not change while tests run. */
const contents = new Map<string, Buffer>()

function contentOf(file: string): Buffer {
  const known = contents.get(file)
  if (known !== undefined) return known
  const content = readFileSync(file)
  contents.set(file, content)
  return content
}

function serve(base: string, isCached: boolean): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    if (path === leftTo) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<link rel="icon" href="data:,">')
      return
    }
    const file = join(folder, path === base ? 'index.html' : path.slice(base.length))
    if (!path.startsWith(base) || !file.startsWith(folder) || !existsSync(file)) {
      response.writeHead(404).end()
      return
    }
    response
      .writeHead(200, {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'cache-control':
          isCached && path.startsWith(`${base}assets/`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      })
      .end(contentOf(file))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ server, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}${base}` })
    })
  })
}

/** Waits until the workspace stands and the editors are there. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => !('start' in document.documentElement.dataset))
  // On a phone, the editors come when somebody uses the page.
  await page.evaluate(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift' })))
  await page.locator('.cm-editor').first().waitFor({ state: 'attached' })
  await page.locator('[aria-label="Command"].cm-content').waitFor({ state: 'attached' })
}

const defaults = {
  viewport: { width: 1440, height: 900 },
  colorScheme: 'light',
  forcedColors: 'none',
  // Playwright waits for what moves, frame by frame.
  reducedMotion: 'reduce',
  // The service worker fetches all that the page may ever need.
  serviceWorkers: 'block',
} as const satisfies BrowserContextOptions

interface Profile {
  readonly page: Page
  readonly context: BrowserContext
  readonly problems: string[]
}

async function newProfile(browser: Browser, options: BrowserContextOptions, url: string): Promise<Profile> {
  const context = await browser.newContext({ ...defaults, ...options })
  context.setDefaultTimeout(PATIENCE)
  const problems: string[] = []
  context.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      problems.push(`left the origin: ${request.url()}`)
  })
  await context.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      console.error(`violates the policy: ${violatedDirective} ${blockedURI} ${sourceFile}`)
    }),
  )
  const page = await context.newPage()
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`)
  })
  return { page, context, problems }
}

/** Makes a profile as good as a fresh one. Returns false where its page is closed or does not let itself be left. */
async function clear(
  { page, context, problems }: Profile,
  options: BrowserContextOptions,
  url: string,
): Promise<boolean> {
  for (const other of context.pages()) if (other !== page) await other.close()
  if (page.isClosed()) return false
  try {
    // The page saves its work when it is left: what is stored is cleared by another document of its origin.
    await page.goto(new URL(leftTo, url).href, { timeout: 5_000 })
  } catch {
    return false
  }
  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  const { viewport, colorScheme, forcedColors, reducedMotion } = { ...defaults, ...options }
  await page.emulateMedia({ media: null, colorScheme, forcedColors, reducedMotion })
  const size = page.viewportSize()
  if (viewport !== null && (size?.width !== viewport.width || size.height !== viewport.height))
    await page.setViewportSize(viewport)
  await page.mouse.move(0, 0)
  problems.length = 0
  return true
}

/** A server of the built page, and the profiles of earlier tests by their options. */
interface Place {
  readonly server: Server
  readonly url: string
  readonly idle: Map<string, Profile[]>
}

async function newPlace(base: string, isCached: boolean): Promise<Place> {
  if (!existsSync(join(folder, 'index.html')))
    throw new Error('There is no built page in dist/page: run npm run build first.')
  return { ...(await serve(base, isCached)), idle: new Map() }
}

let shared: Promise<Place> | null = null

/** Returns the site that the test files of this worker share: what one has loaded, the next has in its cache. */
export async function openSite(): Promise<Site> {
  shared ??= newPlace('/', true)
  return siteAt(await shared)
}

/** A site that only one test uses. */
export interface OwnSite extends Site {
  /** The server goes away; open pages stay. */
  goOffline(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a site on a port of its own, whose profiles keep nothing that the page did not ask to be kept.
 * @param base the path that the page is published at, with slashes around it
 */
export async function openOwnSite(base = '/'): Promise<OwnSite> {
  const place = await newPlace(base, false)
  const { server, idle } = place
  return {
    ...(await siteAt(place)),
    goOffline: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
    async close() {
      await Promise.all([...idle.values()].flat().map(({ context }) => context.close()))
      server.closeAllConnections()
      server.close()
    },
  }
}

async function siteAt({ url, idle }: Place): Promise<Site> {
  const browser = await sharedBrowser()

  /** Takes an idle profile, or makes one; its page shows nothing of the playground. */
  async function take(options: BrowserContextOptions, isFresh: boolean): Promise<Visit> {
    const key = JSON.stringify(options)
    const profile = (isFresh ? undefined : idle.get(key)?.pop()) ?? (await newProfile(browser, options, url))
    const { page, context, problems } = profile
    // The caches that a service worker fills are not cleared.
    let isReusable = !isFresh && options.serviceWorkers !== 'allow'
    onTestFinished(async ({ task }) => {
      if (isReusable && task.result?.state === 'pass' && (await clear(profile, options, url)))
        idle.set(key, [...(idle.get(key) ?? []), profile])
      else await context.close()
    })
    return {
      page,
      get context() {
        // Nobody knows what is done with it.
        isReusable = false
        return context
      },
      problems,
    }
  }

  return {
    url,
    async open(options = {}, hash = '', prepare) {
      const visit = await take(options, prepare !== undefined)
      const { page } = visit
      await prepare?.(page)
      await page.goto(url + hash)
      await settled(page)
      return visit
    },
    async openEmpty() {
      const visit = await take({}, false)
      await visit.page.goto(new URL(leftTo, url).href)
      return visit
    },
  }
}

/** Types a line into the console and runs it. */
export async function run(page: Page, line: string): Promise<void> {
  await page.locator('[aria-label="Command"]').focus()
  await page.keyboard.insertText(line)
  await page.keyboard.press('Enter')
  await page.locator('[role=log]').getByRole('group', { name: line, exact: true }).last().waitFor()
}

/** The transcript as text, an entry a line: the command, its reply, its verdict. */
export async function transcript(page: Page): Promise<string[]> {
  const rows = page.locator('[role=log] [role=group]')
  return rows.evaluateAll((nodes: HTMLElement[]) =>
    nodes.map((node) => {
      // An entry that is out of sight, or was not painted yet, is not laid out: it would have no text.
      node.style.contentVisibility = 'visible'
      const text = node.innerText.replace(/\s*\n\s*/g, ' / ')
      node.style.contentVisibility = ''
      return text
    }),
  )
}

/** The whole text of a file's editor, as the page saves it. */
export async function savedFile(page: Page, which: 'acl' | 'conf' | 'expect'): Promise<string> {
  return page.evaluate(async (key) => {
    // The page saves 300 ms after the last change. Its own timers are waited for, so that a slow page is waited for too.
    await new Promise((resolve) => setTimeout(resolve, 350))
    const saved: unknown = JSON.parse(localStorage.getItem('acl-playground.workspace') ?? 'null')
    return (saved as { files: Record<string, string> }).files[key] ?? ''
  }, which)
}

/** What axe is to check. */
export interface Check {
  /** The rules; all of them where left out. */
  readonly rules?: readonly string[]
  /** Rules that are not checked. */
  readonly without?: readonly string[]
  /** A selector of the part of the page that is checked, where it is there. */
  readonly part?: string
}

/**
 * What axe finds, one line a diagnostic; empty is what is wanted. The whole page is checked where no part is named, and of
 * one with a dialog over it all but what is behind: tests without the dialog check that.
 */
export async function diagnostics(page: Page, check: Check = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(
    async ({ rules, without = [], part }) => {
      const { axe: checker } = window as unknown as {
        axe: {
          run(
            context: { readonly include: Node; readonly exclude: readonly Node[] },
            options: object,
          ): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }>
        }
      }
      const chosen = part === undefined ? null : document.querySelector(part)
      const behind = document.querySelector('body > [role=dialog]') === null ? null : document.querySelector('#app')
      const { violations } = await checker.run(
        { include: chosen ?? document, exclude: chosen === null && behind !== null ? [behind] : [] },
        {
          resultTypes: ['violations'],
          // Stylesheets fetched once more, which no rule in use reads.
          preload: false,
          rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
          ...(rules === undefined ? {} : { runOnly: rules }),
        },
      )
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
      )
    },
    { ...check },
  )
}

/** The counts of results on the tab of the expectations. */
export const resultCounts = (page: Page): Promise<string[]> =>
  page
    .getByRole('tab', { name: /Expectations/ })
    .locator('.badge')
    .allInnerTexts()

/** Presses the keys of the palette: the action whose name starts so is run. */
export async function act(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What to do').fill(name)
  await page.getByRole('option', { name }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByPlaceholder('What to do').waitFor({ state: 'detached' })
}

/**
 * Returns the processor time, in milliseconds, that the page's main thread takes for a keystroke before it can show it:
 * the median of fifteen, typed into what has the keyboard. Where the median is above `enough`, it is measured twice more
 * and the least counts: on a machine with other work, the same keystroke takes more processor time.
 * @param pause between two keystrokes, long enough for the work that waits for a pause in typing
 */
export async function keystrokeTime(page: Page, pause: number, enough: number): Promise<number> {
  const spent = await mainThreadClock(page)
  let least = Infinity
  for (let round = 0; round < 3 && least >= enough; round++) least = Math.min(least, await median(page, pause, spent))
  return least
}

/** Returns a clock of the page's main thread: the processor time, in milliseconds, that it has taken. */
export async function mainThreadClock(page: Page): Promise<() => Promise<number>> {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('Performance.enable', { timeDomain: 'threadTicks' })
  onTestFinished(() => protocol.detach())
  return async () => {
    const { metrics } = await protocol.send('Performance.getMetrics')
    return 1_000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Infinity)
  }
}

async function median(page: Page, pause: number, spent: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 15; i++) {
    const before = await spent()
    await page.evaluate(
      async (text) => {
        document.execCommand('insertText', false, text)
        // The page's own work is done in microtasks before this one.
        await Promise.resolve().then(() => undefined)
      },
      ' x'.charAt(i % 2),
    )
    times.push((await spent()) - before)
    await page.evaluate((wait) => new Promise((resolve) => setTimeout(resolve, wait)), pause)
  }
  return times.sort((a, b) => a - b)[7] ?? Infinity
}

/** Pastes text where a field has the keyboard, as a person would. */
export async function paste(field: Locator, text: string): Promise<void> {
  await field.focus()
  await field.evaluate((node, pasted) => {
    const data = new DataTransfer()
    data.setData('text/plain', pasted)
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, text)
}

/** Replaces users.acl by pasting. */
export async function pasteAcl(page: Page, text: string): Promise<void> {
  const editor = page.locator('.cm-content[aria-label="users.acl"]')
  await editor.focus()
  await page.keyboard.press('Control+a')
  await paste(editor, text)
}
