import { expect, test } from 'vitest'
import { loadTarget } from '../../../src/targets/load'
import type { Entry } from './entries'
import { growthOf, memoryGrowthOf, type Growth } from './measure'

/** Measures an entry that takes so many milliseconds for a text of so many characters. */
async function measured(milliseconds: (characters: number) => number): Promise<Growth> {
  let time = 0
  const entry: Entry = {
    name: 'made up',
    most: 1_024_000,
    prepare: (text) => () => {
      time += milliseconds(text.length)
    },
  }
  const shape = { name: 'x', make: (size: number) => 'x'.repeat(size) }
  return growthOf(entry, shape, await loadTarget('redis-8.0'), () => time)
}

test.each([
  ['linear', (n: number) => n / 2_000],
  ['linear, after a start of its own', (n: number) => 3 + n / 2_000],
  ['linear and a logarithm', (n: number) => (n * Math.log2(n)) / 20_000],
  ['linear, of three times the time from a size on', (n: number) => (n / 2_000) * (n > 50_000 ? 3 : 1)],
  ['a short time', () => 0.01],
])('%s is not too slow', async (_, milliseconds) => {
  expect(await measured(milliseconds)).toMatchObject({ isTooSlow: false })
})

test.each([
  ['quadratic', (n: number) => n ** 2 / 1e6],
  ['mostly quadratic', (n: number) => n / 10_000 + n ** 2 / 1e7],
  ['quadratic behind a linear part', (n: number) => n / 2_000 + n ** 2 / 5e6],
  ['cubic behind a linear part', (n: number) => n / 2_000 + n ** 3 / 1e12],
  ['exponential', (n: number) => 1.001 ** n / 100],
])('%s is too slow', async (_, milliseconds) => {
  expect(await measured(milliseconds)).toMatchObject({ isTooSlow: true })
})

test.each([
  ['linear', (n: number) => 100 * n, false],
  ['little', (n: number) => n ** 2 / 1e6, false],
  ['quadratic', (n: number) => n ** 2 / 1e3, true],
])('memory that is %s is judged by its growth', async (_, bytes, isTooMuch) => {
  let held = 0
  const entry: Entry = {
    name: 'made up',
    most: 256_000,
    prepare: (text) => () => {
      held += bytes(text.length)
    },
  }
  const shape = { name: 'x', make: (size: number) => 'x'.repeat(size) }
  expect(await memoryGrowthOf(entry, shape, await loadTarget('redis-8.0'), () => held)).toMatchObject({ isTooMuch })
})
