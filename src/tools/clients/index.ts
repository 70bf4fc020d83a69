/**
 * Runs clients against the simulated server and, where one of the same release is installed, the real one, and compares
 * what they saw. Prints a table of what passed, failed and was skipped, and why. `npm run test:clients`
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { defaultTargetId } from '../../targets/infos'
import type { TargetId } from '../../targets/list'
import { installedServers, LiveServer } from '../live-server'
import { difference, type Check, type Outcome } from './check'
import { libraryChecks } from './libraries'
import { programChecks } from './programs'
import { simulated, type RunningServer } from './simulated'

const require = createRequire(import.meta.url)

/** Reports the test suites that client libraries ship in their packages. None does; a new one is a failure, so that it is noticed. */
function shippedSuite(name: string): Outcome {
  const folder = require.resolve(name).replace(new RegExp(`(node_modules/${name})/.*$`), '$1')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => !file.includes('node_modules'),
  )
  const tests = files.filter((file) => /(?:^|\/)(?:tests?|spec)\/|\.(?:test|spec)\.[cm]?[jt]s$/.test(file))
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string }
  return tests.length === 0
    ? { name: `${name}’s own tests`, result: 'skipped', note: `the package ${name} ${version} ships none` }
    : {
        name: `${name}’s own tests`,
        result: 'failed',
        note: `the package ships ${tests.length} test files, which nothing runs`,
      }
}

async function outcomeOf(check: Check, simulator: RunningServer, server: RunningServer | null): Promise<Outcome> {
  const missing = check.missing()
  if (missing !== null) return { name: check.name, result: 'skipped', note: missing }
  try {
    const seen = await check.run(simulator.port)
    if (server === null) return { name: check.name, result: 'passed', note: 'ran; no server to compare with' }
    const wanted = await check.run(server.port)
    return seen === wanted
      ? { name: check.name, result: 'passed', note: 'as with the real server' }
      : { name: check.name, result: 'failed', note: `differs from the real server:\n${difference(wanted, seen)}` }
  } catch (reason) {
    return { name: check.name, result: 'failed', note: reason instanceof Error ? reason.message : String(reason) }
  }
}

async function runOn(target: TargetId, program: string | null): Promise<Outcome[]> {
  const simulator = await simulated(target)
  const server = program === null ? null : await LiveServer.start(program, ['--enable-debug-command', 'yes'])
  const outcomes: Outcome[] = []
  console.log(
    `\n${target}, ${program === null ? 'no real server of this release installed' : `compared with ${program}`}`,
  )
  try {
    for (const check of [...libraryChecks, ...programChecks]) {
      const outcome = await outcomeOf(check, simulator, server)
      print(outcome)
      outcomes.push(outcome)
    }
  } finally {
    await simulator.stop()
    await server?.stop()
  }
  return outcomes
}

function print({ name, result, note }: Outcome): void {
  console.log(`  ${result.padEnd(8)}${name.padEnd(28)}${note}`)
}

const outcomes = ['ioredis', 'redis', 'bullmq'].map(shippedSuite)
for (const outcome of outcomes) print(outcome)
const servers = installedServers()
for (const { target, program } of servers) outcomes.push(...(await runOn(target, program)))
if (servers.length === 0) outcomes.push(...(await runOn(defaultTargetId, null)))

const count = (result: Outcome['result']): number => outcomes.filter((outcome) => outcome.result === result).length
console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
process.exit(count('failed') === 0 ? 0 : 1)
