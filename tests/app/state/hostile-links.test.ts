import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { provideLuaFromPackage } from '../../../src/cli/lua'
import { decodeLink, encodeLink } from '../../../src/workspace/codec'
import { type WorkspaceState, blankState } from '../../../src/workspace/state'
import { runs } from '../../runs'

provideLuaFromPackage()

/** Seconds of processor time for which the page may stand still: a script's quarter of a second, and as much for what is around it. */
const MOST = 0.7

/** Seconds of processor time that this process has used. */
function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const many = fc.constantFrom(1, 10, 300, 2_000)
const repeated = (part: string, times: number): string => Array.from({ length: times }, () => part).join('')

/** Lines of users.acl that are long, deep, or refused. */
const aclLine = fc
  .tuple(
    many,
    fc.constantFrom('+get -get ', '(~k +get) ', '>p ', '~a*b?[c-d]* ', '%RW~', '#00 ', ' ', '-@all +@all ', '"', '\0'),
  )
  .map(([times, part]) => `user a on ${repeated(part, times)}`)

/** Values, patterns and arguments that take long to go through. */
const commandLine = fc.oneof(
  fc.constantFrom('SETRANGE k 1048575 x', 'SETRANGE k 60000000 x', 'MULTI', 'EXEC', 'DEBUG SLEEP 1000', 'BLPOP none 0'),
  fc.tuple(fc.constantFrom('MGET', 'BITOP AND d', 'DEL', 'MSET'), many).map(([name, n]) => name + repeated(' k', n)),
  many.map((n) => `KEYS ${repeated('*a', n)}b`),
  many.map((n) => `100 MSET ${Array.from({ length: n }, (_, i) => `a${i} ${i}`).join(' ')}`),
  fc.constantFrom(
    'EVAL "while true do end" 0',
    'EVAL "pcall(function() while true do end end)" 0',
    "EVAL \"for i = 1, 20000 do redis.call('SET', 'key:' .. i, i) end for i = 1, 100 do redis.call('KEYS', '*a*a*a*') end\" 0",
    "EVAL \"for i = 1, 1e6 do redis.call('BITCOUNT', 'k') end\" 0",
    '100 EVAL "local s = \'x\' while true do s = s .. s end" 0',
    "EVAL \"local k = {} for i = 1, 7000 do k[i] = 'k' end return redis.call('BITOP', 'AND', 'd', unpack(k))\" 0",
    "EVAL \"return redis.call('KEYS', string.rep('*a', 100000) .. 'b')\" 0",
  ),
)

const hostile: fc.Arbitrary<WorkspaceState> = fc
  .record({
    acl: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(aclLine, { maxLength: 3 }) },
    ),
    conf: fc.constantFrom(
      '',
      '',
      '',
      'requirepass ' + ' '.repeat(50_000),
      'rename-command EVAL run\n',
      'maxmemory 1\n',
    ),
    lines: fc.array(commandLine, { minLength: 1, maxLength: 12 }),
    repeats: fc.constantFrom(1, 1, 1, 40),
  })
  .map(({ acl, conf, lines, repeats }) => ({
    ...blankState('redis-8.0'),
    files: { acl: ['user default on nopass ~* &* +@all', ...acl, ''].join('\n'), conf: `aclfile users.acl\n${conf}` },
    entries: Array.from({ length: repeats }, () => lines)
      .flat()
      .map((line) => ({ on: 0, line })),
  }))

/** The longest stretch of processor time, in seconds, between two moments at which others get their turn. */
async function longestStretch(work: Promise<unknown>): Promise<number> {
  let longest = 0
  let last = cpu()
  let done = false
  const ended = work.finally(() => (done = true))
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve))
    const now = cpu()
    longest = Math.max(longest, now - last)
    last = now
  }
  await ended
  return longest
}

/** Opens a link, agrees to its scripts, and returns the longest stretch, in seconds, that the page was blocked for. */
async function visit(linked: WorkspaceState, commands: number): Promise<number> {
  const playground = new Playground()
  let longest = await longestStretch(playground.restore(linked, null, { asks: true }))
  const { session } = playground.connections
  // Each question is answered with yes once; the session ends, or says again why it did not.
  for (let i = 0; i < 3 && session?.halt === 'scripts'; i++) {
    session.resume()
    longest = Math.max(longest, await longestStretch(session.settled()))
  }
  const { current: one } = playground.connections
  const { down } = playground.host
  if (down !== null) return longest
  // Every command was run, or is shown as one that was not, or waits behind a reason.
  const left = session?.pending.length ?? 0
  expect(left > 0).toBe((session?.halt ?? null) !== null)
  expect((one?.entries.length ?? 0) + left).toBeGreaterThanOrEqual(commands)
  return longest
}

test('no link, and no script that somebody agrees to run, blocks the page for long', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (state) => {
      const made = await encodeLink(state, { keepPasswords: true })
      if (!made.ok) return
      const decoded = await decodeLink(made.fragment)
      if (decoded.kind !== 'state') throw new Error(decoded.kind)
      // Compiling, collecting garbage and a busy machine only add to a visit: the shortest of up to three counts.
      let longest = Infinity
      for (let i = 0; i < 3 && longest >= MOST; i++)
        longest = Math.min(longest, await visit(decoded.state, state.entries.length))
      expect(longest).toBeLessThan(MOST)
    }),
    { numRuns: runs(24), endOnFailure: true },
  )
})
