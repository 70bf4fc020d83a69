/** Servers for the bench, and the rate at which they answer. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort } from '../library/free-port'

/** Encodes a command as a client sends it. */
function request(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`
}

/** A server in a directory of its own, until `stop`. */
export class LiveServer {
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

  /** Returns the milliseconds of processor time that the server took so far, to 10 ms; the time of day where there is no /proc. */
  spent(): number {
    try {
      const [, fields = ''] = readFileSync(`/proc/${this.#process.pid ?? 0}/stat`, 'latin1').split(') ')
      const [user, system] = fields.split(' ').slice(11, 13).map(Number)
      return ((user ?? NaN) + (system ?? NaN)) * 10
    } catch {
      return performance.now()
    }
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

/** Sends a request and waits for a reply that ends with a line end. */
export function ask(socket: Socket, argv: readonly string[]): Promise<string> {
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

/**
 * Measures commands per second of the server's processor time, pipelined: batches are always in flight, and replies are counted
 * by their size.
 */
export async function pipelinedPerSecond(
  server: LiveServer,
  commands: readonly (readonly string[])[],
  seconds: number,
): Promise<number> {
  const socket = await server.open()
  let replySize = 0
  for (const argv of commands) replySize += (await ask(socket, argv)).length
  const rounds = Math.ceil(4800 / commands.length)
  const batch = Buffer.from(commands.map(request).join('').repeat(rounds))
  let received = 0
  let sent = 4
  const started = performance.now()
  const before = server.spent()
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
  const taken = server.spent() - before
  socket.destroy()
  return ((sent * rounds * commands.length) / taken) * 1000
}
