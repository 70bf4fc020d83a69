import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addBit, type BitSet, emptySet, hasBit } from '../../../src/acl/bit-set'
import {
  type Cover,
  leastCover,
  stateAfter,
  type Step,
  type Switch,
  type Switches,
} from '../../../src/analysis/simplify/least-cover'
import { runs } from '../../runs'

const COMMANDS = 7

function setOf(indices: readonly number[]): BitSet {
  const set = emptySet(COMMANDS)
  for (const index of indices) addBit(set, index)
  return set
}

/** The length of steps and of a rule for each command that they leave in the wrong state. */
function lengthOf(steps: readonly Step[], { counted, costs }: Switches, wanted: BitSet, fromAll: boolean): number {
  const made = stateAfter(steps, fromAll, counted)
  const singly = costs.map((cost, i) => (hasBit(made, i) === hasBit(wanted, i) ? 0 : cost))
  return [...steps.map(({ by }) => by.cost), ...singly].reduce((sum, cost) => sum + cost, 0)
}

/** Yields every list of steps in which each switch stands at most once: of two, the last decides alone. */
function* lists(all: readonly Switch[]): Generator<readonly Step[]> {
  yield []
  for (const by of all)
    for (const rest of lists(all.filter((other) => other !== by)))
      for (const on of [true, false]) yield [...rest, { by, on }]
}

const indices = fc.uniqueArray(fc.nat(COMMANDS - 1), { minLength: 1 })

test('the least cover is as short as the shortest of all lists of switches, wherever it says so', () => {
  let proved = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(indices, fc.integer({ min: 3, max: 9 })), { maxLength: 4 }),
      fc.array(fc.integer({ min: 3, max: 12 }), { minLength: COMMANDS, maxLength: COMMANDS }),
      indices,
      fc.boolean(),
      (sets, costs, wantedIndices, fromAll) => {
        const all = sets.map(([bits, cost], i) => ({ name: `@${i}`, cost, bits: setOf(bits) }))
        const switches: Switches = { all, costs, counted: setOf(costs.map((_, i) => i)) }
        const wanted = setOf(wantedIndices)
        const found: Cover = leastCover(switches, wanted, fromAll, [], { left: 1_000_000 })
        const least = Math.min(...[...lists(all)].map((steps) => lengthOf(steps, switches, wanted, fromAll)))
        const length = lengthOf(found.steps, switches, wanted, fromAll)
        expect(length).toBeGreaterThanOrEqual(least)
        if (!found.isLeast) return
        proved++
        expect(length).toBe(least)
      },
    ),
    { numRuns: runs(300) },
  )
  expect(proved).toBeGreaterThan(0)
})

test('a cover is not said to be the least where the search may not end', () => {
  const all = Array.from({ length: COMMANDS - 1 }, (_, i) => ({ name: `@${i}`, cost: 4, bits: setOf([i, i + 1]) }))
  const costs = Array.from({ length: COMMANDS }, () => 5)
  const switches: Switches = { all, costs, counted: setOf(costs.map((_, i) => i)) }
  expect(leastCover(switches, setOf([0, 2, 3, 5]), false, [], { left: 0 }).isLeast).toBe(false)
})
