import { expect, test, vi } from 'vitest'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { provideLuaFromPackage } from '../../../src/cli/lua'
import { readState } from '../../../src/workspace/read-state'
import { type SavedEntry, type WorkspaceState, blankState } from '../../../src/workspace/state'

provideLuaFromPackage()

const withLines = (...lines: readonly string[]): WorkspaceState => ({
  ...blankState('redis-8.0'),
  files: { acl: 'user default on nopass ~* &* +@all\n', conf: 'aclfile users.acl\n' },
  entries: lines.map((line): SavedEntry => ({ on: 0, line })),
})

async function open(state: WorkspaceState, asks = true): Promise<Playground> {
  const playground = new Playground()
  await playground.restore(state, null, { asks })
  return playground
}

const textOf = (lines: readonly (readonly { readonly text: string }[])[]): string[] =>
  lines.map((pieces) => pieces.map(({ text }) => text).join(''))

const shown = ({ connections }: Playground): string[] =>
  connections.current?.entries.map(({ line, lines, verdict }) => [line, ...textOf(lines), verdict?.text].join(' → ')) ??
  []

test('the scripts of a link, and what follows them, wait for the person’s consent', async () => {
  const playground = await open(withLines('SET a 1', "EVAL \"return redis.call('SET','a','2')\" 0", 'GET a'))
  const { session } = playground.connections
  expect(shown(playground)).toEqual(['SET a 1 → OK → allowed'])
  expect(session?.halt).toBe('scripts')
  expect(playground.connections.all.flatMap((one) => session?.pendingOn(one) ?? [])).toHaveLength(2)
  session?.resume()
  await session?.settled()
  expect(shown(playground).at(-1)).toBe('GET a → "2" → allowed')
  expect(session?.halt).toBeNull()
  expect(playground.snapshot().entries.map(({ notRun }) => notRun)).toEqual([undefined, undefined, undefined])
})

test('scripts that are left are marked, saved so, and never run by themselves', async () => {
  const state = withLines('SET a 1', "100 EVAL \"return redis.call('INCR','a')\" 0", 'GET a')
  const playground = await open(state)
  playground.connections.session?.leave()
  await playground.connections.session?.settled()
  expect(shown(playground)).toEqual([
    'SET a 1 → OK → allowed',
    expect.stringMatching(/^100 EVAL .* → not run$/),
    'GET a → "1" → allowed',
  ])
  const saved = readState(JSON.parse(JSON.stringify(playground.snapshot())))
  expect(saved?.entries[1]).toMatchObject({ notRun: 'left' })
  const again = await open(saved ?? state, false)
  expect(shown(again)).toEqual(shown(playground))
})

test.each([
  'EVAL "return 1" 0',
  'eval_ro "return 1" 0',
  'EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0',
  'FCALL f 0',
  'FCALL_RO f 0',
  'FUNCTION LOAD "#!lua name=l\\nredis.register_function(\'f\', function() end)"',
  'FUNCTION RESTORE x',
  'SCRIPT LOAD "return 1"',
  '  5 EVAL "return 1" 0',
])('asks before it runs %s', async (line) => {
  const playground = await open(withLines(line))
  expect(playground.connections.session?.halt).toBe('scripts')
  expect(shown(playground)).toEqual([])
})

test('asks before a script under another name', async () => {
  const state = withLines('run "return 1" 0')
  const conf = 'aclfile users.acl\nrename-command EVAL run\n'
  const playground = await open({ ...state, files: { ...state.files, conf } })
  expect(playground.connections.session?.halt).toBe('scripts')
})

test('a script that nobody agreed to is asked about after a reload too', async () => {
  const playground = await open(withLines('SET a 1', 'EVAL "return 1" 0'))
  const saved = playground.snapshot()
  expect(saved.entries[1]).toMatchObject({ notRun: 'held' })
  expect((await open(saved, false)).connections.session?.halt).toBe('scripts')
})

