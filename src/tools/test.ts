/**
 * Runs the tests of the parts that are named (unit, conformance, browser, live, budgets), by default the first three,
 * and ends with a line of totals. `npm test`, `npm run test:budgets`; with `-- --built` on what was built before
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bringBrowser, findProgram } from './browser'

/** A test file in Vitest's report. */
interface FileResult {
  readonly status: string
  readonly assertionResults: readonly {
    readonly status: string
    readonly fullName: string
    /** The errors of all tries. */
    readonly failureMessages: readonly string[]
  }[]
}

const browser = bringBrowser()
if (browser === null) {
  console.error(
    'The browser tests need Chromium or Chrome: install one (on Debian: apt-get install chromium), or set CHROME_PATH to it.',
  )
  process.exit(1)
}
console.log(`Browser: ${browser}`)
const named = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
const projects = named.length > 0 ? named : ['unit', 'conformance', 'browser']
const isBuilt = process.argv.includes('--built')
reportOptional()

// The tests of the command line use the one that is built here.
const environment = { ...process.env, CHROME_PATH: browser, ACL_PLAYGROUND_BUILT: resolve('dist/cli') }

function node(...args: string[]): Promise<number> {
  return new Promise((done) => {
    spawn(process.execPath, args, { stdio: 'inherit', env: environment }).on('close', (code) => done(code ?? 1))
  })
}

const vite = join('node_modules', 'vite', 'bin', 'vite.js')
if (!isBuilt) {
  const built = await Promise.all([
    node(vite, 'build', '--logLevel', 'warn'),
    node(vite, 'build', '--mode', 'cli', '--logLevel', 'warn'),
  ])
  if (built.some((code) => code !== 0)) process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'acl-playground-test-'))
const report = join(folder, 'report.json')
const status = await node(
  join('node_modules', 'vitest', 'vitest.mjs'),
  'run',
  ...projects.flatMap((project) => ['--project', project]),
  '--reporter=default',
  '--reporter=json',
  `--outputFile=${report}`,
)
let passed = 0
let failed: number
try {
  const files = (JSON.parse(readFileSync(report, 'utf8')) as { testResults: FileResult[] }).testResults
  const tests = files.flatMap(({ assertionResults }) => assertionResults)
  const count = (status: string): number => tests.filter((test) => test.status === status).length
  passed = count('passed')
  // A file that failed to load has no failed test of its own, and must count.
  failed =
    count('failed') +
    files.filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'))
      .length
  for (const { status, fullName, failureMessages } of tests)
    if (status === 'passed' && failureMessages.length > 0)
      console.log(`Passed at the second try: ${fullName}\n  First: ${failureMessages[0] ?? ''}`)
} catch {
  failed = 1
}
rmSync(folder, { recursive: true, force: true })
if (status !== 0 && failed === 0) failed = 1
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

/** Tells which programs that some of the tests use are installed. */
function reportOptional(): void {
  if (projects.includes('live'))
    for (const oracle of ['redis-server', 'valkey-server']) {
      console.log(
        findProgram(oracle) === null
          ? `${oracle} is not installed: the comparison with it is left out.`
          : `${oracle} is installed: the simulator is compared with it.`,
      )
    }
  if (!projects.includes('unit')) return
  if (findProgram('pre-commit') === null)
    console.log('pre-commit is not installed: the commands of the documented hooks are run without it.')
  if (findProgram('nvim') === null) console.log('nvim is not installed: the language server is not tested in Neovim.')
  if (findProgram('xmllint') === null)
    console.log('xmllint is not installed: reports are parsed, but not validated against their schema.')
}
