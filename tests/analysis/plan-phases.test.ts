import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check } from '../../src/acl/check'
import { hasPassword } from '../../src/acl/password'
import { canLogIn, type User } from '../../src/acl/user'
import { Users } from '../../src/acl/users'
import { copyOf, effectiveText, explainRefusal, printStep, type PlanStep } from '../../src/analysis/plan'
import { planPhases } from '../../src/analysis/plan/phases'
import { haveSameUsers, wayBack, wayOn, type States } from '../../src/analysis/plan/way'
import type { Target, TargetId } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { ruleTexts } from '../acl/rules'
import { everyKind } from '../acl/targets'
import { runs } from '../runs'
import { usersOf } from './users'

async function phased(before: string, after: string, runner = 'ops', id: TargetId = 'redis-8.0') {
  const current = await usersOf(before, id)
  const wanted = await usersOf(after, id)
  const { target } = current
  return { result: planPhases({ current: current.users, wanted: wanted.users, runner }, target), target }
}

const ops = 'user default off\nuser ops on nopass ~* &* +@all\n'
/** The commands of both phases, without `reset` and the flags that go without saying. */
async function phasesOf(before: string, after: string, id: TargetId = 'redis-8.0'): Promise<string[][]> {
  const { result } = await phased(ops + before, ops + after, 'ops', id)
  if (!result.ok) return [[explainRefusal(result.refusal, 'ops')]]
  const short = (steps: readonly PlanStep[]): string[] =>
    steps.map((step) => printStep(step).replace(/^ACL | (?:reset|sanitize-payload|resetchannels)(?![^ ])/g, ''))
  return [short(result.grant.apply), short(result.take.apply)]
}

test('what only grants is done in the first phase, and what only takes away in the second', async () => {
  expect(
    await phasesOf('user a on nopass ~a +get\n', 'user a on nopass ~a +get +set\nuser b on nopass +ping\n'),
  ).toEqual([['SETUSER a on nopass ~a -@all +get +set', 'SETUSER b on nopass -@all +ping'], []])
  expect(await phasesOf('user a on nopass ~a +get +set\nuser b off\n', 'user a on nopass ~a +get\n')).toEqual([
    [],
    ['SETUSER a on nopass ~a -@all +get', 'DELUSER b'],
  ])
})

test('a user that gets other rules has both in between, as selectors, and one that gets another password has both', async () => {
  expect(await phasesOf('user a on nopass ~a +get\n', 'user a on nopass ~b +set\n')).toEqual([
    ['SETUSER a on nopass ~a -@all +get "(~b -@all +set)"'],
    ['SETUSER a on nopass ~b -@all +set'],
  ])
  const [x, y] = [
    '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    'a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa',
  ]
  expect(await phasesOf('user a on >x ~a +get\n', 'user a on >y ~a +get\n')).toEqual([
    [`SETUSER a on #${x} #${y} ~a -@all +get`],
    [`SETUSER a on #${y} ~a -@all +get`],
  ])
})

test('a user changes in one step where both versions at once would give somebody more than either', async () => {
  const x = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'
  expect(await phasesOf('user a on nopass ~a +get\n', `user a on >x ~a +@all\n`)).toEqual([
    [],
    [`SETUSER a on #${x} ~a +@all`],
  ])
  // Redis 6 has no selectors.
  expect(await phasesOf('user a on nopass ~a +get\n', 'user a on nopass ~b +set\n', 'redis-6.2')).toEqual([
    [],
    ['SETUSER a on nopass ~b &* -@all +set'],
  ])
})

test('a plan is refused where its user could not verify it, or not undo it from every point', async () => {
  expect(await phasesOf('', '').then(([grant]) => grant)).toEqual([])
  const refused = async (before: string, after: string, id?: TargetId): Promise<string> => {
    const { result } = await phased(before, after, 'ops', id)
    return result.ok ? 'planned' : explainRefusal(result.refusal, 'ops')
  }
  expect(await refused(ops, 'user default off\nuser ops on nopass +@all -acl|list\n')).toBe(
    'the file takes +acl|list from ops, who runs the commands and could then not verify them. Log in as another user, or leave ops that rule.',
  )
  const weak = 'user default off\nuser ops on nopass +acl -acl|deluser\n'
  expect(await refused(weak, `${ops}user new off\n`)).toBe(
    'ops may not run ACL DELUSER: it needs +acl|deluser. Log in as a user who has it.',
  )
  expect(await refused(ops, weak)).toBe('planned')
})

/** A key rule without access and pattern, which 7.2 accepts, is printed in a form that it refuses. */
const expressible = ruleTexts.filter((rule) => !rule.startsWith('%') || rule.includes('~'))
const lines = fc.array(
  fc.tuple(
    fc.constantFrom('default', 'app', 'worker', 'caf\xc3\xa9'),
    fc.array(fc.oneof(expressible, fc.constantFrom('on', 'nopass', '+@all', '~*', '>x', '>y', '<x', '+get', '~a')), {
      maxLength: 7,
    }),
  ),
  { maxLength: 5 },
)
const rights = fc.constantFrom(
  ['on', 'nopass', '+@all'],
  ['on', '>x', '+@all'],
  ['on', '>y', '+acl'],
  ['on', 'nopass', '+@admin', '~a'],
)

