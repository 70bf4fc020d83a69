import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../src/library/free-port'
import { findProgram } from '../../src/tools/browser'
import type { TargetId } from '../../src/targets/target'
import { recordedTargets } from '../conformance/recordings'
import { WireClient } from './wire'

/** A real server's program, and the target that simulates that release. */
export interface Oracle {
  readonly program: string
  readonly target: TargetId
}

const releases = recordedTargets.map((target) => {
  const [product, release = ''] = target.split('-')
  return { program: `${product}-server`, version: new RegExp(`v=${release.replace('.', '\\.')}\\.`), target }
})

/** The installed servers whose release is one of the recorded targets. */
export function installedOracles(): Oracle[] {
  return ['redis-server', 'valkey-server'].flatMap((name) => {
    const program = findProgram(name)
    if (program === null) return []
    const version = execFileSync(program, ['--version'], { encoding: 'utf8' })
    const release = releases.find((r) => r.program === name && r.version.test(version))
    return release === undefined ? [] : [{ program, target: release.target }]
  })
}

/** A real server on loopback with nothing saved, started in a folder of its own. */
export class LiveServer {
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(
    process: ChildProcess,
    folder: string,
    readonly port: number,
  ) {
    this.#process = process
    this.#folder = folder
  }

  static async start(program: string, options: readonly string[] = [], confPath?: string): Promise<LiveServer> {
    const port = await freePort()
    const folder = mkdtempSync(join(tmpdir(), 'acl-oracle-'))
    const child = spawn(
      program,
      confPath === undefined
        ? [
            '--port',
            String(port),
            '--bind',
            '127.0.0.1',
            '--save',
            '',
            '--appendonly',
            'no',
            '--dir',
            folder,
            ...options,
          ]
        : [confPath, '--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...options],
      { stdio: 'ignore' },
    )
    for (let attempt = 0; ; attempt++) {
      try {
        ;(await WireClient.open(port)).close()
        return new LiveServer(child, folder, port)
      } catch (problem) {
        if (attempt === 100 || child.exitCode !== null) throw problem
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await gone
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
