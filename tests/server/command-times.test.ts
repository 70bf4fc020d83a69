import { expect, test } from 'vitest'
import { CommandTimes } from '../../src/server/command-times'

test('the clock is read once for sixteen commands of a batch that take next to no time', () => {
  let readings = 0
  const times = new CommandTimes({ now: () => 1000 + readings++ })
  times.startBatch()
  const starts = Array.from({ length: 40 }, () => {
    const start = times.start()
    times.endAtOnce(start)
    return start
  })
  times.endBatch()
  expect(starts.filter((start) => start === 1000)).toHaveLength(16)
  expect(readings).toBe(3)
})

test('a command that is measured starts when the one before it ended, and outside of a batch the clock is read', () => {
  let now = 0
  const times = new CommandTimes({ now: () => ++now })
  times.startBatch()
  expect([times.start(), times.end(), times.start(), times.end()]).toEqual([1, 2, 2, 3])
  times.endBatch()
  expect(times.start()).toBe(4)
})
