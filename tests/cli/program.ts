import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Io } from '../../src/cli/input'
import { runProgram } from '../../src/cli/program'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process. */
export async function run(
  words: readonly string[],
  options: { readonly stdin?: string | Uint8Array; readonly color?: boolean; readonly io?: Partial<Io> } = {},
): Promise<Ran> {
  let out = ''
  let err = ''
  const stdin = options.stdin ?? ''
  const code = await runProgram(
    words,
    {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      stdin: () => (typeof stdin === 'string' ? Buffer.from(stdin) : stdin),
      color: options.color ?? false,
      errColor: options.color ?? false,
      ...options.io,
    },
    () => {
      throw new Error('a server was started')
    },
  )
  return { code, out, err }
}

/** A folder with these files; gives their paths. */
export function files<T extends Record<string, string>>(contents: T): { readonly [name in keyof T]: string } {
  const folder = mkdtempSync(join(tmpdir(), 'acl-playground-'))
  return Object.fromEntries(
    Object.entries(contents).map(([name, content]) => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return [name, path]
    }),
  ) as { readonly [name in keyof T]: string }
}

/** The security chapter's file of five users, as it stands there. */
export const chapter = `# Default user (required)
user default on nopass ~* +@all

# Admin user
user admin on >strong_admin_password ~* +@all

# Application user - limited permissions
user app on >app_password ~app:* +@read +@write -@dangerous

# Read-only monitoring user
user monitor on >monitor_password ~* +@read +ping +info

# Worker for background jobs
user worker on >worker_password ~jobs:* ~results:* +@list +@string +get +set +del
`

/** The same as servers before Redis 8.8 take it. */
export const plainChapter = chapter
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => `${line}\n`)
  .join('')
