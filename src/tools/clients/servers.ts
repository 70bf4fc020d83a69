import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../library/free-port'
import { serve } from '../../cli/serve'
import { isTargetId, type TargetId } from '../../targets/list'
import { findProgram } from '../browser'

/** A server on a port of this machine. */
export interface RunningServer {
  readonly port: number
  stop(): Promise<void>
}

/** An installed server and the target that simulates its release. */
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

/** Serves a target on a free port. */
export async function simulated(target: TargetId): Promise<RunningServer> {
  const port = await freePort()
  const serving = await serve({
    target,
    modules: false,
    confPath: null,
    extraConf: `port ${port}\nenable-debug-command yes\n`,
    log: () => undefined,
    warn: (line) => console.error(line),
  })
  return { port, stop: () => serving.stop() }
}

/** Starts an installed server on a free port, in a folder of its own. */
export async function real(program: string): Promise<RunningServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'acl-playground-clients-'))
  const options = { port: String(port), bind: '127.0.0.1', save: '', dir: folder, 'enable-debug-command': 'yes' }
  const child = spawn(
    program,
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  )
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries === 100 || child.exitCode !== null) throw new Error(`${program} does not start.`)
    await new Promise((done) => setTimeout(done, 50))
  }
  return {
    port,
    stop: async () => {
      const gone = new Promise((done) => child.once('exit', done))
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
}
