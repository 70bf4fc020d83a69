import { expect, test } from 'vitest'
import { judge, type Judged } from '../../../src/app/expectations/judge'
import { Policies } from '../../../src/app/expectations/Policies.svelte'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { blankState } from '../../../src/workspace/state'

async function judged(text: string): Promise<Judged> {
  const playground = new Playground()
  await playground.restore({
    ...blankState('redis-8.0'),
    files: { acl: 'user app on nopass ~app:* +@all\n', conf: 'aclfile users.acl\n' },
  })
  const { server } = playground.host
  if (server === null) throw new Error('The server does not run.')
  return judge(server, text, new Policies(playground))
}

const sentence = 'app can GET app:1\n'

test('a thousand lines are checked, with or without an end of the last line', async () => {
  for (const text of [sentence.repeat(1_000), sentence.repeat(1_000).trimEnd()]) {
    const { results, problems } = await judged(text)
    expect(results).toHaveLength(1_000)
    expect(problems).toEqual([])
  }
})

test('of a longer file, the first line that is not checked says so', async () => {
  const { results, problems, lines } = await judged(sentence.repeat(20_000))
  expect(results).toHaveLength(1_000)
  expect(problems).toEqual([
    {
      message: 'The page checks the first 1,000 lines. This one and those after it are not checked.',
      hint: 'On the command line, acl-playground test checks all of them.',
      place: { line: 1_001, column: 1, from: 18_000, to: 18_017 },
    },
  ])
  expect(lines.at(-1)).toMatchObject({ line: 1_001, state: 'unread' })
})

test('of long lines, fewer are checked', async () => {
  const line = `app can MGET${' app:1'.repeat(1_500)}\n`
  const { results, problems } = await judged(line.repeat(100))
  expect(results).toHaveLength(12)
  expect(problems.map(({ place }) => place.line)).toEqual([13])
})

test('thousands of sentences about all command lines wait once each for the worker', async () => {
  const text = Array.from({ length: 2_000 }, (_, i) => `only app can write keys *I*a*b${i}*\n`).join('')
  const { waiting, unknown, results } = await judged(text)
  expect(results.length + unknown).toBe(1_000)
  expect(new Set(waiting).size).toBe(waiting.length)
})

test('a sentence is decided again when only a role changed in memory', async () => {
  const playground = new Playground()
  await playground.restore({
    ...blankState('valkey-9.2'),
    files: {
      acl: 'role reader ~app:* +get\nuser default on nopass ~* &* +@all\nuser app on nopass role=reader\n',
      conf: 'aclfile users.acl\n',
    },
  })
  const { server } = playground.host
  if (server === null) throw new Error('The server does not run.')
  const policies = new Policies(playground)
  const states = (): string[] => {
    const { results, waiting } = judge(server, 'app cannot write keys app:*\n', policies)
    policies.ask(waiting)
    return results.map(({ state }) => state)
  }
  await expect.poll(states).toEqual(['holds'])
  expect(server.users.setRole('reader', ['+set'])).toBeNull()
  await expect.poll(states).toEqual(['fails'])
})
