import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../src/acl/bytes'
import type { Connection, Server } from '../../src/server/types'
import { loadDocs, loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { asRecorded, canonical, matches } from '../conformance/compare'
import { recordedTargets, type Recorded } from '../conformance/recordings'
import { seededRandom } from '../conformance/replay'
import { Generator } from './generate'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'
import { startSimulated } from './simulated'

/** `npm run test:live` makes a new seed each time; the whole test command repeats one. */
const onDemand = process.env.npm_lifecycle_event === 'test:live'
const seed = Number(process.env.SEED ?? (onDemand ? Date.now() % 1_000_000_000 : 1))
const scenarios = Number(process.env.SCENARIOS ?? (onDemand ? 2000 : 200))

/** Answered at random, by the clock, or by what the machine is; or stops the server or the line. */
const leftOut = new Set([
  'exec',
  'discard',
  'multi',
  'quit',
  'reset',
  'shutdown',
  'monitor',
  'sync',
  'psync',
  'replconf',
  'failover',
  'debug',
  'hello',
  'auth',
])
const dataGroups = new Set([
  'string',
  'hash',
  'list',
  'set',
  'sorted-set',
  'stream',
  'geo',
  'hyperloglog',
  'bitmap',
  'generic',
])
const notComparable = new Set([
  'randomkey',
  'spop',
  'srandmember',
  'hrandfield',
  'zrandmember',
  'dump',
  'restore',
  'restore-asking',
  'migrate',
  'wait',
  'waitaof',
  'object|idletime',
  'object|freq',
  'scan',
  'hscan',
  'sscan',
  'zscan',
  'keys',
  'pfdebug',
  'pfselftest',
  'blpop',
  'brpop',
  'blmove',
  'blmpop',
  'brpoplpush',
  'bzpopmin',
  'bzpopmax',
  'bzmpop',
  'object|help',
  'xinfo|help',
  'xgroup|help',
  'xinfo|stream',
  'xinfo|consumers',
  'xpending',
  'ttl',
  'pttl',
  'expiretime',
  'pexpiretime',
  'httl',
  'hpttl',
  'hexpiretime',
  'hpexpiretime',
])

/** A real server and the simulator, asked the same things side by side. */
class Pair {
  readonly #real = new Map<number, WireClient>()
  readonly #simulated = new Map<number, Connection>()
  readonly #asked: string[] = []
  readonly #live: LiveServer
  readonly #server: Server
  readonly #target: TargetId
  readonly #name: string

  constructor(live: LiveServer, server: Server, target: TargetId, name: string) {
    this.#live = live
    this.#server = server
    this.#target = target
    this.#name = name
  }

  /** Sends a command to both and compares; `mask` hides what may differ. False ends the scenario. */
  async ask(
    id: number,
    argv: readonly Bytes[],
    differences: unknown[],
    mask: (reply: Recorded) => Recorded = (reply) => reply,
  ): Promise<Recorded> {
    let client = this.#real.get(id)
    if (client === undefined) this.#real.set(id, (client = await WireClient.open(this.#live.port)))
    let connection = this.#simulated.get(id)
    if (connection === undefined)
      this.#simulated.set(
        id,
        (connection = this.#server.connect({ kind: 'loopback' }, { push: () => {}, closed: () => {} })),
      )
    this.#asked.push(`${id}> ${argv.map((a) => JSON.stringify(a)).join(' ')}`)
    const wanted = canonical(mask(await client.send(argv)), argv, this.#target)
    await this.#server.prepare(argv)
    this.#server.tick()
    const exchange = connection.send(argv)
    const first = exchange.replies[0]
    const got =
      first === undefined
        ? { closed: true }
        : canonical(mask(asRecorded(first, connection.protocol)), argv, this.#target)
    if (!matches(wanted, got))
      differences.push({ scenario: this.#name, asked: this.#asked.slice(-12), real: wanted, simulated: got })
    return wanted
  }

  close(): void {
    for (const client of this.#real.values()) client.close()
    for (const connection of this.#simulated.values()) connection.close()
  }
}

/** What ACL LOG says of time and of the connection differs by nature. */
function maskLog(reply: Recorded): Recorded {
  if (!Array.isArray(reply)) return reply
  const volatile = new Set(['age-seconds', 'client-info', 'entry-id', 'timestamp-created', 'timestamp-last-updated'])
  return (reply as readonly Recorded[]).map((entry) =>
    Array.isArray(entry)
      ? entry.map((value: Recorded, i) => (i % 2 === 1 && volatile.has(entry[i - 1] as string) ? 'masked' : value))
      : entry,
  )
}

const oracles = installedOracles()

describe.each(oracles)('$target beside the real server', ({ program, target: id }) => {
  test(`${scenarios} random policies and commands (SEED=${seed})`, async () => {
    const target = await loadTarget(id)
    const docs = await loadDocs(id)
    const server = startSimulated(target, '', seed)
    const live = await LiveServer.start(program)
    const differences: unknown[] = []
    const names = target.table.commands.filter((c) => c.subcommands === null && !leftOut.has(c.name)).map((c) => c.name)
    const dataNames = names.filter((name) => dataGroups.has(docs.get(name)?.group ?? '') && !notComparable.has(name))
    try {
      for (let i = 0; i < scenarios && differences.length < 5; i++) {
        const generator = new Generator(seededRandom(seed * 1_000_003 + i), target, docs, names)
        const pair = new Pair(live, server, id, `${i}`)
        const user = `u${i}`
        const before = differences.length
        const ask = (who: number, argv: readonly Bytes[], mask?: (reply: Recorded) => Recorded): Promise<Recorded> =>
          pair.ask(who, argv, differences, mask)
        const rules = generator.rules()
        await ask(1, ['ACL', 'SETUSER', user, ...rules])
        for (const rule of rules) await ask(1, ['ACL', 'SETUSER', user, rule])
        await ask(1, ['ACL', 'GETUSER', user])
        await ask(1, ['ACL', 'LIST'])
        for (let n = 0; n < 12 && differences.length === before; n++)
          await ask(1, ['ACL', 'DRYRUN', user, ...generator.commandLine()])
        for (let n = 0; n < 4 && differences.length === before; n++) {
          const line = generator.commandLine()
          await ask(1, ['COMMAND', 'GETKEYS', ...line])
          await ask(1, ['COMMAND', 'GETKEYSANDFLAGS', ...line])
        }
        await ask(1, ['ACL', 'SETUSER', user, 'on', 'nopass', '+multi', '+discard'])
        await ask(2, ['AUTH', user, 'any'])
        for (let n = 0; n < 8 && differences.length === before; n++) {
          await ask(2, ['MULTI'])
          await ask(2, generator.commandLine())
          await ask(2, ['DISCARD'])
        }
        await ask(1, ['ACL', 'LOG'], maskLog)
        await ask(1, ['ACL', 'LOG', 'RESET'])
        for (let n = 0; n < 20 && differences.length === before; n++) {
          const line = generator.commandLine(generator.pick(dataNames))
          // A key that runs out within milliseconds does so at another moment on each side.
          if (line.some((word) => /^(block|px|pxat)$/i.test(word)) || /^(psetex|h?pexpire(at)?)$/i.test(line[0] ?? ''))
            continue
          if (
            /^x(add|trim|claim|autoclaim|readgroup)$/i.test(line[0] ?? '') &&
            line.some((word) => word === '*' || word === '$')
          )
            continue
          await ask(n % 2 === 0 ? 1 : 2, line)
        }
        await ask(1, ['ACL', 'LOG', 'RESET'])
        await ask(1, ['FLUSHALL'])
        await ask(1, ['ACL', 'DELUSER', user])
        pair.close()
      }
    } finally {
      await live.stop()
    }
    console.log(`${id}: ${scenarios} scenarios compared with ${program}, SEED=${seed}`)
    expect(differences).toEqual([])
  })
})

test('the oracles are releases whose answers are recorded', () => {
  console.log(
    oracles.length === 0
      ? 'No recorded release of redis-server or valkey-server is installed: nothing to compare with.'
      : `Compared with: ${oracles.map(({ target }) => target).join(', ')}`,
  )
  expect(oracles.filter(({ target }) => !recordedTargets.includes(target))).toEqual([])
})
