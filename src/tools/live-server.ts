/** Server programs that run beside the simulator: the installed redis-server and valkey-server, or one that takes their options. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../library/free-port'
import { isTargetId, type TargetId } from '../targets/list'
import { findProgram } from './browser'

/** An installed server, and the target that simulates its release. */
export interface InstalledServer {
  readonly program: string
  readonly target: TargetId
}

/** Finds redis-server and valkey-server, where they are installed in a release that is simulated. */
export function installedServers(): InstalledServer[] {
  return ['redis', 'valkey'].flatMap((product) => {
    const program = findProgram(`${product}-server`)
    if (program === null) return []
    const version = / v=(\d+\.\d+)\./.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1]
    const target = `${product}-${String(version)}`
    return isTargetId(target) ? [{ program, target }] : []
  })
}

/** The files and arguments that a server starts with. */
interface Setting {
  /** Arguments before the options: the script of a program that needs one. */
  readonly before?: readonly string[]
  /** The path of a redis.conf, which says itself whether the server saves; without one it does not. */
  readonly conf?: string
  /** The text of a users.acl. */
  readonly acl?: string
}

/** A server on a port of the loopback interface, in a folder of its own, until it is stopped. */
export class LiveServer {
  readonly #process: ChildProcess
  readonly folder: string

  private constructor(
    process: ChildProcess,
    folder: string,
    readonly port: number,
  ) {
    this.#process = process
    this.folder = folder
  }

  /** Starts a program and waits until it accepts connections. */
  static async start(program: string, options: readonly string[] = [], setting: Setting = {}): Promise<LiveServer> {
    const { before = [], conf, acl } = setting
    const port = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'acl-live-server-'))
    const aclPath = join(folder, 'users.acl')
    if (acl !== undefined) writeFileSync(aclPath, acl)
    const args = [
      ...before,
      ...(conf === undefined ? [] : [conf]),
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...(conf === undefined ? ['--save', ''] : []),
      ...(acl === undefined ? [] : ['--aclfile', aclPath]),
      ...options,
    ]
    const child = spawn(program, args, { stdio: 'ignore' })
    const server = new LiveServer(child, folder, port)
    for (let attempt = 0; ; attempt++) {
      try {
        ;(await server.open()).destroy()
        return server
      } catch {
        if (attempt === 200 || child.exitCode !== null) {
          await server.stop()
          throw new Error(`${program} did not start on port ${port}.`)
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Opens a connection. */
  open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
      socket.once('error', reject)
    })
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve))
      this.#process.kill('SIGKILL')
      await gone
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}
