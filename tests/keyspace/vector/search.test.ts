import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distance, project, rawBytes, restored, store } from '../../../src/keyspace/vector/numeric'
import { Simulator } from '../simulator'

const component = fc.double({ min: -100, max: 100, noNaN: true })
const vectors = (dimensions: number, least: number) =>
  fc.array(
    fc
      .array(component, { minLength: dimensions, maxLength: dimensions })
      .filter((v) => v.some((c) => Math.abs(c) > 0.01)),
    { minLength: least, maxLength: 30 },
  )

/** The similarity that VSIM reports, in double precision. */
function similarity(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, c, i) => sum + c * y[i]!, 0)
  return (1 + dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))) / 2
}

/** The most that a score may differ from the exact one. */
const tolerances = { noquant: 1e-5, q8: 0.03 } as const

test.each(['noquant', 'q8'] as const)('VSIM with %s finds what a naive search finds', (quantization) => {
  const dimensions = 8
  fc.assert(
    fc.property(vectors(dimensions, 2), fc.integer({ min: 1, max: 40 }), ([query, ...others], count) => {
      const simulator = new Simulator()
      others.forEach((vector, i) =>
        simulator.run(`VADD k VALUES ${dimensions} ${vector.join(' ')} e${i} ${quantization.toUpperCase()}`),
      )
      const reply = simulator.run(
        `VSIM k VALUES ${dimensions} ${query!.join(' ')} COUNT ${count} WITHSCORES`,
      ) as string[]
      const expected = others.map((vector) => similarity(query!, vector)).sort((a, b) => b - a)
      const found = reply.filter((_, i) => i % 2 === 0)
      const scores = reply.filter((_, i) => i % 2 === 1).map(Number)
      expect(new Set(found).size).toBe(Math.min(count, others.length))
      const tolerance = tolerances[quantization]
      found.forEach((name, i) => {
        expect(Math.abs(scores[i]! - similarity(query!, others[Number(name.slice(1))]!))).toBeLessThan(tolerance)
        expect(Math.abs(scores[i]! - expected[i]!)).toBeLessThan(tolerance)
      })
      expect([...scores].sort((a, b) => b - a)).toEqual(scores)
    }),
    { numRuns: 50 },
  )
})

test('binary vectors are as far as their signs differ', () => {
  const at = (...components: number[]) => store(Float32Array.from(components), 'bin')
  expect(distance(at(1, -1, 1, 1), at(5, -2, -1, -1))).toBe(1)
  expect(distance(at(1, 2), at(-1, -2))).toBe(2)
  expect([...restored(at(3, -4, 0))]).toEqual([1, -1, -1])
  expect(rawBytes(at(1, -1, 1))).toBe('\x05\0\0\0\0\0\0\0')
})

test('a stored vector stands for itself', () => {
  const vector = Float32Array.from([1, 2, 3])
  const close = (a: Float32Array, tolerance: number) =>
    a.forEach((value, i) => expect(Math.abs(value - vector[i]!)).toBeLessThan(tolerance))
  close(restored(store(vector, 'f32')), 1e-6)
  close(restored(store(vector, 'int8')), 0.02)
  expect([...restored(store(new Float32Array(3), 'int8'))]).toEqual([0, 0, 0])
})

test('a projection onto all dimensions of a power of two keeps distances', () => {
  fc.assert(
    fc.property(vectors(8, 2), ([a, b]) => {
      const scored = (x: number[], y: number[]) =>
        distance(store(Float32Array.from(x), 'f32'), store(Float32Array.from(y), 'f32'))
      const projected = (v: number[]) => [...project(Float32Array.from(v), 8)]
      expect(Math.abs(scored(projected(a!), projected(b!)) - scored(a!, b!))).toBeLessThan(1e-4)
    }),
  )
})
