import { fromText, toText, type Bytes } from '../../src/acl/bytes'
import { splitWords } from '../../src/acl/split'
import type { Reply } from '../../src/resp/reply'
import type { SimulatedServer } from '../../src/server/server'
import { startServer } from '../../src/server/start'
import type { Connection, Exchange, Origin, Server, ServerOptions } from '../../src/server/types'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { seededRandom } from '../conformance/replay'

/** A reply as one reads it: errors as they are, simple strings with `+`, the rest as JSON would have it. */
export function plain(reply: Reply): unknown {
  if (typeof reply === 'bigint') return Number(reply)
  if (reply === null || typeof reply !== 'object') return reply
  if (!('type' in reply)) return reply.map(plain)
  switch (reply.type) {
    case 'simple':
      return `+${reply.text}`
    case 'error':
      return `-${reply.text}`
    case 'null-array':
      return null
    case 'map':
      return Object.fromEntries(reply.pairs.map(([k, v]) => [String(plain(k)), plain(v)]))
    case 'set':
      return reply.items.map(plain)
    case 'push':
      return ['push', ...reply.items.map(plain)]
    case 'boolean':
      return reply.value
    case 'attributed':
      return plain(reply.reply)
    default:
      return reply.text
  }
}

/** A client that is driven by lines as one types them. */
export class Client {
  readonly pushed: unknown[] = []
  hungUp = false
  readonly connection: Connection

  constructor(
    readonly server: Server,
    origin: Origin = { kind: 'loopback' },
  ) {
    this.connection = server.connect(origin, {
      push: (reply) => this.pushed.push(plain(reply)),
      closed: () => {
        this.hungUp = true
      },
    })
  }

  exchange(line: string): Exchange {
    return this.connection.send((splitWords(fromText(line)) ?? []).map((word) => word.text))
  }

  /** The reply to a line; all of them where there are several, undefined where there is none. */
  say(line: string): unknown {
    const replies = this.exchange(line).replies.map(plain)
    return replies.length > 1 ? replies : replies[0]
  }

  /** What was pushed since the last time. */
  heard(): unknown[] {
    return this.pushed.splice(0)
  }
}

export class Files {
  readonly contents = new Map<string, Bytes>()
  read(path: string): Bytes | null {
    return this.contents.get(path) ?? null
  }
  write(path: string, content: Bytes): void {
    this.contents.set(path, content)
  }
}

export interface World {
  readonly server: SimulatedServer
  readonly files: Files
  /** Moves the clock and lets time act. */
  wait(milliseconds: number): void
  client(origin?: Origin): Client
}

interface Extra {
  readonly files?: Readonly<Record<string, string>>
  readonly options?: Partial<ServerOptions>
}

/** Starts a server of a target; the test fails where it does not start. */
export async function start(id: TargetId, conf: readonly string[] = [], extra: Extra = {}): Promise<World> {
  const files = new Files()
  for (const [name, content] of Object.entries(extra.files ?? {})) files.write(name, fromText(content))
  let now = 1_700_000_000_000
  const result = startServer({
    target: await loadTarget(id),
    conf: conf.map((line) => `${fromText(line)}\n`).join(''),
    files,
    clock: { now: () => now },
    random: seededRandom(7),
    ...extra.options,
  })
  if (!result.started) throw new Error(`The server did not start: ${toText(result.message)}`)
  const { server } = result
  await server.prepare(['info'])
  return {
    server,
    files,
    wait: (milliseconds) => {
      now += milliseconds
      server.tick()
    },
    client: (origin) => new Client(server, origin),
  }
}

/** Why a server does not start. */
export async function refuse(
  id: TargetId,
  conf: readonly string[],
  extra: Extra = {},
): Promise<{ message: string; lines: (number | undefined)[]; crash: boolean }> {
  const files = new Files()
  for (const [name, content] of Object.entries(extra.files ?? {})) files.write(name, fromText(content))
  const result = startServer({
    target: await loadTarget(id),
    conf: conf.map((line) => `${fromText(line)}\n`).join(''),
    files,
    clock: { now: () => 0 },
    random: seededRandom(7),
  })
  if (result.started) throw new Error('The server started.')
  return {
    message: toText(result.output),
    lines: result.problems.map((problem) => problem.span?.line),
    crash: result.crash,
  }
}
