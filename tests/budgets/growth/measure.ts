import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Target } from '../../../src/targets/target'
import type { Entry } from './entries'
import type { Shape } from './shapes'

/** Milliseconds of processor time from which growth can be told from noise. */
const TELLING = 20
/** Milliseconds of processor time that a search may take whose result says that it was ended by its bound. */
const BOUND = 3_000
const SMALLEST = 250
const STEP = 4
/** Four times the text takes four times as long and a logarithm more; a quadratic step takes sixteen times as long. */
const MOST_GROWTH = 8
/** Growth that looks too fast is measured again, since a collection of garbage may have come between. */
const MOST_REPEATS = 4

interface Sample {
  readonly size: number
  /** Processor time in milliseconds: others on the same machine do not count. */
  readonly time: number
  /** The result says that it is not complete. */
  readonly isCut: boolean
}

/** How the time of one entry point grows with one shape. */
export interface Growth {
  readonly shape: string
  readonly size: number
  readonly time: number
  /** The power of the size that the time grows with; 0 where the time is too short to tell. */
  readonly exponent: number
  readonly isCut: boolean
  readonly isTooSlow: boolean
}

/** Returns the processor time, in milliseconds, that this process has taken. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * Quadruples the text until the time tells something, or the text is as long as the entry is made for.
 * @param clock tells the processor time in milliseconds
 */
export async function growthOf(
  entry: Entry,
  shape: Shape,
  target: Target,
  clock: () => number = processorTime,
): Promise<Growth> {
  /** @param more characters, so that no cache knows a text that is measured again */
  const sample = async (size: number, more = 0): Promise<Sample> => {
    const run = entry.prepare(shape.make(size + more), target)
    const start = clock()
    const result = await run()
    return { size, time: clock() - start, isCut: entry.isCut?.(result) ?? false }
  }
  // The first run fills caches that the other texts use too.
  await sample(SMALLEST, 10)
  let before = await sample(SMALLEST)
  let last = before
  const goesOn = (): boolean => last.time < TELLING || last === before || last.size < (entry.least ?? 0)
  for (let size = SMALLEST * STEP; size <= entry.most && goesOn(); size *= STEP) {
    before = last
    last = await sample(size)
  }
  if (last.isCut && last.size * STEP <= entry.most) {
    before = last
    last = await sample(before.size * STEP)
  }
  for (let i = 1; i <= MOST_REPEATS && !last.isCut && grows(before, last) > MOST_GROWTH; i++) {
    before = faster(before, await sample(before.size, 10 * i))
    last = faster(last, await sample(last.size, 10 * i))
  }
  // A collection of garbage comes once; what grows too fast does so again.
  if (!last.isCut && grows(before, last) > MOST_GROWTH) {
    before = last
    last = await sample(before.size * STEP)
    for (let i = 1; i <= MOST_REPEATS && !last.isCut && grows(before, last) > MOST_GROWTH; i++)
      last = faster(last, await sample(last.size, 10 * i))
  }
  const growth = grows(before, last)
  return {
    shape: shape.name,
    ...last,
    exponent: growth === 0 ? 0 : Math.log(growth) / Math.log(last.size / before.size),
    isTooSlow: last.isCut ? last.time > BOUND : growth > MOST_GROWTH,
  }
}

const faster = (a: Sample, b: Sample): Sample => (a.time < b.time ? a : b)

const grows = (before: Sample, after: Sample): number =>
  before.size === after.size || after.time < TELLING ? 0 : after.time / before.time

/** Bytes from which growth can be told from what caches hold. */
const TELLING_BYTES = 8_000_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Returns the bytes of the heap that are in use. */
function usedBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** How the memory that the result of an entry takes grows. */
export interface MemoryGrowth {
  readonly size: number
  readonly bytes: number
  readonly isTooMuch: boolean
}

/**
 * Returns the memory that the result for the longest text takes, compared with that for a quarter of it.
 * @param used tells the bytes of the heap that are in use
 */
export async function memoryGrowthOf(
  entry: Entry,
  shape: Shape,
  target: Target,
  used: () => number = usedBytes,
): Promise<MemoryGrowth> {
  const bytesFor = async (size: number): Promise<number> => {
    const run = entry.prepare(shape.make(size), target)
    const before = used()
    const result = await run()
    const after = used()
    void result
    return Math.max(1, after - before)
  }
  // The first run fills caches.
  await bytesFor(SMALLEST)
  const less = await bytesFor(entry.most / STEP)
  const bytes = await bytesFor(entry.most)
  return { size: entry.most, bytes, isTooMuch: bytes > TELLING_BYTES && bytes / less > MOST_GROWTH }
}
