import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { completeExpectation } from '../../src/editor/complete-expectation'
import { explainExpectationWord } from '../../src/editor/explain-expectation'
import { coloursOf } from '../../src/editor/expectations'
import { Users } from '../../src/acl/users'
import type { World } from '../../src/editor/world'
import { loadTarget } from '../../src/targets/load'

const target = await loadTarget('redis-8.0')

/** What is offered at the end of a line, as far as it starts with the word being typed. */
function offered(line: string, world: Partial<World> = {}): string[] {
  const source = completeExpectation(() => ({
    target,
    users: ['app', 'worker'],
    keys: ['app:1', 'jobs:7'],
    channels: { names: ['news'], patterns: [] },
    ...world,
  }))
  const result = source(
    new CompletionContext(EditorState.create({ doc: line }), line.length, true),
  ) as CompletionResult | null
  const typed = line.slice(result?.from ?? 0).toLowerCase()
  return (result?.options ?? [])
    .map(({ label }) => label.trim())
    .filter((label) => label.toLowerCase().startsWith(typed))
}

test('users, then can or cannot', () => {
  expect(offered('a')).toEqual(['app'])
  expect(offered('app ')).toEqual(['can', 'cannot', 'can only'])
  expect(offered('app cann')).toEqual(['cannot'])
})

test('a command, or log in', () => {
  expect(offered('app can hge')).toEqual(['hget', 'hgetall', 'hgetdel', 'hgetex'])
  expect(offered('app can log')).toEqual(['log in', 'log in without a password'])
  expect(offered('app can CONFIG G')).toEqual(['GET'])
})

test('keys, and what may follow a command', () => {
  expect(offered('app can GET app')).toEqual(['app:1'])
  expect(offered('app can GET app:1 ')).toEqual(['from', 'in db', 'because'])
  expect(offered('app can log in ')).toEqual(['from', 'because'])
})

test('reasons and places', () => {
  expect(offered('app cannot GET x because k')).toEqual(['key'])
  expect(offered('app cannot log in because o')).toEqual(['off'])
  expect(offered('app can GET x from l')).toEqual(['localhost'])
  expect(offered('# app ')).toEqual([])
})

test('words have their colours, also while a line is written', () => {
  const words = (line: string): string[] =>
    coloursOf(line, 0).map(
      ({ from, to, value }) =>
        `${(value.spec as { class: string }).class.replace('cm-word-', '')}: ${line.slice(from, to)}`,
    )
  expect(words('app cannot GET x because key')).toEqual(['user: app', 'neg: cannot', 'cmd: GET', 'flag:  because key'])
  expect(words('app can log in')).toEqual(['user: app', 'flag: can', 'cmd: log in'])
  expect(words('  app can')).toEqual(['user: app', 'flag: can'])
  expect(words('# why')).toEqual(['comment: # why'])
})

test('sentences about every command line', () => {
  expect(offered('no')).toEqual(['nobody', 'nobody but'])
  expect(offered('nobody ')).toEqual(['but', 'can'])
  expect(offered('nobody but ')).toEqual(['app', 'worker'])
  expect(offered('only app, ')).toEqual(['app', 'worker'])
  expect(offered('only app ')).toEqual(['can'])
  expect(offered('everyone but app ')).toEqual(['can', 'cannot'])
  expect(offered('everyone can o')).toEqual(['only'])
  expect(offered('app can only r')).toEqual(['read keys', 'run', 'reach keys'])
  expect(offered('app can write ')).toEqual(['keys'])
  expect(offered('app can use ')).toEqual(['channels', 'databases'])
  expect(offered('nobody can run @dan')).toEqual(['@dangerous'])
  expect(offered('nobody can run flusha')).toEqual(['flushall'])
  expect(offered('app can run GET o')).toEqual(expect.arrayContaining(['on keys']))
  expect(offered('app can run GET on ')).toEqual(['keys'])
  expect(offered('app can read keys app:* by')).toEqual(['by its own rules'])
  expect(offered('app can read keys app:* from ')).toEqual(['localhost', 'unix'])
  expect(offered('nobody can log in ')).toEqual(['without a password', 'from'])
})

test('sentences about roles, where the target has them', async () => {
  const target = await loadTarget('valkey-9.2')
  const users = new Users(target.table, target.behaviours)
  users.setRole('reader', ['+@read'])
  users.setRole('writer', ['+@write'])
  const there = (line: string): string[] => offered(line, { target, roles: users.roles })
  expect(there('ro')).toEqual(['role'])
  expect(there('role ')).toEqual(['reader', 'writer'])
  expect(there('role reader ')).toEqual(['can', 'cannot', 'can only'])
  expect(there('role reader can ')).toEqual(expect.arrayContaining(['only', 'read keys']))
  expect(there('role reader can only r')).toEqual(['read keys', 'run', 'reach keys'])
  expect(there('role reader cannot read ')).toEqual(['keys'])
  expect(there('everyone ')).toEqual(['but', 'with role', 'can', 'cannot'])
  expect(there('everyone with ')).toEqual(['role'])
  expect(there('everyone with role w')).toEqual(['writer'])
  expect(there('nobody with role writer ')).toEqual(['but', 'can'])
  expect(there('nobody with role writer but ')).toEqual(['app', 'worker'])
  expect(offered('ro')).toEqual([])
  expect(offered('everyone ')).toEqual(['but', 'can', 'cannot'])
  const explained = (line: string, at: number): unknown =>
    explainExpectationWord(line, at, {
      target,
      users: [],
      keys: [],
      channels: { names: [], patterns: [] },
      roles: users.roles,
    })?.explained.summary
  expect(explained('role reader can read keys x', 6)).toMatch(/^Who holds the role reader may /)
  expect(explained('role other can read keys x', 6)).toBe('There is no role other.')
  expect(explained('nobody with role reader but a can run GET', 6)).toMatch(
    /^No user who holds the role reader but a\./,
  )
})

test('ways: another user, and keys', () => {
  expect(offered('nobody but app can b')).toEqual(['become'])
  expect(offered('app cannot become ')).toEqual(['app', 'worker'])
  expect(offered('app cannot become app ')).toEqual(['from'])
  expect(offered('nobody can rea')).toEqual(['read keys', 'reach keys'])
  expect(offered('app cannot reach ')).toEqual(['keys'])
  expect(offered('app can only reach keys secret:* ')).toEqual(['from', 'in db'])
})
