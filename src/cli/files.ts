import { fchmodSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fromUint8, toText, toUint8, type Bytes } from '../acl/bytes'
import type { FileStore } from '../server/types'
import { writeBeside } from './write-file'

/** The file system as a server sees it: paths are relative to its working directory, which `dir` changes. */
export class DiskFiles implements FileStore {
  readonly #directory: () => string

  /** @param directory called for each path, since `dir` may have changed */
  constructor(directory: () => string) {
    this.#directory = directory
  }

  read(path: Bytes): Bytes | null {
    try {
      return fromUint8(readFileSync(this.#resolve(path)))
    } catch {
      return null
    }
  }

  /** Replaces a file at once, with the mode that it has, or as servers create files. */
  write(path: Bytes, content: Bytes): void {
    const target = this.#resolve(path)
    const mode = statSync(target, { throwIfNoEntry: false })?.mode ?? 0o644 & ~process.umask()
    writeBeside(target, toUint8(content), (file) => fchmodSync(file, mode & 0o777))
  }

  #resolve(path: Bytes): string {
    return resolve(this.#directory(), toText(path))
  }
}