function made(
  target: Target,
  policy: readonly (readonly [string, readonly string[]])[],
  admin: readonly string[],
): Users {
  const users = new Users(target.table, target.behaviours)
  users.setUser('ops', admin)
  for (const [name, rules] of policy) users.setUser(name, ['on', ...rules])
  return users
}

const commandLines = [
  'get a',
  'get app:1',
  'set a x',
  'mget a app:1',
  'config get x',
  'acl list',
  'publish news:1 x',
  'flushall',
  'ping',
  'rename a app:1',
  'select 1',
  'info',
].map((line) => line.split(' '))
const passwords = ['>x', '>y', '>secret'].map((rule) => rule.slice(1))

/** Returns the command lines that a user may run, and the passwords that it takes. */
function abilities(user: User | undefined, target: Target): Set<string> {
  if (user === undefined || !canLogIn(user)) return new Set()
  const allowed = commandLines.filter((argv) => {
    const command = target.table.resolve(argv)
    return command !== undefined && check(user, command, argv, usesOf(target, command, argv, 0))
  })
  return new Set([
    ...allowed.map((argv) => argv.join(' ')),
    ...passwords
      .filter((password) => user.nopass || hasPassword(user.passwords, password))
      .map((password) => `AUTH ${password}`),
  ])
}

test.each(everyKind)(
  '%s: between the phases everybody may do what both versions allow, and nothing that neither allows',
  async (id) => {
    const { target } = await usersOf('', id)
    let planned = 0
    fc.assert(
      fc.property(lines, lines, rights, rights, (before, after, ...admin) => {
        const current = made(target, before, admin[0])
        const wanted = made(target, after, admin[1])
        const found = planPhases({ current, wanted, runner: 'ops' }, target)
        if (!found.ok) return
        planned++
        for (const { name } of found.middle) {
          const [old, between, fresh] = [current, found.middle, wanted].map((users) =>
            abilities(users.get(name), target),
          )
          const both = [...(old ?? [])].filter((one) => fresh?.has(one) === true)
          expect(both.filter((one) => between?.has(one) !== true)).toEqual([])
          expect([...(between ?? [])].filter((one) => old?.has(one) !== true && fresh?.has(one) !== true)).toEqual([])
        }
      }),
      { numRuns: runs(30) },
    )
    expect(planned).toBeGreaterThan(5)
  },
)

function runAll(users: Users, steps: readonly PlanStep[]): void {
  for (const { kind, name, argv } of steps) {
    if (kind === 'delete') users.deleteUser(name)
    else expect(users.setUser(name, argv.slice(3))).toBe(null)
  }
}

test.each(everyKind)(
  '%s: from every point of a change its way leads on to the end and back to the start',
  async (id) => {
    const { target } = await usersOf('', id)
    let planned = 0
    const point = fc.record({ done: fc.nat(20), foreign: fc.boolean() })
    fc.assert(
      fc.property(lines, lines, rights, rights, point, (before, after, first, second, { done, foreign }) => {
        const current = made(target, before, first)
        const wanted = made(target, after, second)
        const found = planPhases({ current, wanted, runner: 'ops' }, target)
        if (!found.ok) return
        planned++
        const states: States = { before: current, middle: found.middle, after: wanted }
        const now = copyOf(current, target)
        runAll(now, [...found.grant.apply, ...found.take.apply].slice(0, done))
        if (foreign) now.setUser('app', ['reset', '~foreign', '+dbsize'])
        const concerned = new Set([current, found.middle, wanted].map((users) => textOf(users, 'app'))).size > 1
        const stays = foreign ? 'app' : ''
        for (const [way, end] of [
          [wayOn(now, states, 'ops', target), wanted],
          [wayBack(now, states, 'ops', target), current],
        ] as const) {
          const reached = copyOf(now, target)
          for (const { steps, goal } of way.parts) {
            runAll(reached, steps)
            expect(haveSameUsers(reached, goal)).toBe(true)
          }
          expect(way.foreign).toEqual(foreign && concerned ? ['app'] : [])
          const names = new Set([...end, ...reached].map(({ name }) => name))
          names.delete(stays)
          for (const name of names) expect(textOf(reached, name)).toBe(textOf(end, name))
          if (foreign) expect(textOf(reached, 'app')).toBe(textOf(now, 'app'))
        }
      }),
      { numRuns: runs(30) },
    )
    expect(planned).toBeGreaterThan(5)
  },
)

function textOf(users: Users, name: string): string {
  const user = users.get(name)
  return user === undefined ? '' : effectiveText(user)
}
