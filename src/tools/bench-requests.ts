/** The rate at which a server answers, by the processor time that it takes. */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { LiveServer } from './live-server'

/** Encodes a command as a client sends it. */
function request(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`
}

/** Returns the milliseconds of processor time that a server took so far, to 10 ms; the time of day where there is no /proc. */
export function spentBy({ pid }: LiveServer): number {
  try {
    const [, fields = ''] = readFileSync(`/proc/${pid ?? 0}/stat`, 'latin1').split(') ')
    const [user, system] = fields.split(' ').slice(11, 13).map(Number)
    return ((user ?? NaN) + (system ?? NaN)) * 10
  } catch {
    return performance.now()
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
  const before = spentBy(server)
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
  const taken = spentBy(server) - before
  socket.destroy()
  return ((sent * rounds * commands.length) / taken) * 1000
}
