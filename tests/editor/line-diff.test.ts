import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineDiff } from '../../src/editor/line-diff'
import { runs } from '../runs'

/** Makes the other text of one text and the differences. */
function changed(a: string, b: string): string {
  let out = ''
  let at = 0
  for (const { fromA, toA, fromB, toB } of lineDiff(a, b).changes) {
    out += a.slice(at, fromA) + b.slice(fromB, toB)
    at = toA
  }
  return out + a.slice(at)
}

const texts = fc
  .array(fc.constantFrom('user al on', 'user bob on', 'user bob off', 'user c', '', 'user d +get +set'), {
    maxLength: 9,
  })
  .chain((lines) => fc.constantFrom('', '\n').map((end) => lines.join('\n') + end))

test('the differences lead from one text to the other', () => {
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      expect(changed(a, b)).toBe(b)
    }),
    { numRuns: runs(1_000) },
  )
})

const file = (line: (i: number) => string): string => Array.from({ length: 10_000 }, (_, i) => `${line(i)}\n`).join('')
const users = file((i) => `user tenant-${i} on nopass ~tenant:${i}:* +@read`)

test('in a long file two edits far apart are two differences', () => {
  const edited = users.replace('~tenant:5:*', '~t:5:*').replace('tenant-9990 on', 'tenant-9990 off')
  const { changes, isCoarse } = lineDiff(users, edited)
  expect(changes.map(({ fromA, toA }) => users.slice(fromA, toA))).toEqual(['enant', 'n'])
  expect(isCoarse).toBe(false)
})

test('long files that differ wholly are told apart by whole lines, and said to be', () => {
  const other = file((i) => `user app${i} off ~app:${i}:* +@hash`)
  expect(lineDiff(users, other)).toMatchObject({ changes: [{ fromA: 0, toA: users.length }], isCoarse: true })
})
