import { expect, test } from 'vitest'
import { readState } from '../../src/workspace/read-state'
import { type SavedEntry, type WorkspaceState, blankState, limits, withinLimits } from '../../src/workspace/state'

const blank = blankState('redis-8.0')
const say = (line: string, on = 0): SavedEntry => ({ on, line })

/** What comes back of a state that is saved and read again. */
function again(state: WorkspaceState): WorkspaceState | null {
  return readState(JSON.parse(JSON.stringify(withinLimits(state))))
}

test('a session longer than is kept is kept from its end', () => {
  const entries = Array.from({ length: limits.entries + 5 }, (_, i) => say(`ECHO ${i}`))
  expect(readState({ ...blank, entries })).toBeNull()
  expect(again({ ...blank, entries })?.entries).toEqual(entries.slice(5))
})

test('a line longer than is kept is left out, and so is who has too long a name', () => {
  const entries = [
    say('PING'),
    say(`SET k ${'x'.repeat(limits.lineLength)}`),
    { ...say('AUTH'), login: 'x'.repeat(limits.nameLength + 1) },
    { ...say('AUTH'), login: null },
  ]
  expect(again({ ...blank, entries })?.entries).toEqual([say('PING'), say('AUTH'), { ...say('AUTH'), login: null }])
  expect(
    again({ ...blank, connections: [{ origin: { kind: 'loopback' }, login: 'x'.repeat(limits.nameLength + 1) }] })
      ?.connections,
  ).toEqual([{ origin: { kind: 'loopback' }, login: null }])
})

test('of more connections than are kept the first are, with what ran on them', () => {
  const connections = Array.from({ length: limits.connections + 3 }, () => ({
    origin: { kind: 'loopback' } as const,
    login: null,
  }))
  const kept = again({
    ...blank,
    connections,
    entries: [say('PING', limits.connections + 1), say('PING', limits.connections - 1)],
  })
  expect(kept?.connections).toHaveLength(limits.connections)
  expect(kept?.entries).toEqual([say('PING', limits.connections - 1)])
})

test('what is within the limits stays as it is', () => {
  const state: WorkspaceState = {
    ...blank,
    entries: [{ ...say('AUTH a b'), login: 'a' }, { ...say('AUTH a c'), login: null }, say('PING')],
  }
  expect(JSON.stringify(withinLimits(state))).toBe(JSON.stringify(state))
})
