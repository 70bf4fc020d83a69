import { expect, test } from 'vitest'
import { Latest } from '../../../src/app/state/Latest.svelte'

interface Held {
  readonly work: () => Promise<string | null>
  readonly end: (value: string | null) => void
  readonly fail: () => void
}

/** Returns work that ends when the test says so. */
function held(): Held {
  let end: Held['end'] = () => undefined
  let fail: Held['fail'] = () => undefined
  const promise = new Promise<string | null>((resolve, reject) => {
    end = resolve
    fail = () => reject(new Error('no'))
  })
  return { work: () => promise, end, fail }
}

test('the result of older work is dropped, whenever it ends', async () => {
  const latest = new Latest<string, string>()
  const [old, young] = [held(), held()]
  const runs = [latest.run('a', old.work), latest.run('b', young.work)]
  young.end('B')
  old.end('A')
  await Promise.all(runs)
  expect([latest.value, latest.of('a'), latest.of('b')]).toEqual(['B', null, 'B'])
})

test('a failure of older work says nothing of newer work', async () => {
  const latest = new Latest<string, string>()
  const [old, young] = [held(), held()]
  const runs = [latest.run('a', old.work), latest.run('b', young.work)]
  young.end('B')
  await runs[1]
  old.fail()
  await Promise.all(runs)
  expect([latest.of('b'), latest.failed('a'), latest.failed('b')]).toEqual(['B', false, false])
})

test('after a failure the last value stays, and belongs to no input', async () => {
  const latest = new Latest<string, string>()
  await latest.run('a', () => Promise.resolve('A'))
  await latest.run('b', () => Promise.reject(new Error('no')))
  expect([latest.value, latest.of('b'), latest.failed('b'), latest.failed('a')]).toEqual(['A', null, true, false])
  await latest.run('b', () => Promise.resolve('B'))
  expect([latest.of('b'), latest.failed('b')]).toEqual(['B', false])
})

test('work without a result leaves everything as it was', async () => {
  const latest = new Latest<string, string>()
  await latest.run('a', () => Promise.resolve('A'))
  await latest.run('b', () => Promise.resolve(null))
  expect([latest.of('a'), latest.of('b'), latest.failed('b')]).toEqual(['A', null, false])
})
