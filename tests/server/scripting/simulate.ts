import { readFileSync } from 'node:fs'
import type { Bytes } from '../../../src/acl/bytes'
import { provideLuaFromPackage } from '../../../src/cli/lua'
import type { Reply } from '../../../src/resp/reply'
import { loadInfo } from '../../../src/server/commands/info/load'
import { prepareScripting } from '../../../src/server/scripting/load'
import { startServer } from '../../../src/server/start'
import type { Connection, Server, ServerOptions } from '../../../src/server/types'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'

/** A connection to a fresh simulated server with the Lua engine loaded. `received`: what it is sent unasked. */
export interface Simulated {
  readonly server: Server
  readonly connection: Connection
  readonly received: Reply[]
  /** Sends a command line; its (first) reply as recordings write it. */
  send(...argv: Bytes[]): unknown
  /** Another connection to the same server. */
  another(): Simulated
}

export async function simulate(
  id: TargetId,
  conf = '',
  options: Partial<Pick<ServerOptions, 'memoryLimit' | 'effortLimit' | 'clock'>> = {},
): Promise<Simulated> {
  provideLuaFromPackage()
  await prepareScripting()
  await loadInfo()
  const clock = { now: () => 1_700_000_000_000 }
  const random = { bytes: (n: number) => '\0'.repeat(n), below: () => 0 }
  const start = startServer({
    target: await loadTarget(id),
    conf,
    files: { read: () => null, write: () => undefined },
    clock,
    random,
    ...options,
  })
  if (!start.started) throw new Error(start.message)
  return connect(start.server)
}

function connect(server: Server): Simulated {
  const received: Reply[] = []
  const connection = server.connect(
    { kind: 'loopback' },
    { push: (reply) => received.push(reply), closed: () => undefined },
  )
  return {
    server,
    connection,
    received,
    send: (...argv) => written(connection.send(argv).replies[0] ?? null, connection.protocol),
    another: () => connect(server),
  }
}

/** A reply as the recordings write it: `{s}` simple, `{e}` error, `{i}` integer, and RESP3's types in protocol 3. */
export function written(reply: Reply, protocol: 2 | 3): unknown {
  if (reply === null || typeof reply === 'string') return reply
  if (typeof reply === 'number' || typeof reply === 'bigint') return { i: Number(reply) }
  const all = (items: readonly Reply[]): unknown[] => items.map((item) => written(item, protocol))
  if (!('type' in reply)) return all(reply)
  switch (reply.type) {
    case 'simple':
      return { s: reply.text }
    case 'error':
      return { e: reply.text }
    case 'null-array':
      return null
    case 'double':
      return protocol === 3 ? { d: reply.text } : reply.text
    case 'boolean':
      return protocol === 3 ? { b: reply.value } : { i: reply.value ? 1 : 0 }
    case 'big-number':
      return protocol === 3 ? { n: reply.text } : reply.text
    case 'verbatim':
      return protocol === 3 ? { v: `${reply.format}:${reply.text}` } : reply.text
    case 'map':
      return protocol === 3 ? { m: reply.pairs.map((pair) => all(pair)) } : all(reply.pairs.flat())
    case 'set':
      return protocol === 3 ? { t: all(reply.items) } : all(reply.items)
    case 'push':
      return { p: all(reply.items) }
  }
}

/** One line of answers.jsonl: what Redis 8.0.2 and Valkey 8.1.1 answered to a command line, or the start of a fresh server. */
export type Answer =
  | { readonly fresh: true; readonly protocol?: 2 | 3 }
  | { readonly argv: readonly string[]; readonly reply: unknown }
  | { readonly argv: readonly string[]; readonly replies: Readonly<Record<string, unknown>> }

export function readAnswers(): Answer[] {
  const text = readFileSync(new URL('answers.jsonl', import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
}
