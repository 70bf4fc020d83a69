import type { Source } from './input'

/** The size of a file, in bytes, from which reports on it take much memory. */
const LARGE = 1_000_000

/** The last major version of Node whose flag is known: of an unknown one, V8 complains on standard error. */
const LAST_KNOWN = 24

/**
 * Makes V8 collect garbage each time that the heap has grown by 30 %, where a file is large. By itself it waits until the
 * heap is four times as large as what is alive, while a report on each of a hundred thousand lines leaves garbage behind.
 */
export async function collectOften({ bytes }: Source): Promise<void> {
  if (bytes.length < LARGE || Number.parseInt(process.versions.node) > LAST_KNOWN) return
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--heap-growing-percent=30')
}
