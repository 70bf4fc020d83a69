import { fromText, toText, type Bytes } from '../../src/acl/bytes'
import type { Clock, RandomSource } from '../../src/acl/environment'
import { provideLuaFromPackage } from '../../src/cli/lua'
import type { Reply } from '../../src/resp/reply'
import { startServer } from '../../src/server/start'
import type { Connection, FileStore, Origin, Server } from '../../src/server/types'
import type { Target } from '../../src/targets/target'
import { argumentBytes, asRecorded, canonical, canonicalFile, matches } from './compare'
import type { Recorded, Scenario } from './recordings'

provideLuaFromPackage()

/** One difference between a recording and the simulator. */
export interface Difference {
  readonly id: string
  readonly step: number
  readonly argv: string
  readonly expected: unknown
  readonly actual: unknown
}

export interface Outcome {
  readonly scenarios: number
  readonly steps: number
  readonly failedScenarios: number
  readonly differences: readonly Difference[]
}

/** A clock that a replay moves by hand: a twentieth of a millisecond a step, about as fast as the recordings were made. */
class StepClock implements Clock {
  #time = 1_767_225_600_000
  now(): number {
    return Math.floor(this.#time)
  }
  advance(milliseconds: number): void {
    this.#time += milliseconds
  }
}

/** A repeatable generator (mulberry32). */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  return {
    bytes: (n) => Array.from({ length: n }, () => String.fromCharCode(next() & 255)).join(''),
    below: (n) => Math.floor((next() / 4294967296) * n),
  }
}

class MemoryFiles implements FileStore {
  readonly contents = new Map<string, Bytes>()
  read(path: string): Bytes | null {
    return this.contents.get(path.replace(/^\.\//, '')) ?? null
  }
  write(path: string, content: Bytes): void {
    this.contents.set(path.replace(/^\.\//, ''), content)
  }
}

const origins: Record<'loopback' | 'remote' | 'unix', Origin> = {
  loopback: { kind: 'loopback' },
  remote: { kind: 'address', address: '192.0.2.1' },
  unix: { kind: 'unix' },
}

class Client {
  pushed: Reply[] = []
  hungUp = false
  readonly connection: Connection
  constructor(server: Server, origin: Origin) {
    this.connection = server.connect(origin, {
      push: (reply) => this.pushed.push(reply),
      closed: () => {
        this.hungUp = true
      },
    })
  }
  takePushed(): Recorded[] {
    return this.pushed.splice(0).map((reply) => asRecorded(reply, this.connection.protocol))
  }
}

/** Replays scenarios in order and collects at most `limit` differences (one a scenario: what follows a difference depends on it). */
export async function replay(target: Target, scenarios: readonly Scenario[], limit = 50): Promise<Outcome> {
  const differences: Difference[] = []
  let steps = 0
  let failedScenarios = 0
  const clock = new StepClock()
  let shared: Server | null = null
  const clients = new Map<number, Client>()

  for (const scenario of scenarios) {
    let failed = false
    const differ = (step: number, argv: string, expected: unknown, actual: unknown): void => {
      failed = true
      if (differences.length < limit) differences.push({ id: scenario.id, step, argv, expected, actual })
    }
    const files = new MemoryFiles()
    let server: Server | null = scenario.fresh === true ? null : shared
    if (server === null) {
      clients.clear()
      for (const [name, content] of Object.entries(scenario.files ?? {})) files.write(name, fromText(content))
      const result = startServer({
        target,
        conf: (scenario.conf ?? []).map((l) => `${fromText(l)}\n`).join(''),
        files,
        clock,
        random: seededRandom(1),
      })
      if (!result.started) {
        const actual = result.crash ? 'CRASH' : toText(result.message)
        steps++
        if (scenario.start !== 'refused' || scenario.message !== actual)
          differ(-1, 'start', scenario.message ?? 'started', actual)
        if (failed) failedScenarios++
        continue
      }
      if (scenario.start === 'refused') {
        steps++
        differ(-1, 'start', scenario.message, 'started')
        failedScenarios++
        continue
      }
      server = result.server
      if (scenario.fresh !== true) shared = server
    }
    if (scenario.rewrite !== undefined) files.write('users.acl', fromText(scenario.rewrite))

    for (const [index, [id, args, expected, more]] of scenario.steps.entries()) {
      steps++
      clock.advance(0.05)
      server.tick()
      let client = clients.get(id)
      if (args?.[0] === '@close') {
        client?.connection.close()
        clients.delete(id)
        continue
      }
      if (client === undefined)
        clients.set(id, (client = new Client(server, origins[scenario.from?.[id] ?? 'loopback'])))
      if (args === null) {
        const actual = client.takePushed()
        if (!matches(expected, actual)) {
          differ(index, '(pushed)', expected, actual)
          break
        }
        continue
      }
      const argv = args.map(argumentBytes)
      const shown = args.map((a) => (typeof a === 'string' ? a : JSON.stringify(a))).join(' ')
      if (client.connection.closed) {
        if (!matches(expected, { closed: true })) {
          differ(index, shown, expected, { closed: true })
          break
        }
        continue
      }
      const ready = server.prepare(argv)
      if (ready !== null) await ready
      const exchange = client.connection.send(argv)
      const replies: Recorded[] = exchange.replies.map((r) => asRecorded(r, client.connection.protocol))
      if (replies.length === 0 && client.connection.closed) replies.push({ closed: true })
      const wanted = [expected, ...(more ?? [])].map((r) => canonical(r, argv, target.id))
      const got = replies.map((r) => canonical(r, argv, target.id))
      if (wanted.length === got.length ? !wanted.every((w, i) => matches(w, got[i])) : true) {
        differ(index, shown, more === undefined ? wanted[0] : wanted, got.length === 1 ? got[0] : got)
        break
      }
    }
    if (!failed && scenario.saved !== undefined) {
      steps++
      const actual = toText(files.read('users.acl') ?? '')
      if (canonicalFile(actual, target.id) !== canonicalFile(scenario.saved, target.id))
        differ(scenario.steps.length, 'saved file', scenario.saved, actual)
    }
    if (!failed && scenario.rewritten !== undefined) {
      steps++
      const lines = toText(files.read('redis.conf') ?? '').split('\n')
      const actual = lines.filter((text) => /^(role|user) /.test(text))
      if (JSON.stringify(actual) !== JSON.stringify(scenario.rewritten))
        differ(scenario.steps.length, 'rewritten configuration', scenario.rewritten, actual)
    }
    if (failed) {
      failedScenarios++
      if (shared !== null) {
        // What follows a difference must not depend on it: close what the failed scenario left open.
        for (const client of clients.values()) client.connection.close()
        clients.clear()
      }
    }
  }
  return { scenarios: scenarios.length, steps, failedScenarios, differences }
}
