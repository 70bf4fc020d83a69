import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtFolder, fingerprint, madeOnce } from '../cli/built'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly out: string
}

/** Runs a program; gives its exit code and all that it wrote. */
export function runIn(cwd: string, command: string, args: readonly string[], more: Record<string, string> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: cwd,
      // Nothing may be fetched: whatever tries finds no way out.
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      npm_config_update_notifier: 'false',
      npm_config_cache: join(cwd, '.npm'),
      ...more,
    },
  })
  return { code: status, out: stdout + stderr }
}

/** The package as `npm publish` would send it. */
export interface Packed {
  /** The path of the archive. */
  readonly archive: string
  /** Its size in bytes. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly string[]
}

const alongside = ['package.json', 'README.md', 'LICENSE']

let known: Packed | null = null

/** Packs the package from the sources as they are now, once for all tests. */
export function packed(): Packed {
  if (known !== null) return known
  const stage = madeOnce(`${fingerprint(...alongside)}-packed`, pack)
  const [report] = JSON.parse(readFileSync(join(stage, 'report.json'), 'utf8')) as readonly [
    {
      readonly filename: string
      readonly size: number
      readonly unpackedSize: number
      readonly files: readonly { readonly path: string }[]
    },
  ]
  known = {
    archive: join(stage, report.filename),
    size: report.size,
    unpackedSize: report.unpackedSize,
    files: report.files.map(({ path }) => path),
  }
  return known
}

/** Packs into a folder, and writes npm's report beside the archive. */
function pack(stage: string): void {
  cpSync(builtFolder(), join(stage, 'dist/cli'), { recursive: true })
  for (const file of alongside) cpSync(join(root, file), join(stage, file))
  const declared = runIn(root, process.execPath, [
    join(root, 'node_modules/tsx/dist/cli.mjs'),
    'src/tools/declarations.ts',
    join(stage, 'dist/cli'),
  ])
  if (declared.code !== 0) throw new Error(`The declarations cannot be written: ${declared.out}`)
  const { code, out } = runIn(stage, 'npm', ['pack', '--ignore-scripts', '--json', '--silent'])
  if (code !== 0) throw new Error(`The package cannot be packed: ${out}`)
  writeFileSync(join(stage, 'report.json'), out)
}

/** Reads a file of the project. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')
