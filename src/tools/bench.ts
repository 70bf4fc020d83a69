/**
 * Measures permission checks per second, the time to load 100,000 users, and GET and SET through serve, beside the ACL
 * DRYRUN, ACL LOAD, GET and SET of a live redis-server where one is installed. Needs the built command line. `npm run
 * bench [-- --users N --seconds S --markdown]`; with `--markdown`, docs/benchmarks.md is written too. Times are processor time.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { check } from '../acl/check'
import { loadAclFile } from '../acl/load'
import { Users } from '../acl/users'
import { Checker } from '../analysis/diagnostics/checker'
import { withCommas } from '../analysis/numbers'
import { defaultTargetId } from '../targets/infos'
import { loadTarget } from '../targets/load'
import type { Target } from '../targets/target'
import { usesOf } from '../targets/uses'
import { proofTimes } from './bench-proof'
import { markdownOf, type Row, textOf } from './bench-report'
import { ask, pipelinedPerSecond, spentBy } from './bench-requests'
import { findProgram } from './browser'
import { LiveServer } from './live-server'

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '2' },
    markdown: { type: 'boolean' },
  },
})
const userCount = Number(values.users)
const seconds = Number(values.seconds)
if (!Number.isInteger(userCount) || userCount < 1 || !(seconds > 0)) {
  console.error('bench: --users takes a whole number from 1, --seconds a number above 0.')
  process.exit(2)
}

/** Milliseconds of processor time of this process so far, which other programs do not change much. */
function spent(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** A typical policy and its commands: most are allowed, some denied by command, key and access. */
const policy = 'on nopass ~app:* ~cache:* %R~config:* &news:* +@read +@write -@dangerous +publish'.split(' ')
const lines = [
  'GET app:1',
  'SET app:2 v',
  'HGETALL app:h',
  'MGET app:1 app:2 cache:3',
  'ZADD cache:z 1 a',
  'get config:x',
  'PUBLISH news:1 hi',
  'LPUSH app:l a b c',
  'EXPIRE app:1 10',
  'FLUSHALL',
  'SET config:x 1',
  'CONFIG GET maxmemory',
].map((line) => line.split(' '))

/** Writes a file with a few roles, and a hash and patterns for every user. */
function aclFile(count: number): string {
  const roles = [
    '+@read',
    '+@read +@write -@dangerous',
    '-@all +get +set +del +ttl +expire',
    '+@all -@admin -@dangerous',
    '~shared:* +@read (~tmp:* +@write)',
  ]
  const rows = ['user default on nopass ~* &* +@all']
  for (let i = 0; i < count; i++) {
    rows.push(
      `user u${i} on #${i.toString(16).padStart(64, '0')} ~app${i}:* resetchannels &app${i}:* ${roles[i % roles.length] ?? ''}`,
    )
  }
  return `${rows.join('\n')}\n`
}

/** Measures checks per second: look up the command, find its keys, check the user. Best of several rounds. */
function checksPerSecond(target: Target): number {
  const users = new Users(target.table, target.behaviours)
  const refusal = users.setUser('app', policy)
  const user = users.get('app')
  if (refusal !== null || user === undefined) throw new Error(refusal?.message ?? 'no user')
  let best = 0
  for (let round = 0; round < 5; round++) {
    const started = spent()
    let count = 0
    while (spent() - started < (seconds * 1000) / 5) {
      for (let i = 0; i < 1000; i++) {
        for (const argv of lines) {
          const command = target.table.resolve(argv)
          if (command !== undefined) check(user, command, argv, usesOf(target, command, argv, 0))
        }
      }
      count += 1000 * lines.length
    }
    best = Math.max(best, (count / (spent() - started)) * 1000)
  }
  return best
}

/** Measures the milliseconds to load a file and replace the users. Best of several rounds. */
function loadTime(target: Target, file: string): number {
  const users = new Users(target.table, target.behaviours)
  let best = Infinity
  for (let round = 0; round < 7; round++) {
    const started = spent()
    const result = loadAclFile(users, file, 'users.acl')
    if (!result.ok) throw new Error(result.message)
    users.replaceAll(result)
    best = Math.min(best, spent() - started)
  }
  return best
}

/**
 * Measures the milliseconds of the first diagnostics of a file without caches, and after a key press in its middle (the
 * median of many).
 */
function diagnosticTimes(target: Target, text: string): { readonly cold: number; readonly keyPress: number } {
  let cold = 0
  const presses: number[] = []
  const middle = text.indexOf('\n', text.length / 2)
  for (let round = 0; round < 5; round++) {
    const checker = new Checker(new Users(target.table, target.behaviours), target)
    const started = spent()
    checker.diagnose(text)
    if (round === 0) cold = spent() - started
    for (let press = 1; press <= 4; press++) {
      const edited = text.slice(0, middle) + ' +ping'.slice(0, press + 2) + text.slice(middle)
      const pressed = spent()
      checker.diagnose(edited)
      presses.push(spent() - pressed)
    }
  }
  return { cold, keyPress: presses.sort((a, b) => a - b)[presses.length >> 1] ?? 0 }
}

async function dryRunsPerSecond(server: LiveServer): Promise<number> {
  const socket = await server.open()
  await ask(socket, ['ACL', 'SETUSER', 'app', ...policy])
  socket.destroy()
  return pipelinedPerSecond(
    server,
    lines.map((line) => ['ACL', 'DRYRUN', 'app', ...line]),
    seconds,
  )
}

const getAndSet = [
  ['SET', 'app:1', 'value'],
  ['GET', 'app:1'],
]

async function liveLoadTime(server: LiveServer): Promise<number> {
  let best = Infinity
  for (let round = 0; round < 5; round++) {
    const socket = await server.open()
    const started = spentBy(server)
    await ask(socket, ['ACL', 'LOAD'])
    best = Math.min(best, spentBy(server) - started)
    socket.destroy()
  }
  return best
}

/** Measures the milliseconds of `check` of a file with five users, as a process of its own. Best of several. */
function checkTime(): number {
  let best = Infinity
  for (let round = 0; round < 7; round++) {
    const started = performance.now()
    execFileSync(process.execPath, ['dist/cli/acl-playground.js', 'check', 'docs/examples/users.acl'])
    best = Math.min(best, performance.now() - started)
  }
  return best
}

const target = await loadTarget(defaultTargetId)
const diagnostics = diagnosticTimes(target, aclFile(10_000))
const file = aclFile(userCount)
const checks = checksPerSecond(target)
const load = loadTime(target, file)
const program = findProgram('redis-server')
const live = program === null ? null : await LiveServer.start(program, [], { acl: file })
try {
  const dryRuns = live === null ? null : await dryRunsPerSecond(live)
  const liveLoad = live === null ? null : await liveLoadTime(live)
  const version =
    program === null
      ? 'not installed'
      : (/v=(\S+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ?? '')
  const simulated = await LiveServer.start(process.execPath, [], {
    before: ['dist/cli/acl-playground.js', 'serve'],
    acl: 'user default on nopass ~* &* +@all\n',
  })
  const served = await pipelinedPerSecond(simulated, getAndSet, seconds).finally(() => simulated.stop())
  const answered = live === null ? null : await pipelinedPerSecond(live, getAndSet, seconds)
  const rate = (n: number): string => `${(n / 1e6).toFixed(2)} million/s`
  const time = (n: number): string => `${n.toFixed(n < 100 ? 1 : 0)} ms`
  const timed = (what: string, n: number): Row => ({ what, ours: time(n), theirs: null, ratio: null })
  const rows: readonly Row[] = [
    {
      what: 'permission checks (ACL DRYRUN there)',
      ours: rate(checks),
      theirs: dryRuns === null ? null : rate(dryRuns),
      ratio: dryRuns === null ? null : `${(checks / dryRuns).toFixed(1)} times as many`,
    },
    {
      what: `loading ${withCommas(userCount)} users (ACL LOAD there)`,
      ours: time(load),
      theirs: liveLoad === null ? null : time(liveLoad),
      ratio: liveLoad === null ? null : `${(load / liveLoad).toFixed(2)} of its time`,
    },
    timed('diagnostics of 10,000 users, first', diagnostics.cold),
    timed('diagnostics of 10,000 users, after a key press', diagnostics.keyPress),
    ...proofTimes(target).map(([what, n]) => timed(what, n)),
    timed('check of a small file, from start to exit', checkTime()),
    {
      what: 'GET and SET, pipelined (serve)',
      ours: rate(served),
      theirs: answered === null ? null : rate(answered),
      ratio: answered === null ? null : `${(served / answered).toFixed(2)} of its rate`,
    },
  ]
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, load average ${loadavg()[0]?.toFixed(1) ?? ''}`
  console.log(textOf(rows, version))
  if (values.markdown === true) writeFileSync('docs/benchmarks.md', markdownOf(rows, version, machine))
} finally {
  await live?.stop()
}
