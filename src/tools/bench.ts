/**
 * Measures permission checks per second, the time to load 100,000 users, and GET and SET through serve, beside the ACL
 * DRYRUN, ACL LOAD, GET and SET of a live redis-server where one is installed. Needs the built command line. `npm run
 * bench [-- --users N --seconds S]`
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { check } from '../acl/check'
import { loadAclFile } from '../acl/load'
import { Users } from '../acl/users'
import { Checker } from '../analysis/diagnostics/checker'
import { defaultTargetId } from '../targets/infos'
import { loadTarget } from '../targets/load'
import type { Target } from '../targets/target'
import { usesOf } from '../targets/uses'
import { proofTimes } from './bench-proof'
import { findProgram } from './browser'

const { values } = parseArgs({
  options: { users: { type: 'string', default: '100000' }, seconds: { type: 'string', default: '2' } },
})
const userCount = Number(values.users)
const seconds = Number(values.seconds)
if (!Number.isInteger(userCount) || userCount < 1 || !(seconds > 0)) {
  console.error('bench: --users takes a whole number from 1, --seconds a number above 0.')
  process.exit(2)
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
    const started = performance.now()
    let count = 0
    while (performance.now() - started < (seconds * 1000) / 5) {
      for (let i = 0; i < 1000; i++) {
        for (const argv of lines) {
          const command = target.table.resolve(argv)
          if (command !== undefined) check(user, command, argv, usesOf(target, command, argv, 0))
        }
      }
      count += 1000 * lines.length
    }
    best = Math.max(best, (count / (performance.now() - started)) * 1000)
  }
  return best
}

/** Measures the milliseconds to load a file and replace the users. Best of several rounds. */
function loadTime(target: Target, file: string): number {
  const users = new Users(target.table, target.behaviours)
  let best = Infinity
  for (let round = 0; round < 7; round++) {
    const started = performance.now()
    const result = loadAclFile(users, file, 'users.acl')
    if (!result.ok) throw new Error(result.message)
    users.replaceAll(result.users)
    best = Math.min(best, performance.now() - started)
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
    const started = performance.now()
    checker.diagnose(text)
    if (round === 0) cold = performance.now() - started
    for (let press = 1; press <= 4; press++) {
      const edited = text.slice(0, middle) + ' +ping'.slice(0, press + 2) + text.slice(middle)
      const pressed = performance.now()
      checker.diagnose(edited)
      presses.push(performance.now() - pressed)
    }
  }
  return { cold, keyPress: presses.sort((a, b) => a - b)[presses.length >> 1] ?? 0 }
}