test('a script that takes longer than the page may stand still ends before the next command runs', async () => {
  // A busy machine has as much patience.
  vi.spyOn(performance, 'now').mockReturnValue(0)
  const script = "local n = 0 for i = 1, 2e7 do n = i end redis.call('SET', 'a', n)"
  const { connections, entries, ...state } = withLines(`EVAL "${script}" 0`, 'GET a')
  const playground = await open(
    {
      ...state,
      connections: [...connections, ...connections],
      entries: entries.map((entry, on) => ({ ...entry, on })),
    },
    false,
  )
  expect(playground.connections.all.map((one) => one.entries.map(({ lines }) => textOf(lines)))).toEqual([
    [['(nil)']],
    [['"20000000"']],
  ])
})

test('a person’s own scripts run again without a question', async () => {
  const playground = await open(withLines('EVAL "return 7" 0'), false)
  expect(shown(playground)).toEqual(['EVAL "return 7" 0 → (integer) 7 → allowed'])
})

test('a session stops after two seconds, says what is left, and goes on when asked', async () => {
  const playground = await open(withLines('PING'))
  const lines = Array.from({ length: 12 }, (_, i) => `SET k${i} ${i}`)
  const now = vi.spyOn(performance, 'now')
  let time = 0
  now.mockImplementation(() => (time += 100))
  await playground.restore(withLines(...lines), null, { asks: true })
  now.mockRestore()
  const { session } = playground.connections
  expect(session?.halt).toBe('time')
  const left = session?.pending.length ?? 0
  expect(left).toBeGreaterThan(0)
  expect(playground.snapshot().entries).toHaveLength(12)
  session?.resume()
  await session?.settled()
  expect(shown(playground)).toHaveLength(12)
})

test('the replies of a session are bounded', async () => {
  // No time passes, so that it is the replies that end it, on a slow machine too.
  vi.spyOn(performance, 'now').mockReturnValue(0)
  const keys = Array.from({ length: 90 }, () => 'k').join(' ')
  const playground = await open(withLines('SETRANGE k 300000 x', ...Array.from({ length: 40 }, () => `MGET ${keys}`)))
  expect(playground.connections.session?.halt).toBe('memory')
  expect(playground.connections.current?.entries.every(({ length }) => length < 300_000)).toBe(true)
})

test('a value is as long as proto-max-bulk-len can be set to at least, and no longer', async () => {
  const playground = await open(withLines('SETRANGE k 60000000 x', 'SETRANGE k 1048575 x'))
  expect(shown(playground)).toEqual([
    'SETRANGE k 60000000 x → (error) ERR string exceeds maximum allowed size (proto-max-bulk-len) → allowed',
    'SETRANGE k 1048575 x → (integer) 1048576 → allowed',
  ])
})

test('a command or transaction that goes through too much data waits for consent', async () => {
  const many = Array.from({ length: 60 }, () => 'k').join(' ')
  const one = await open(withLines('SETRANGE k 1000000 x', `BITOP AND d ${many}`))
  expect(one.connections.session?.halt).toBe('effort')
  const queued = Array.from({ length: 60 }, () => 'BITCOUNT k')
  const two = await open(withLines('SETRANGE k 1000000 x', 'MULTI', ...queued, 'EXEC'))
  expect(two.connections.session?.halt).toBe('effort')
  two.connections.session?.leave()
  expect(two.connections.session?.pending).toEqual([])
  expect(shown(two).at(-1)).toBe('EXEC → not run')
})

test('a session can be stopped between its commands', async () => {
  const playground = new Playground()
  const opened = playground.restore(withLines(...Array.from({ length: 300 }, () => '100 PING')))
  await vi.waitFor(() => expect(playground.connections.session?.running).toBe(true))
  playground.connections.session?.stop()
  await opened
  expect(playground.connections.session?.halt).toBe('stopped')
})
