import { expect, test } from 'vitest'
import { answerPattern } from '../../../src/app/permissions/pattern-lines'
import { Pace } from '../../../src/app/state/pace'
import type { SimulatedServer } from '../../../src/server/server'
import { start } from '../../server/helper'

async function serverWith(users: readonly string[]): Promise<SimulatedServer> {
  return (await start('redis-8.0', ['user default off', ...users])).server
}

test('users that reach a key come first, then those that get around their rules, then the others in order', async () => {
  const server = await serverWith([
    'user none on nopass ~b:* +get',
    'user shut off >x ~* +@all',
    'user bare on ~* +@all',
    'user spy on nopass -@all +monitor',
    'user app on nopass ~a:1* +get',
  ])
  const answer = await answerPattern('key', server, 'a:*', new Pace(), () => undefined)
  expect(answer?.lines.map(({ name, shut, cells: [read] }) => [name, shut, read?.kind])).toEqual([
    ['app', null, 'some'],
    ['spy', null, 'none'],
    ['default', 'off', 'none'],
    ['none', null, 'none'],
    ['shut', 'off', 'none'],
    ['bare', 'no password', 'none'],
  ])
  expect(answer?.lines[0]?.cells[0]).toEqual({ kind: 'some', example: { text: 'GET a:1', db: 0 }, missing: 'a:' })
  expect(answer?.statements.map(({ text }) => text)).toEqual([
    'only spy, app can read keys a:*',
    'nobody can write keys a:*',
    'only spy, app can access keys a:*',
  ])
})

test('many users are answered with pauses, and not at all once it is stopped', async () => {
  const server = await serverWith(Array.from({ length: 300 }, (_, i) => `user u${i} on nopass ~a:${i}:* +get`))
  const done: number[] = []
  const answer = await answerPattern('key', server, 'a:*', new Pace(Infinity, 0), (count) => done.push(count))
  expect(answer?.lines).toHaveLength(301)
  expect(done.at(-1)).toBe(301)
  const pace = new Pace(Infinity, 0)
  expect(await answerPattern('key', server, 'a:*', pace, () => pace.stop())).toBeNull()
})
