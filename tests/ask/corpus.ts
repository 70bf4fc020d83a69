import { readFileSync } from 'node:fs'
import { fromText, type Bytes } from '../../src/acl/bytes'
import { SimulatedServer } from '../../src/server/server'
import { startWith } from '../../src/server/start-with'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'

/** A question of the corpus. */
export interface Question {
  readonly policy: string
  /** Counts from 1. */
  readonly number: number
  readonly text: string
  /** Any of these is right. */
  readonly means: readonly string[]
  readonly answers: readonly string[]
}

/** The policies with their targets; live servers of these releases can be asked too. */
export const policies: Readonly<Record<string, TargetId>> = {
  shop: 'redis-8.0',
  tenants: 'valkey-8.1',
  queues: 'redis-8.0',
  legacy: 'valkey-8.1',
}

const read = (name: string): string => readFileSync(new URL(`corpus/${name}`, import.meta.url), 'utf8')

export const aclOf = (policy: string): string => read(`${policy}.acl`)

export function questionsAbout(policy: string): Question[] {
  return read(`${policy}.txt`)
    .trim()
    .split(/\n\n+/)
    .map((block, i) => {
      const lines = block.split('\n')
      const after = (mark: string): string[] => lines.flatMap((line) => (line[0] === mark ? [line.slice(2)] : []))
      return { policy, number: i + 1, text: after('?').join('\n'), means: after('='), answers: after('>') }
    })
}

/** Starts a server in process with these users. */
export async function serverOf(acl: string, target: TargetId): Promise<SimulatedServer> {
  const bytes: Bytes = fromText(acl)
  const result = startWith(
    { server: {}, keyspace: {} },
    {
      target: await loadTarget(target),
      conf: 'aclfile users.acl\n',
      files: { read: (path) => (path === 'users.acl' ? bytes : null), write: () => undefined },
      clock: { now: () => 0 },
      random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
    },
  )
  if (!result.started) throw new Error('The server does not start.')
  return result.server
}
