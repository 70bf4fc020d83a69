import { closeSync, openSync, readSync } from 'node:fs'

/** The maximum length of a file, in bytes: some 250,000 users. Anything longer is a mistake, or an endless device. */
const longestFile = 16 * 1024 * 1024

/** Thrown for a file longer than longestFile. */
export class TooLong extends Error {}

/** The delay before a pipe without data is read again, in milliseconds. */
const PAUSE = 10

/** Reads a file by path, or by the number of an open one. Throws TooLong beyond longestFile, and Node's errors. */
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

/** Reads the available bytes, and waits where standard input is a non-blocking pipe. */
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
