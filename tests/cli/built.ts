import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cache = join(root, 'node_modules/.cache/acl-playground-cli')

/** A digest of the names, sizes and times of all files that the command line is built from, and of others. */
export function fingerprint(...others: readonly string[]): string {
  const hash = createHash('sha256')
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => `src/${name}`)
  for (const name of [...files.sort(), 'vite.config.ts', 'package-lock.json', ...others]) {
    const { size, mtimeMs } = statSync(join(root, name))
    hash.update(`${name} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

let folder: string | null = null

/**
 * Returns the folder of the command line, built from the sources as they are now. Built once and used by all test files:
 * it starts ten times as fast as the sources do. `npm test` has built it before, and says where.
 */
export function builtFolder(): string {
  folder ??= process.env['ACL_PLAYGROUND_BUILT'] ?? madeOnce(fingerprint(), build)
  return folder
}

function build(into: string): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...[join(root, 'node_modules/vite/bin/vite.js'), 'build', '--mode', 'cli', '--logLevel', 'error'],
      ...['--emptyOutDir', 'false', '--outDir', into],
    ],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  )
  if (status !== 0) throw new Error(`The command line cannot be built: ${stderr}`)
}

/** Milliseconds after which a worker that makes a folder counts as gone. */
const PATIENCE = 120_000

const ageOf = (path: string): number => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)

/** Returns a folder of the cache by its name: where it is not there, one worker makes it, and the others wait. */
export function madeOnce(name: string, make: (into: string) => void): string {
  const wanted = join(cache, name)
  const own = `${wanted}-${process.pid}`
  const mark = `${wanted}-begun`
  mkdirSync(cache, { recursive: true })
  while (!existsSync(wanted)) {
    try {
      mkdirSync(mark)
    } catch {
      if (ageOf(mark) < PATIENCE) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
      else rmSync(mark, { recursive: true, force: true })
      continue
    }
    try {
      if (!existsSync(wanted)) {
        make(own)
        renameSync(own, wanted)
      }
    } finally {
      rmSync(mark, { recursive: true, force: true })
    }
    for (const other of readdirSync(cache).map((one) => join(cache, one)))
      if (ageOf(other) > 3_600_000) rmSync(other, { recursive: true, force: true })
  }
  utimesSync(wanted, new Date(), new Date())
  return wanted
}

/** Returns the program's path. */
export function builtProgram(): string {
  return join(builtFolder(), 'acl-playground.js')
}
