import { expect, test } from 'vitest'
import { toText } from '../../../src/acl/bytes'
import { keyReport, patternReport } from '../../../src/app/permissions/access-report'
import { accessLines } from '../../../src/app/permissions/access-lines'
import { rulesOfExample } from '../../../src/app/permissions/rules-of-example'
import { reachInSteps, type PatternAnswer } from '../../../src/analysis/key-access/pattern'
import { finish } from '../../../src/analysis/steps'
import { Pace } from '../../../src/app/state/pace'
import type { SimulatedServer } from '../../../src/server/server'
import { start } from '../../server/helper'

async function serverWith(users: readonly string[]): Promise<SimulatedServer> {
  return (await start('redis-8.0', ['user default off', ...users])).server
}

const answerPattern = (kind: 'key' | 'channel', server: SimulatedServer, pattern: string): PatternAnswer =>
  finish(reachInSteps(kind, server, pattern))

test('users that reach a key come first, then those that get around their rules, then the others in order', async () => {
  const server = await serverWith([
    'user none on nopass ~b:* +get',
    'user shut off >x ~* +@all',
    'user bare on ~* +@all',
    'user spy on nopass -@all +monitor',
    'user app on nopass ~a:1* +get',
  ])
  const answer = answerPattern('key', server, 'a:*')
  expect(answer.lines.map(({ name, shut, cells: [read] }) => [name, shut, read?.kind])).toEqual([
    ['app', null, 'some'],
    ['spy', null, 'none'],
    ['default', 'off', 'none'],
    ['none', null, 'none'],
    ['shut', 'off', 'none'],
    ['bare', 'no password', 'none'],
  ])
  expect(answer.lines[0]?.cells[0]).toEqual({
    kind: 'some',
    example: { text: 'GET a:1', db: 0, argv: ['get', 'a:1'] },
    missing: 'a:',
  })
  expect(answer.statements.map(({ text }) => text)).toEqual([
    'only spy, app can read keys a:*',
    'nobody can write keys a:*',
    'only spy, app can access keys a:*',
  ])
})

test('many users are answered in steps, with the number of those that are done', async () => {
  const server = await serverWith(Array.from({ length: 300 }, (_, i) => `user u${i} on nopass ~a:${i}:* +get`))
  const done = Array.from(reachInSteps('key', server, 'a:*'), (progress) => progress.done)
  expect(done.at(-1)).toBe(301)
  // The first of them waits for the forms of all commands, which are found in steps too.
  expect(done.filter((count) => count === 0).length).toBeGreaterThan(300)
  expect(answerPattern('key', server, 'a:*').lines).toHaveLength(301)
})

test('the rule of an example is the pattern that allows it, in the selector that does', async () => {
  const server = await serverWith([
    'user app on nopass ~z:* +get (%R~a:1* %R~a:* +get) (~b:* +@all)',
    'user pub on nopass &news:* +publish',
  ])
  const rulesFor = async (kind: 'key' | 'channel', pattern: string, name: string): Promise<string[]> => {
    const answer = answerPattern(kind, server, pattern)
    const example = answer.lines.find((line) => line.name === name)?.cells[0]?.example
    if (example == null) throw new Error('there is an example')
    return rulesOfExample(server, server.users.get(name), example).map(({ text }) => toText(text))
  }
  expect(await rulesFor('key', 'a:1*', 'app')).toEqual(['%R~a:1*', '%R~a:*'])
  expect(await rulesFor('key', 'b:*', 'app')).toEqual(['~b:*'])
  expect(await rulesFor('channel', 'news:*', 'pub')).toEqual(['&news:*'])
})

test('who reaches a key, and the keys of a pattern, as Markdown', async () => {
  const server = await serverWith([
    'user app on nopass ~a:* +get +set',
    'user admin on nopass ~* +@all',
    'user odd|`name on nopass ~x* +get',
  ])
  const columns = ['Read', 'Write']
  expect(
    keyReport('key', 'a:1', columns, (await accessLines('key', server.target, server.users, 'a:1', new Pace())) ?? []),
  ).toMatchInlineSnapshot(`
    "### Who can reach the key \`a:1\`

    | User | Read | Write | Also |
    | --- | --- | --- | --- |
    | \`app\` | ✅ \`~a:*\` (2 commands) | ✅ \`~a:*\` (SET) |  |
    | \`admin\` ▲ | ✅ \`~*\` (141 commands) | ✅ \`~*\` (122 commands) | learns its name (KEYS, SCAN, RANDOMKEY); wipes or swaps it (FLUSHALL, FLUSHDB, SWAPDB) |
    | \`default\` (off) | – | – |  |
    | \`\`odd\\|\`name\`\` | – | – |  |

    ▲ can bypass its rules (by ACL, CONFIG, MODULE and similar commands).
    "
  `)
  const answer = answerPattern('key', server, 'a:*')
  expect(patternReport('key', 'a:*', [...columns, 'Access'], answer.lines)).toMatchInlineSnapshot(`
    "### Who can reach keys \`a:*\`

    | User | Read | Write | Access |
    | --- | --- | --- | --- |
    | \`app\` | ✅ all \`GET a:\` | ✅ all \`SET a: x\` | ✅ all \`GET a:\` |
    | \`admin\` ▲ | ✅ all \`GET a:\` | ✅ all \`SET a: x\` | ✅ all \`GET a:\` |
    | \`default\` (off) | – | – | – |
    | \`\`odd\\|\`name\`\` | – | – | – |

    ▲ can bypass its rules (by ACL, CONFIG, MODULE and similar commands).
    "
  `)
})
