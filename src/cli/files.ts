import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fromUint8, toText, toUint8, type Bytes } from '../acl/bytes'
import type { FileStore } from '../server/types'

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

  /** Writes a temporary file and renames it, so that a reader never sees half of it. */
  write(path: Bytes, content: Bytes): void {
    const target = this.#resolve(path)
    const beside = `${target}.tmp-${process.pid}`
    writeFileSync(beside, toUint8(content))
    renameSync(beside, target)
  }

  #resolve(path: Bytes): string {
    return resolve(this.#directory(), toText(path))
  }
}
