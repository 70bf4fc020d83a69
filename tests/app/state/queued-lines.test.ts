import { expect, test } from 'vitest'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { blankState } from '../../../src/workspace/state'

async function open(): Promise<{ playground: Playground; run: (lines: readonly string[]) => Promise<string[]> }> {
  const playground = new Playground()
  await playground.restore({
    ...blankState('redis-8.0'),
    files: { acl: 'user default on nopass ~* &* +@all\n', conf: 'aclfile users.acl\n' },
  })
  const shown = (): string[] =>
    playground.connections.current?.entries.map(({ line, lines }) =>
      [line, ...lines.map((pieces) => pieces.map(({ text }) => text).join(''))].join(' → '),
    ) ?? []
  return {
    playground,
    run: async (lines) => {
      const one = playground.connections.current
      if (one === null) return []
      playground.connections.queue(one, lines)
      await playground.connections.runQueued(one)
      return shown()
    },
  }
}

test('pasted lines run in order, each an entry of its own; blank ones are skipped', async () => {
  const { run } = await open()
  expect(await run(['SET a 1', '', '  ', 'INCR a', '2 INCR a'])).toEqual([
    'SET a 1 → OK',
    'INCR a → (integer) 2',
    '2 INCR a → (integer) 3 → (integer) 4',
  ])
})

test('lines behind one that waits for its reply stay, and run once it has come', async () => {
  const { playground, run } = await open()
  const one = playground.connections.current
  expect(await run(['BLPOP list 0', 'PING'])).toEqual(['BLPOP list 0'])
  expect(one?.queued).toEqual(['PING'])
  const other = playground.connections.open({ kind: 'loopback' }, null)
  await playground.connections.run(other, 'RPUSH list x')
  if (one !== null) await playground.connections.runQueued(one)
  expect(one?.entries.map(({ line }) => line)).toEqual(['BLPOP list 0', 'PING'])
})

test('of more than 1,000 lines the first 1,000 run, and that is said', async () => {
  const { run } = await open()
  const shown = await run(Array.from({ length: 1_200 }, () => 'INCR a'))
  expect(shown[0]).toBe('1,200 lines were pasted: the first 1,000 run.')
  expect(shown).toHaveLength(1_001)
  expect(shown.at(-1)).toBe('INCR a → (integer) 1000')
})
