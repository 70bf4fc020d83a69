import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { type WorkspaceState, blankState } from '../../../src/workspace/state'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { runs } from '../../runs'

/** The tasks that wait for their turn. Nothing but the test gives them one. */
let waiting: (() => void)[] = []

const targets = ['redis-6.2', 'redis-7.0', 'redis-7.2', 'redis-8.0', 'valkey-8.1'] as const

// Reading a file takes turns of its own.
beforeAll(() => Promise.all(targets.map((id) => loadTarget(id))))
beforeEach(() => {
  waiting = []
  vi.stubGlobal('setTimeout', (task: () => void) => waiting.push(task))
})
afterEach(() => void vi.unstubAllGlobals())

/** Lets everything go on that waits for no turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise<void>((resolve) => void setImmediate(resolve))
}

/** Gives turns, in the order that `choose` draws, until some work is done and nothing waits. */
async function giveTurns(work: Promise<unknown>, choose: (tasks: number) => number): Promise<void> {
  let isDone = false
  void work.finally(() => (isDone = true))
  for (await settle(); !isDone || waiting.length > 0; await settle())
    if (waiting.length > 0) waiting.splice(choose(waiting.length), 1)[0]?.()
}

const inOrder = (): number => 0
const conf = 'aclfile users.acl\n'
const workspace = (target: TargetId, acl: string): WorkspaceState => ({ ...blankState(target), files: { acl, conf } })
/** A file that is parsed in pieces. */
const long = Array.from({ length: 3_000 }, (_, i) => `user t${i} on nopass ~tenant:${i}:* +@read +@write\n`).join('')

async function open(state: WorkspaceState): Promise<Playground> {
  const playground = new Playground()
  const restored = playground.restore(state)
  await giveTurns(restored, inOrder)
  return playground
}

test('a version that was chosen before another workspace was opened does not take the place of its own', async () => {
  const playground = await open(workspace('redis-8.0', long))
  const chosen = playground.use('redis-7.2', false)
  await settle()
  const [piece] = waiting.splice(0)
  const restored = playground.restore(workspace('redis-7.0', 'user second on\n'))
  await giveTurns(restored, inOrder)
  expect(await restored).toBe(true)
  piece?.()
  await giveTurns(chosen, inOrder)
  expect([playground.host.targetId, playground.host.userNames]).toEqual(['redis-7.0', ['default', 'second']])
})

type Step = { readonly kind: 'use' | 'restore'; readonly target: TargetId; readonly isLong: boolean }
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('use', 'restore'),
  target: fc.constantFrom(...targets),
  isLong: fc.boolean(),
})

test('whichever turns they get, the workspace and the version that were asked for last stand', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      async (steps, draws) => {
        const first = workspace('redis-7.0', 'user first on\n')
        const playground = await open(first)
        const done: Promise<unknown>[] = []
        let { target, files } = first
        for (const [i, { kind, isLong, ...asked }] of steps.entries()) {
          ;({ target } = asked)
          if (kind === 'use') done.push(playground.use(target, false))
          else {
            const state = workspace(target, `${isLong ? long : ''}user u${i} on\n`)
            ;({ files } = state)
            done.push(playground.restore(state))
          }
          await settle()
          const [next = 0] = draws.take(1)
          if (waiting.length > 0) waiting.splice(next % waiting.length, 1)[0]?.()
        }
        await giveTurns(Promise.all(done), (tasks) => ([...draws.take(1)][0] ?? 0) % tasks)
        const { host } = playground
        expect([host.targetId, playground.files.acl.text === files.acl]).toEqual([target, true])
        expect(host.userNames).toContain(/user (\S+) on\n$/.exec(files.acl)?.[1])
        expect(host.server?.target).toBe(host.target)
      },
    ),
    { numRuns: runs(15) },
  )
})
