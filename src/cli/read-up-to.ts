import { closeSync, openSync, readSync } from 'node:fs'

/** The longest file that is read, in bytes: some 250,000 users. What is longer is a mistake, or a device that never ends. */
export const longestFile = 16 * 1024 * 1024

/** More is there than is read. */
export class TooLong extends Error {}

/** How long to wait before asking again, in milliseconds, where a pipe has nothing yet. */
const PAUSE = 10

/** The bytes of a file or, by its number, of an open one. Throws TooLong beyond longestFile, else as Node does. */
export function readUpTo(file: string | number): Uint8Array {
  const opened = typeof file === 'number' ? file : openSync(file, 'r')
  try {
    const chunks: Uint8Array[] = []
    for (let length = 0; ;) {
      const chunk = new Uint8Array(64 * 1024)
      const count = readSome(opened, chunk)
      if (count === 0) return Buffer.concat(chunks, length)
      length += count
      if (length > longestFile)
        throw new TooLong(`it is longer than ${longestFile / 1024 / 1024} MB, the most that is read`)
      chunks.push(chunk.subarray(0, count))
    }
  } finally {
    if (typeof file === 'string') closeSync(opened)
  }
}

/** Reads what is there; waits where whoever started this program gave it a pipe that does not wait by itself. */
function readSome(opened: number, into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(opened, into)
    } catch (reason) {
      const { code } = reason as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw reason
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
    }
  }
}
