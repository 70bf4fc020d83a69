import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { builtFolder, builtProgram } from './built'
import { files } from './program'

/** Returns the program's own files that a command line loads: their number, and their bytes in all. */
function loadedBy(...words: readonly string[]): { readonly files: readonly string[]; readonly bytes: number } {
  const folder = mkdtempSync(join(tmpdir(), 'acl-playground-'))
  try {
    // V8's coverage lists every script that was loaded.
    const { status, stderr } = spawnSync(process.execPath, [builtProgram(), ...words], {
      encoding: 'utf8',
      env: { ...process.env, NODE_V8_COVERAGE: folder },
    })
    expect(status, stderr).toBe(0)
    const scripts = readdirSync(folder).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] }
      return result.map(({ url }) => url)
    })
    const own = scripts
      .filter((url) => url.startsWith('file:'))
      .map((url) => fileURLToPath(url))
      .filter((path) => path.startsWith(builtFolder()))
    return { files: own, bytes: own.reduce((sum, path) => sum + statSync(path).size, 0) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('check loads what it needs, in few files: no command handlers, one command table, no other subcommand', () => {
  const { acl } = files({ acl: 'user default off\nuser app on nopass ~jobs:* +@list\n' })
  const checked = loadedBy('check', acl)
  expect(checked.files.filter((path) => /(redis|valkey)-\d/.test(path))).toHaveLength(1)
  expect(checked.files.length).toBeLessThanOrEqual(10)
  expect(checked.bytes).toBeLessThan(715_000)
  // Fixes are compared with the file, links and files in other formats read, only where there are some.
  const plain = files({ acl: 'user default off\n' })
  expect(loadedBy('check', plain.acl).bytes).toBeLessThan(680_000)
})

test('help and version load the declarations of the commands alone', () => {
  expect(loadedBy('--version').bytes).toBeLessThan(105_000)
  expect(loadedBy('check', '--help').bytes).toBeLessThan(105_000)
})
