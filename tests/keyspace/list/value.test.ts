import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListValue } from '../../../src/keyspace/list'
import { defaultLimits } from '../../../src/keyspace/limits'
import { insertElement, keepElements, removeElements } from '../../../src/keyspace/list/edits'
import { packedSize } from '../../../src/keyspace/list/packed'
import { behavioursOf } from '../../../src/targets/behaviours'

const element = fc.oneof(fc.string({ maxLength: 8 }), fc.integer().map(String))
const step = fc.oneof(
  fc.record({ do: fc.constant('pushLeft' as const), element }),
  fc.record({ do: fc.constant('pushRight' as const), element }),
  fc.record({ do: fc.constant('popLeft' as const) }),
  fc.record({ do: fc.constant('popRight' as const) }),
  fc.record({ do: fc.constant('insert' as const), at: fc.nat(40), element, after: fc.boolean() }),
  fc.record({ do: fc.constant('remove' as const), element, limit: fc.nat(3), fromRight: fc.boolean() }),
  fc.record({ do: fc.constant('keep' as const), at: fc.nat(40), count: fc.nat(40) }),
)

test('a list does what an array does, and knows its packed size', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const list = new ListValue(defaultLimits(behavioursOf('redis-7.2')))
      let model: string[] = []
      for (const action of steps) {
        if (action.do === 'pushLeft') {
          list.pushLeft(action.element)
          model.unshift(action.element)
        }
        if (action.do === 'pushRight') {
          list.pushRight(action.element)
          model.push(action.element)
        }
        if (action.do === 'popLeft' && model.length > 0) expect(list.popLeft()).toBe(model.shift())
        if (action.do === 'popRight' && model.length > 0) expect(list.popRight()).toBe(model.pop())
        if (action.do === 'insert' && action.at < model.length) {
          insertElement(list, action.at, action.element, action.after)
          model.splice(action.at + (action.after ? 1 : 0), 0, action.element)
        }
        if (action.do === 'keep') {
          keepElements(list, action.at, action.count)
          model = model.slice(action.at, action.at + action.count)
        }
        if (action.do === 'remove') {
          const hits = model.flatMap((item, i) => (item === action.element ? [i] : []))
          const gone = (action.fromRight ? hits.reverse() : hits).slice(0, action.limit)
          expect(removeElements(list, action.element, action.limit, action.fromRight)).toBe(gone.length)
          model = model.filter((_, i) => !gone.includes(i))
        }
        expect(list.slice()).toEqual(model)
      }
      expect(list.byteSize).toBe(7 + model.reduce((sum, item) => sum + packedSize(item), 0))
    }),
  )
})

test('a list outgrows its listpack at 8 kB and is packed again at half of that, in one node', () => {
  const list = new ListValue(defaultLimits(behavioursOf('redis-7.2')))
  const name = () => list.encoding(behavioursOf('redis-7.2'))
  const push = (count: number) => {
    for (let i = 0; i < count; i++) {
      list.makeRoomFor(['x'.repeat(100)])
      list.pushRight('x'.repeat(100))
    }
  }
  push(80)
  expect(name()).toBe('quicklist')
  list.popRight()
  while (list.length > 40) list.popLeft()
  list.shrink()
  expect(name()).toBe('quicklist')
  while (list.length > 39) list.popLeft()
  list.shrink()
  expect(name()).toBe('listpack')
  expect(list.encoding(behavioursOf('redis-7.0'))).toBe('quicklist')
  push(60)
  while (list.length > 30) list.popLeft()
  list.shrink()
  expect(name()).toBe('quicklist')
})

test.each([
  ['0', 2],
  ['127', 2],
  ['128', 3],
  ['-1', 3],
  ['4096', 4],
  ['8388608', 6],
  ['9223372036854775807', 10],
  ['007', 5],
  ['', 2],
  ['x'.repeat(63), 65],
  ['x'.repeat(64), 67],
])('packed size of %j', (text, size) => {
  expect(packedSize(text)).toBe(size)
})
