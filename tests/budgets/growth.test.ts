import { expect, test } from 'vitest'
import { loadTarget } from '../../src/targets/load'
import { entries } from './growth/entries'
import { growthOf, memoryGrowthOf } from './growth/measure'
import { pairs } from './growth/pairs'
import { shapes } from './growth/shapes'

test.each(entries)(
  '$name takes time in proportion to the text, or says where it stopped',
  { timeout: 120_000 },
  async (entry) => {
    const target = await loadTarget('redis-8.0')
    const slow: string[] = []
    for (const shape of shapes) {
      const { size, time, exponent, isCut, isTooSlow } = await growthOf(entry, shape, target)
      if (isTooSlow)
        slow.push(
          `${shape.name}: ${Math.round(time)} ms for ${size} characters${isCut ? ', though cut' : `, growing with the power of ${exponent.toFixed(2)}`}`,
        )
    }
    expect(slow).toEqual([])
  },
)

const both = { name: 'both', make: (size: number) => ' '.repeat(size) }

test.each(pairs)('$name, both long, take time and memory in proportion', { timeout: 120_000 }, async (entry) => {
  const target = await loadTarget('redis-8.0')
  const { size, time, exponent, isTooSlow } = await growthOf(entry, both, target)
  const memory = await memoryGrowthOf(entry, both, target)
  expect(
    isTooSlow ? `${Math.round(time)} ms for ${size} characters, growing with the power of ${exponent.toFixed(2)}` : '',
  ).toBe('')
  expect(memory.isTooMuch ? `${Math.round(memory.bytes / 1e6)} MB for ${memory.size} characters` : '').toBe('')
})
