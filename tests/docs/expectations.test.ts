import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseExpectations } from '../../src/analysis/expectations/parse'
import { fixOf } from '../../src/analysis/expectations/fix'
import { runExpectations } from '../../src/analysis/expectations/run'
import type { SimulatedServer } from '../../src/server/server'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'

const text = readFileSync(join(import.meta.dirname, '../../docs/expectations.md'), 'utf8')
const blocks = [...text.matchAll(/```(acl|expect|fix)\n([^]*?)```/g)].map(([, kind, content = '']) => ({
  kind,
  content,
}))

const redis = await loadTarget('redis-8.0')
const valkey = await loadTarget('valkey-9.2')

function serverOn(acl: string, target = redis): SimulatedServer {
  const started = startServer({
    target,
    conf: 'aclfile users.acl\n',
    files: { read: () => acl, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error('the server does not start')
  return started.server
}

test.each([
  ['every command line', 0, redis, 6],
  ['roles', 4, valkey, 4],
] as const)('the sentences about %s hold and fail as the page says, in its words', (_, first, target, fewest) => {
  const [acl, holding, failing] = blocks.slice(first)
  expect(blocks.map(({ kind }) => kind)).toEqual(['acl', 'expect', 'expect', 'fix', 'acl', 'expect', 'expect'])
  const server = serverOn(acl?.content ?? '', target)
  const run = (lines: string): ReturnType<typeof runExpectations> => {
    const { expectations, problems } = parseExpectations(lines)
    expect(problems).toEqual([])
    return runExpectations(server, expectations)
  }
  const holds = run(holding?.content ?? '')
  expect(holds.map(({ state }) => state)).toEqual(holds.map(() => 'holds'))
  expect(holds.length).toBeGreaterThanOrEqual(fewest)
  const said = (failing?.content ?? '').split('\n').flatMap((line) => (line.startsWith('# ') ? [line.slice(2)] : []))
  const fails = run(failing?.content ?? '')
  expect(fails.map(({ state, message }) => `${state}: ${message}`)).toEqual(said.map((message) => `fails: ${message}`))
  expect(fails.length).toBeGreaterThan(1)
})

test('the fixes are those of the page', () => {
  const acl = blocks[0]?.content ?? ''
  const lines = (blocks[3]?.content ?? '').trim().split('\n')
  const server = serverOn(acl)
  const found = lines
    .filter((line) => !line.startsWith('#'))
    .flatMap((sentence) => {
      const results = runExpectations(server, parseExpectations(sentence).expectations)
      const [result] = results
      const fix = result === undefined ? null : fixOf({ server, acl, results, start: serverOn }, result)
      return [sentence, `# ${fix?.label}`]
    })
  expect(found).toEqual(lines)
})
