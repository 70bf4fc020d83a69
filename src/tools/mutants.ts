/**
 * Changes one thing at a time in the modules of a folder and looks whether the unit tests of its room fail (StrykerJS).
 * Writes what was found into tests/mutants/scores.json, and from it the table of docs/tests.md.
 * `npm run test:mutants acl`, `npm run test:mutants proof/ways.ts`; without a name it writes the table again
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Equivalent, type Mutant, type Scores, count, survivors, table } from './mutant-scores'

const scoresFile = 'tests/mutants/scores.json'
const equivalentFile = 'tests/mutants/equivalent.json'
const page = 'docs/tests.md'
const reports = 'dist/mutants'
const marks = ['<!-- scores -->', '<!-- /scores -->'] as const

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>
}

const scores = JSON.parse(readFileSync(scoresFile, 'utf8')) as Scores
const equivalents = JSON.parse(readFileSync(equivalentFile, 'utf8')) as readonly Equivalent[]

for (const name of process.argv.slice(2)) measure(name.replace(/^src\//, '').replace(/\/$/, ''))

writeFileSync(scoresFile, `${JSON.stringify(Object.fromEntries(Object.entries(scores).sort()), null, 2)}\n`)
const text = readFileSync(page, 'utf8')
const [from, to] = marks.map((mark) => text.indexOf(mark)) as [number, number]
writeFileSync(page, `${text.slice(0, from + marks[0].length)}\n\n${table(scores)}\n${text.slice(to)}`)

/** Runs Stryker for a folder or file below src, and takes over its counts. */
function measure(name: string): void {
  const path = join('src', name)
  if (!existsSync(path)) fail(`There is no ${path}: name a folder or a file below src, such as acl or proof/ways.ts.`)
  const room = statSync(path).isDirectory() ? name : name.slice(0, name.lastIndexOf('/'))
  const tests = testsOf(room)
  mkdirSync(reports, { recursive: true })
  const report = `${reports}/${name.replaceAll('/', '-')}.json`
  const config = `${reports}/${name.replaceAll('/', '-')}.config.json`
  writeFileSync(config, JSON.stringify(configuration(path, report)))
  const { status } = spawnSync(process.execPath, ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', config], {
    stdio: 'inherit',
    // The same values each time, and fewer of them: each mutant runs all tests that reach it.
    env: { FC_SEED: '1', FC_RUNS: '0.5', ...process.env, MUTANT_TESTS: `${tests}/**/*.test.ts` },
  })
  if (status !== 0) fail(`Stryker ended with ${status}.`)
  const { files } = JSON.parse(readFileSync(report, 'utf8')) as Report
  for (const [file, { source, mutants }] of Object.entries(files)) {
    if (!file.startsWith(path)) continue
    scores[file] = count(file, source, mutants, equivalents)
    for (const line of survivors(file, source, mutants, equivalents)) console.log(line)
  }
}

/** The folder of the tests of a room: tests mirror src. */
function testsOf(room: string): string {
  let folder = join('tests', room)
  while (!existsSync(folder)) folder = join(folder, '..')
  return folder
}

function configuration(path: string, report: string): object {
  return {
    plugins: ['@stryker-mutator/vitest-runner'],
    testRunner: 'vitest',
    vitest: { configFile: 'src/tools/mutants.config.ts' },
    mutate: [path.endsWith('.ts') ? path : `${path}/**/*.ts`],
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    incremental: true,
    incrementalFile: report.replace('.json', '-incremental.json'),
    concurrency: 1,
    ignorePatterns: ['dist/page', 'dist/cli', 'docs', 'tests/conformance', 'tests/browser'],
    tempDirName: `${reports}/sandbox`,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    checkers: [],
    disableTypeChecks: false,
    timeoutMS: 20_000,
  }
}

function fail(reason: string): never {
  console.error(reason)
  process.exit(1)
}
