import { execFile } from 'node:child_process'
import { createConnection } from 'node:net'
import { promisify } from 'node:util'
import { freePort } from '../../src/library/free-port'
import { serve, type Serving } from '../../src/cli/serve'
import type { TargetId } from '../../src/targets/target'

export interface Running extends Serving {
  readonly port: number
  readonly lines: string[]
}

/** Serves a target on a free port, with these lines of configuration. */
export async function running(target: TargetId, ...conf: string[]): Promise<Running> {
  const port = await freePort()
  const lines: string[] = []
  const serving = await start(target, lines, [`port ${port}`, ...conf])
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
  options: { readonly handshakeTime?: number } = {},
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

/** Sends bytes as they are, and collects what comes until the server is silent for a while or hangs up (then `<closed>` follows). */
export function exchange(port: number, ...pieces: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const socket = createConnection(port, '127.0.0.1')
    let out = ''
    socket.setEncoding('latin1').setTimeout(500)
    socket.on('connect', async () => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1')
        await new Promise((next) => setTimeout(next, 5))
      }
    })
    socket.on('data', (data) => {
      out += String(data)
    })
    socket.on('timeout', () => {
      done(out)
      socket.destroy()
    })
    socket.on('end', () => done(`${out}<closed>`))
    socket.on('error', fail)
  })
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
