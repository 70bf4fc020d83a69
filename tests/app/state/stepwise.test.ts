import { expect, test } from 'vitest'
import type { Steps } from '../../../src/analysis/steps'
import { Stepwise } from '../../../src/app/state/Stepwise.svelte'

/** Counts to a number, some milliseconds a step. */
function* counting(to: number, milliseconds: number): Steps<number> {
  for (let done = 0; done < to; done++) {
    const end = performance.now() + milliseconds
    while (performance.now() < end);
    yield { done, of: to }
  }
  return to
}

test('short work is done before the page is drawn, and the next result takes the place of the last', async () => {
  const work = new Stepwise<number>()
  work.run(counting(3, 0))
  await Promise.resolve()
  expect(work.value).toBe(3)
  expect(work.isWorking).toBe(false)
  work.run(counting(5, 0))
  await Promise.resolve()
  expect(work.value).toBe(5)
})

test('long work pauses, tells its progress, and leaves the last result until it is cancelled or replaced', async () => {
  const work = new Stepwise<number>()
  work.run(counting(2, 0))
  await Promise.resolve()
  work.run(counting(100_000, 5))
  await expect.poll(() => work.progress?.of).toBe(100_000)
  expect([work.value, work.isWorking, work.isCancelled]).toEqual([2, true, false])
  work.cancel()
  expect([work.value, work.isWorking, work.isCancelled, work.progress]).toEqual([2, false, true, null])
  const stop = work.run(counting(100_000, 5))
  await expect.poll(() => work.isWorking).toBe(true)
  expect(work.isCancelled).toBe(false)
  stop()
  work.run(counting(7, 0))
  await expect.poll(() => work.value).toBe(7)
  expect([work.isWorking, work.progress]).toEqual([false, null])
})
