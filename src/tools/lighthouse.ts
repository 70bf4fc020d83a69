/**
 * Prints Lighthouse's scores of the built page as `npm start` serves it, for mobile and desktop: the performance of five
 * runs, and all scores of the median run, as Lighthouse's documentation advises, since a run varies with what else the
 * machine does. Lighthouse is installed by npx and is no dependency, since it has 200 packages. `npm run lighthouse`
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bringBrowser } from './browser'
import { listen, servePage } from './serve'

interface Report {
  readonly categories: Readonly<Record<string, { readonly title: string; readonly score: number | null }>>
  readonly runtimeError?: { readonly message: string }
}

/** An odd number, so that one run is the median. */
const RUNS = 5

const browser = bringBrowser()
if (browser === null) {
  console.error('lighthouse: install Chromium or Chrome, or set CHROME_PATH to it.')
  process.exit(1)
}
const server = servePage('dist/page')
const address = await listen(server, 0)

/** Runs Lighthouse in a process of its own while this one serves the page. */
async function measure(options: readonly string[]): Promise<Report['categories']> {
  const { stdout } = await promisify(execFile)(
    'npx',
    [
      ...['--yes', 'lighthouse@12', address, '--quiet', '--no-enable-error-reporting', '--output', 'json'],
      ...['--chrome-flags=--headless=new --no-sandbox', ...options],
    ],
    { env: { ...process.env, CHROME_PATH: browser ?? '' }, maxBuffer: 64 * 1024 * 1024 },
  )
  const { categories, runtimeError } = JSON.parse(stdout) as Report
  if (runtimeError !== undefined) throw new Error(runtimeError.message)
  return categories
}

const performanceOf = (run: Report['categories']): number => run['performance']?.score ?? 0
const percent = (score: number): number => Math.round(score * 100)

for (const [name, options] of [
  ['mobile', []],
  ['desktop', ['--preset=desktop']],
] as const) {
  const runs: Report['categories'][] = []
  while (runs.length < RUNS) runs.push(await measure(options))
  console.log(`${name}, performance of ${RUNS} runs: ${runs.map((run) => percent(performanceOf(run))).join(', ')}`)
  const median = runs.toSorted((a, b) => performanceOf(a) - performanceOf(b))[(RUNS - 1) / 2]
  const scores = Object.values(median ?? {}).map(
    ({ title, score }) => `${title} ${score === null ? 'not measured' : percent(score)}`,
  )
  console.log(`${name}, median run: ${scores.join(', ')}`)
}
server.close()
server.closeAllConnections()
