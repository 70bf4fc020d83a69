import { existsSync, writeFileSync } from 'node:fs'
import { CannotRun } from '../cannot-run'
import { onOneLine } from '../printable'

/** Throws CannotRun where one of the files exists already, so that none of several is written. */
export function refuseExisting(paths: readonly string[], force: boolean): void {
  const existing = force ? undefined : paths.find((path) => existsSync(path))
  if (existing !== undefined) throw new CannotRun(`${onOneLine(existing)} exists already. --force overwrites it.`)
}

/** Writes a new file that only its owner may read; with `force`, replaces an existing one. */
export function writeNew(path: string, content: string | Uint8Array, force: boolean): void {
  try {
    writeFileSync(path, content, { mode: 0o600, flag: force ? 'w' : 'wx' })
  } catch (reason) {
    const { code, message } = reason as NodeJS.ErrnoException
    if (code === 'EEXIST') refuseExisting([path], false)
    const why = code === 'ENOENT' ? 'there is no such folder' : code === 'EACCES' ? 'permission denied' : message
    throw new CannotRun(`${onOneLine(path)} cannot be written: ${why}.`)
  }
}
