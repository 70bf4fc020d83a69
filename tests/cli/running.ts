import { execFile } from 'node:child_process'
import { createConnection, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { freePort } from '../../src/library/free-port'
import { serve, type Serving } from '../../src/cli/serve'
import type { TargetId } from '../../src/targets/target'

export interface Running extends Serving {
  readonly port: number
  readonly lines: string[]
}

/** Serves a target, or an exact release of it, on a free port, with these lines of configuration. */
export async function running(
  target: TargetId | { readonly id: TargetId; readonly version: string },
  ...conf: string[]
): Promise<Running> {
  const port = await freePort()
  const lines: string[] = []
  const [id, options] = typeof target === 'string' ? [target, {}] : [target.id, { version: target.version }]
  const serving = await start(id, lines, [`port ${port}`, ...conf], options)
  return { ...sharedBy(serving), port, lines, tlsPort: serving.tlsPort }
}

export interface RunningTls extends Serving {
  readonly tlsPort: number
  readonly lines: string[]
}

/** Serves a target by TLS only, on a free port, with these lines of configuration. */
export async function runningTls(
  target: TargetId,
  conf: readonly string[],
  options: { readonly handshakeTime?: number } = {},
): Promise<RunningTls> {
  const tlsPort = await freePort()
  const lines: string[] = []
  const serving = await start(target, lines, ['port 0', `tls-port ${tlsPort}`, ...conf], options)
  return { ...sharedBy(serving), port: null, lines, tlsPort }
}

const start = (
  target: TargetId,
  lines: string[],
  conf: readonly string[],
  options: { readonly handshakeTime?: number; readonly version?: string } = {},
): Promise<Serving> =>
  serve({
    target,
    modules: false,
    confPath: null,
    extraConf: conf.map((line) => `${line}\n`).join(''),
    log: (line) => lines.push(line),
    ...options,
  })

const sharedBy = (serving: Serving): Pick<Serving, 'server' | 'socketPath' | 'stop'> => ({
  server: serving.server,
  socketPath: serving.socketPath,
  stop: () => serving.stop(),
})

/** The last command of an exchange. Every user may run it in every state of a connection, logged in or not. */
const LAST = { request: 'RESET\r\n', reply: '+RESET\r\n' }

/**
 * Sends bytes as they are, each piece by itself, and returns what comes until all of them are answered or the server hangs
 * up (then `<closed>` follows). A request without an end is never answered: see `pour`.
 */
export function exchange(port: number, ...pieces: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const socket = createConnection(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
    let out = ''
    socket.on(
      'connect',
      () => void sendPieces(socket, [...pieces.slice(0, -1), `${pieces.at(-1) ?? ''}${LAST.request}`]),
    )
    socket.on('data', (data) => {
      out += String(data)
      if (!out.endsWith(LAST.reply)) return
      done(out.slice(0, -LAST.reply.length))
      socket.destroy()
    })
    socket.on('end', () => done(`${out}<closed>`))
    socket.on('error', fail)
  })
}

/** Sends bytes, each piece by itself, and hangs up. Resolves when the server has hung up too. */
export function pour(port: number, ...pieces: string[]): Promise<void> {
  return new Promise((done, fail) => {
    const socket = createConnection(port, '127.0.0.1').setNoDelay(true).resume()
    socket.on('connect', async () => {
      await sendPieces(socket, pieces)
      socket.end()
    })
    socket.on('close', () => done())
    socket.on('error', fail)
  })
}

/** The pause lets the server read each piece before the next comes; replies are the same where it does not. */
async function sendPieces(socket: Socket, pieces: readonly string[]): Promise<void> {
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) await new Promise((next) => setTimeout(next, 5))
    socket.write(piece, 'latin1')
  }
}

/** What redis-cli prints for a command line, or null where it is not installed. */
export async function redisCli(port: number, ...args: string[]): Promise<string | null> {
  try {
    return (await promisify(execFile)('redis-cli', ['-p', String(port), ...args])).stdout
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw reason
  }
}
