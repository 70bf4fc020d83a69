import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listed, renderJson } from '../../src/cli/formats/json'
import { writePieces } from '../../src/cli/input'

/** Returns the value with each of its lists replaced by one whose items are made when they are written. */
function lazy(value: unknown): unknown {
  if (Array.isArray(value)) return listed(value, lazy)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, lazy(of)]))
}

test('a document that is rendered in pieces is as if it was rendered at once', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined))), (document) => {
      const whole = `${JSON.stringify(document, null, 2)}\n`
      expect([...renderJson(document)].join('')).toBe(whole)
      expect([...renderJson(lazy(document) as Readonly<Record<string, unknown>>)].join('')).toBe(whole)
    }),
  )
})

test('items are made as they are written, and many are written at once', async () => {
  const events: string[] = []
  const items = listed(['a', 'b'], (item) => {
    events.push(item)
    return item.repeat(70_000)
  })
  await writePieces(renderJson({ items }), {
    out: (text) => void events.push(text.replace(/\s|a{2,}|b{2,}/g, '')),
    drained: () => Promise.resolve(void events.push('room')),
  })
  expect(events).toEqual(['a', '{"items":[""', 'room', 'b', ',""', 'room', ']}'])
})
