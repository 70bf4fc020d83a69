/**
 * Prints Lighthouse's scores of the built page as `npm start` serves it, for mobile and desktop. Lighthouse is installed
 * by npx and is no dependency, since it has 200 packages. `npm run lighthouse`
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bringBrowser } from './browser'
import { listen, servePage } from './serve'

interface Report {
  readonly categories: Readonly<Record<string, { readonly title: string; readonly score: number | null }>>
  readonly runtimeError?: { readonly message: string }
}

const browser = bringBrowser()
if (browser === null) {
  console.error('lighthouse: install Chromium or Chrome, or set CHROME_PATH to it.')
  process.exit(1)
}
const server = servePage('dist/page')
const address = await listen(server, 0)

/** Runs Lighthouse in a process of its own while this one serves the page. */
async function measure(options: readonly string[]): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    'npx',
    [
      ...['--yes', 'lighthouse@12', address, '--quiet', '--no-enable-error-reporting', '--output', 'json'],
      ...['--chrome-flags=--headless=new --no-sandbox', ...options],
    ],
    { env: { ...process.env, CHROME_PATH: browser ?? '' }, maxBuffer: 64 * 1024 * 1024 },
  )
  return JSON.parse(stdout) as Report
}

for (const [name, options] of [
  ['mobile', []],
  ['desktop', ['--preset=desktop']],
] as const) {
  const { categories, runtimeError } = await measure(options)
  if (runtimeError !== undefined) throw new Error(runtimeError.message)
  const scores = Object.values(categories).map(
    ({ title, score }) => `${title} ${score === null ? 'not measured' : Math.round(score * 100)}`,
  )
  console.log(`${name.padEnd(8)} ${scores.join(', ')}`)
}
server.close()
server.closeAllConnections()
