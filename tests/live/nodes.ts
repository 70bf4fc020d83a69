import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect } from 'vitest'
import { freePort } from '../../src/library/free-port'
import { LiveServer } from './oracle'

/** Something that listens on a port of the loopback interface. */
export interface Listening {
  readonly port: number
}

export const nameOf = ({ port }: Listening): string => `redis://127.0.0.1:${port}`

/** Servers of one test, started with the same users, and stopped after it. */
export class Nodes {
  readonly #servers: LiveServer[] = []
  readonly #proxies: Server[] = []

  /** @param acl users.acl of the servers that are given no other; its default user has the password `secret` */
  constructor(
    readonly program: string,
    readonly acl: string,
  ) {}

  async start(acl = this.acl, ...options: string[]): Promise<LiveServer> {
    const server = await LiveServer.start(this.program, ['--masterauth', 'secret', ...options], { acl })
    this.#servers.push(server)
    return server
  }

  async two(): Promise<readonly [LiveServer, LiveServer]> {
    return Promise.all([this.start(), this.start()])
  }

  /** Starts a primary and two replicas, and waits until they are connected. */
  async replicated(): Promise<readonly [LiveServer, LiveServer, LiveServer]> {
    const primary = await this.start()
    const options = ['--replicaof', `127.0.0.1 ${primary.port}`, '--repl-diskless-sync-delay', '0']
    const [first, second] = await Promise.all([this.start(this.acl, ...options), this.start(this.acl, ...options)])
    await expect
      .poll(() => this.cli(primary, 'INFO', 'replication'), { timeout: 20_000 })
      .toContain('connected_slaves:2')
    return [primary, first, second]
  }

  /** Starts a cluster of three nodes that know each other. */
  async cluster(): Promise<readonly LiveServer[]> {
    const nodes: LiveServer[] = []
    for (let i = 0; i < 3; i++)
      nodes.push(await this.start(this.acl, '--cluster-enabled', 'yes', '--cluster-port', String(await freePort())))
    const [first, ...others] = nodes
    if (first === undefined) throw new Error('no node')
    for (const node of others) {
      const busPort = this.cli(node, 'CONFIG', 'GET', 'cluster-port').trim().split('\n')[1] ?? ''
      this.cli(first, 'CLUSTER', 'MEET', '127.0.0.1', String(node.port), busPort)
    }
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
    for (const node of nodes)
      await expect
        .poll(() => addresses.filter((address) => this.cli(node, 'CLUSTER', 'NODES').includes(address)), {
          timeout: 20_000,
        })
        .toHaveLength(3)
    await expect.poll(() => this.cli(first, 'CLUSTER', 'NODES'), { timeout: 20_000 }).not.toContain('handshake')
    return nodes
  }

  /** Starts a server with other options, which is stopped with the others. */
  async other(options: readonly string[], setting: Parameters<typeof LiveServer.start>[2]): Promise<LiveServer> {
    const server = await LiveServer.start(this.program, options, setting)
    this.#servers.push(server)
    return server
  }

  /** Runs the server's own client, as the default user. */
  cli({ port }: Listening, ...words: string[]): string {
    const client = this.program.replace(/-server$/, '-cli')
    return execFileSync(client, ['-p', String(port), '--no-auth-warning', ...words], {
      encoding: 'utf8',
      env: { ...process.env, REDISCLI_AUTH: 'secret' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  }

  /** Returns the lines of ACL LIST, sorted. */
  listed(server: Listening): string[] {
    return this.cli(server, 'ACL', 'LIST').trim().split('\n').sort()
  }

  /** Returns the users of a server that starts with the file. */
  async listOf(acl: string): Promise<string[]> {
    const server = await this.start(acl)
    const list = this.listed(server)
    await server.stop()
    return list
  }

  /**
   * Forwards connections to a server, and calls back with each command that changes or saves users before it is forwarded:
   * `SETUSER app`, `DELUSER old`, `SAVE`, `REWRITE`.
   */
  async proxied(server: Listening, on: (line: string) => Promise<void> | void): Promise<Listening> {
    const proxy = createServer((socket) => {
      const other = connect({ port: server.port, host: '127.0.0.1' })
      let last = Promise.resolve()
      socket.on('data', (chunk) => {
        last = last.then(async () => {
          const words = chunk.toString('latin1').replaceAll(/\r\n(?:\$\d+\r\n)?/g, ' ')
          for (const [line] of words.matchAll(/(?:SETUSER|DELUSER) \w+|SAVE|REWRITE/g)) await on(line)
          if (!other.destroyed) other.write(chunk)
        })
      })
      other.on('data', (chunk) => socket.write(chunk))
      for (const [a, b] of [
        [socket, other],
        [other, socket],
      ] as const) {
        a.on('error', () => b.destroy())
        a.on('close', () => b.destroy())
      }
    })
    const port = await freePort()
    await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
    this.#proxies.push(proxy)
    return { port }
  }

  async stop(): Promise<void> {
    for (const proxy of this.#proxies.splice(0)) proxy.close()
    await Promise.all(this.#servers.splice(0).map((server) => server.stop()))
  }
}

/** Makes a folder for the files of a test file, and keeps its tests from each other's servers and environment. */
export function cleanly(name: string): { readonly folder: string; readonly stopping: (nodes: Nodes) => Nodes } {
  const folder = mkdtempSync(join(tmpdir(), `acl-${name}-`))
  const kept = { ...process.env }
  const all: Nodes[] = []
  beforeEach(() => {
    delete process.env['REDISCLI_AUTH']
    delete process.env['ACL_PLAYGROUND_URL']
  })
  afterEach(async () => {
    Object.assign(process.env, kept)
    await Promise.all(all.map((nodes) => nodes.stop()))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return {
    folder,
    stopping: (nodes) => {
      all.push(nodes)
      return nodes
    },
  }
}
