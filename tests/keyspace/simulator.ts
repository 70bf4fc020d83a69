import { fromText, type Bytes } from '../../src/acl/bytes'
import { keyspaceCommands } from '../../src/keyspace'
import { Arguments } from '../../src/keyspace/arguments'
import type { CommandContext } from '../../src/keyspace/context'
import { Keyspace, type Database } from '../../src/keyspace/keyspace'
import { defaultLimits } from '../../src/keyspace/limits'
import { CommandError, type Reply } from '../../src/resp/reply'
import { behavioursOf, type Behaviours } from '../../src/targets/behaviours'
import type { TargetId } from '../../src/targets/target'

/** A reply as plain data: simple strings and errors as text, maps and sets as arrays, big integers as numbers. */
export type Plain = string | number | null | Plain[]

/** The keyspace of one target with a clock that the test moves, without server, users or arity checks. */
export class Simulator {
  now = 1_700_000_000_000
  protocol: 2 | 3 = 2
  readsEveryKey = true
  readonly directives: Record<string, number> = {
    'stream-node-max-entries': 100,
    'stream-node-max-bytes': 4096,
    'hll-sparse-max-bytes': 3000,
  }
  /** Keyspace notifications, those of new keys left out. */
  readonly events: string[] = []
  readonly touched: string[] = []
  readonly keyspace: Keyspace
  readonly #behaviours: Behaviours
  #random = 7

  constructor(readonly target: TargetId = 'redis-8.0') {
    this.#behaviours = behavioursOf(target)
    this.keyspace = new Keyspace(
      {
        now: () => this.now,
        touched: (_, key) => void this.touched.push(key),
        ready: () => undefined,
        deleted: () => undefined,
        notify: (kind, event, key) => void (kind !== 'n' && this.events.push(`${event} ${key}`)),
      },
      defaultLimits(this.#behaviours),
    )
  }

  get db(): Database {
    return this.keyspace.databases[0]!
  }

  /** Runs a command line: words apart by spaces, `''` an empty one. */
  run(line: string): Plain {
    return this.runArgv(line.split(' ').map((word) => fromText(word === "''" ? '' : word)))
  }

  runArgv(argv: readonly Bytes[]): Plain {
    const name = argv[0]!.toLowerCase()
    const handler = (keyspaceCommands[name] ?? keyspaceCommands[name.toUpperCase()])!
    try {
      return plain(handler(this.#context(), new Arguments(argv)))
    } catch (problem) {
      if (problem instanceof CommandError) return problem.reply.text
      throw problem
    }
  }

  #context(): CommandContext {
    return {
      keyspace: this.keyspace,
      db: this.db,
      target: this.target,
      behaviours: this.#behaviours,
      now: this.now,
      random: { bytes: (n) => 'x'.repeat(n), below: (n) => (this.#random = (this.#random * 48271) % 2147483647) % n },
      protocol: this.protocol,
      denyBlocking: false,
      directive: (name) => this.directives[name] ?? 0,
      readsEveryKey: () => this.readsEveryKey,
      block: (request) => request.onTimeout,
      notify: (_, event, key) => void this.events.push(`${event} ${key}`),
    }
  }
}

function plain(reply: Reply): Plain {
  if (reply === null || typeof reply === 'string' || typeof reply === 'number') return reply
  if (typeof reply === 'bigint') return Number(reply)
  if (Array.isArray(reply)) return (reply as readonly Reply[]).map(plain)
  const tagged = reply as Exclude<Reply, null | string | number | bigint | readonly Reply[]>
  switch (tagged.type) {
    case 'null-array':
      return null
    case 'map':
      return tagged.pairs.flatMap(([key, value]) => [plain(key), plain(value)])
    case 'set':
    case 'push':
      return tagged.items.map(plain)
    case 'boolean':
      return tagged.value ? 1 : 0
    case 'attributed':
      return plain(tagged.reply)
    default:
      return tagged.text
  }
}
