import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { CannotRun } from './cannot-run'
import { onOneLine } from './printable'

/**
 * Throws CannotRun where one of the files exists and must not be overwritten, so that none of several is written. A
 * symbolic link or a device is never overwritten.
 */
export function refuseExisting(paths: readonly string[], force: boolean): void {
  for (const path of paths) {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found === undefined) continue
    if (!found.isFile()) {
      const what = found.isSymbolicLink() ? 'a symbolic link' : found.isDirectory() ? 'a directory' : 'not a file'
      throw new CannotRun(`${onOneLine(path)} is ${what}, which is not overwritten. Name another file.`)
    }
    if (!force) throw new CannotRun(`${onOneLine(path)} exists already. --force overwrites it.`)
  }
}

/** Writes a file that only its owner may read; with `force`, replaces an existing one. Throws CannotRun. */
export function writePrivate(path: string, content: string | Uint8Array, force: boolean): void {
  refuseExisting([path], force)
  refusing(path, () => {
    if (force) writeBeside(path, content, (file) => fchmodSync(file, 0o600))
    else writeFileSync(path, content, { mode: 0o600, flag: 'wx' })
  })
}

/** Replaces the content of a file at once, with the owner and the mode that it has. Throws CannotRun. */
export function replaceContent(path: string, content: string | Uint8Array): void {
  refusing(path, () => {
    const real = realpathSync(path)
    const { mode, uid, gid } = statSync(real)
    writeBeside(real, content, (file) => {
      const own = fstatSync(file)
      if (own.uid !== uid || own.gid !== gid) fchownSync(file, uid, gid)
      fchmodSync(file, mode & 0o7777)
    })
  })
}

/**
 * Writes a temporary file beside the path and renames it, so that a reader never sees half of it, and a symbolic link at
 * the path is replaced and not followed.
 * @param prepare sets the mode before anything is written
 */
export function writeBeside(path: string, content: string | Uint8Array, prepare: (file: number) => void): void {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const file = openSync(beside, 'wx', 0o600)
  try {
    try {
      prepare(file)
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } finally {
    // Nothing is left of it after a rename.
    if (lstatSync(beside, { throwIfNoEntry: false }) !== undefined) unlinkSync(beside)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EPERM: 'its owner could not be kept, or this is not permitted',
}

/** Runs a write, and throws CannotRun with the reason where it fails. */
function refusing(path: string, write: () => void): void {
  try {
    write()
  } catch (reason) {
    const { code = '', message } = reason as NodeJS.ErrnoException
    throw new CannotRun(`${onOneLine(path)} cannot be written: ${reasons[code] ?? message}.`)
  }
}