function request(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`
}

/** A real server in a directory of its own, until `stop`. */
class LiveServer {
  readonly #directory: string
  readonly #process: ChildProcess

  private constructor(
    directory: string,
    process: ChildProcess,
    readonly port: number,
  ) {
    this.#directory = directory
    this.#process = process
  }

  /** Starts a program that accepts redis-server's options, after its own options `first`. */
  static async start(program: string, file: string, first: readonly string[] = []): Promise<LiveServer> {
    const directory = mkdtempSync(join(tmpdir(), 'acl-bench-'))
    const path = join(directory, 'users.acl')
    writeFileSync(path, file)
    const port = await freePort()
    const options = [
      ...first,
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      directory,
      '--aclfile',
      path,
    ]
    const server = new LiveServer(directory, spawn(program, options, { stdio: 'ignore' }), port)
    for (let tries = 0; tries < 200; tries++) {
      const socket = await server.open().catch(() => null)
      if (socket !== null) {
        socket.destroy()
        return server
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    server.stop()
    throw new Error(`${program} did not start on port ${port}.`)
  }

  open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => resolve(socket))
      socket.setNoDelay(true)
      socket.once('error', reject)
    })
  }

  stop(): void {
    this.#process.once('exit', () => rmSync(this.#directory, { recursive: true, force: true }))
    this.#process.kill()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Sends a request and waits for a reply that ends with a line end. */
function ask(socket: Socket, argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = ''
    const read = (data: Buffer): void => {
      reply += data.toString('latin1')
      if (!reply.endsWith('\r\n')) return
      socket.off('data', read)
      if (reply.startsWith('-')) reject(new Error(reply.trim()))
      else resolve(reply)
    }
    socket.on('data', read)
    socket.write(request(argv))
  })
}

/** Measures commands per second, pipelined: batches are always in flight, and replies are counted by their size. */
async function pipelinedPerSecond(socket: Socket, commands: readonly (readonly string[])[]): Promise<number> {
  let replySize = 0
  for (const argv of commands) replySize += (await ask(socket, argv)).length
  const rounds = Math.ceil(4800 / commands.length)
  const batch = Buffer.from(commands.map(request).join('').repeat(rounds))
  let received = 0
  let sent = 4
  const started = performance.now()
  await new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      received += data.length
      while (
        sent * rounds * replySize - received < 3 * rounds * replySize &&
        performance.now() - started < seconds * 1000
      ) {
        sent++
        socket.write(batch)
      }
      if (received >= sent * rounds * replySize) resolve()
    })
    for (let i = 0; i < sent; i++) socket.write(batch)
  })
  const taken = performance.now() - started
  socket.destroy()
  return ((sent * rounds * commands.length) / taken) * 1000
}

async function dryRunsPerSecond(server: LiveServer): Promise<number> {
  const socket = await server.open()
  await ask(socket, ['ACL', 'SETUSER', 'app', ...policy])
  return pipelinedPerSecond(
    socket,
    lines.map((line) => ['ACL', 'DRYRUN', 'app', ...line]),
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
    const started = performance.now()
    await ask(socket, ['ACL', 'LOAD'])
    best = Math.min(best, performance.now() - started)
    socket.destroy()
  }
  return best
}

const millions = (n: number): string => `${(n / 1e6).toFixed(2)} million/s`.padStart(18)
const milliseconds = (n: number): string => `${n.toFixed(0)} ms`.padStart(18)

const target = await loadTarget(defaultTargetId)
const diagnostics = diagnosticTimes(target, aclFile(10_000))
const file = aclFile(userCount)
const checks = checksPerSecond(target)
const load = loadTime(target, file)
const program = findProgram('redis-server')
const live = program === null ? null : await LiveServer.start(program, file)
try {
  const dryRuns = live === null ? null : await dryRunsPerSecond(live)
  const liveLoad = live === null ? null : await liveLoadTime(live)
  const version =
    program === null
      ? 'not installed'
      : (/v=(\S+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ?? '')
  const simulated = await LiveServer.start(process.execPath, 'user default on nopass ~* &* +@all\n', [
    'dist/cli/acl-playground.js',
    'serve',
  ])
  const served = await simulated
    .open()
    .then((socket) => pipelinedPerSecond(socket, getAndSet))
    .finally(() => simulated.stop())
  const answered = live === null ? null : await live.open().then((socket) => pipelinedPerSecond(socket, getAndSet))
  console.log(`${''.padEnd(34)}${'playground'.padStart(18)}${`redis-server ${version}`.padStart(28)}`)
  console.log(
    `${'permission checks (DRYRUN there)'.padEnd(34)}${millions(checks)}${dryRuns === null ? '' : `${millions(dryRuns).padStart(28)}   ${(checks / dryRuns).toFixed(1)} times as many`}`,
  )
  console.log(
    `${`loading ${userCount.toLocaleString('en')} users`.padEnd(34)}${milliseconds(load)}${liveLoad === null ? '' : `${milliseconds(liveLoad).padStart(28)}   ${(load / liveLoad).toFixed(2)} of its time`}`,
  )
  console.log(`${'diagnostics of 10,000 users, first'.padEnd(34)}${milliseconds(diagnostics.cold)}`)
  console.log(`${'diagnostics after a key press'.padEnd(34)}${milliseconds(diagnostics.keyPress)}`)
  for (const [what, time] of proofTimes(target))
    console.log(`${what.padEnd(34)}${`${time.toFixed(1)} ms`.padStart(18)}`)
  console.log(
    `${'GET and SET, pipelined (serve)'.padEnd(34)}${millions(served)}${answered === null ? '' : `${millions(answered).padStart(28)}   ${(served / answered).toFixed(2)} of its rate`}`,
  )
} finally {
  live?.stop()
}
