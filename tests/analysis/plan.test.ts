import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../src/acl/split'
import { Users } from '../../src/acl/users'
import { effectiveText, explainRefusal, planUsers, printStep, type Plan } from '../../src/analysis/plan'
import type { PlanResult } from '../../src/analysis/plan/types'
import type { SimulatedServer } from '../../src/server/server'
import { startServer } from '../../src/server/start'
import type { Target, TargetId } from '../../src/targets/target'
import { everyKind } from '../acl/targets'
import { ruleTexts } from '../acl/rules'
import { runs } from '../runs'
import { usersOf } from './users'

async function planned(before: string, after: string, runner = 'default', id: TargetId = 'redis-8.0') {
  const current = await usersOf(before, id)
  const wanted = await usersOf(after, id)
  return planUsers({ current: current.users, wanted: wanted.users, runner }, current.target)
}

const lines = (steps: Plan['apply']): string[] => steps.map(printStep)

function planOf(result: PlanResult): Plan {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal))
  return result.plan
}

const refusalOf = (result: PlanResult, runner: string): string =>
  result.ok ? 'planned' : explainRefusal(result.refusal, runner)

test('users are created and changed, then deleted, the running user last', async () => {
  const before = 'user default on nopass ~* &* +@all\nuser a on nopass +@all\nuser old on nopass +get\nuser z off\n'
  const after = 'user default on nopass ~* &* +@all\nuser a on >x +@all\nuser new on nopass ~k +get\nuser z on nopass\n'
  const { apply, undo } = planOf(await planned(before, after, 'a'))
  const hash = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'
  expect(lines(apply)).toEqual([
    'ACL SETUSER new reset on nopass sanitize-payload ~k resetchannels -@all +get',
    'ACL SETUSER z reset on nopass sanitize-payload resetchannels -@all',
    'ACL DELUSER old',
    `ACL SETUSER a reset on sanitize-payload #${hash} resetchannels +@all`,
  ])
  expect(lines(undo)).toEqual([
    'ACL SETUSER old reset on nopass sanitize-payload resetchannels -@all +get',
    'ACL SETUSER z reset off sanitize-payload resetchannels -@all',
    'ACL DELUSER new',
    'ACL SETUSER a reset on nopass sanitize-payload resetchannels +@all',
  ])
})

test('roles are set before the users that hold them, and deleted after; those of the running user and itself come last', async () => {
  const before =
    'role admin +@all\nrole old +get\nrole reader ~a +get\nuser default off\nuser app on nopass role=old\nuser ops on nopass role=admin\n'
  const after =
    'role admin +@all -keys\nrole new ~b (~c +set)\nrole reader ~a +get +mget\nuser default off\nuser app on nopass role=new,reader\nuser ops on nopass +ping role=admin\n'
  const { apply, undo } = planOf(await planned(before, after, 'ops', 'valkey-9.2'))
  const empty = 'clearselectors resetkeys resetchannels alldbs -@all'
  expect(lines(apply)).toEqual([
    `ACL SETROLE new ${empty} ~b resetchannels -@all "(~c resetchannels -@all +set)"`,
    `ACL SETROLE reader ${empty} ~a resetchannels -@all +get +mget`,
    'ACL SETUSER app reset on nopass resetchannels -@all role=new,reader',
    'ACL DELROLE old',
    `ACL SETROLE admin ${empty} resetchannels +@all -keys`,
    'ACL SETUSER ops reset on nopass resetchannels -@all +ping role=admin',
  ])
  expect(lines(undo)).toEqual([
    `ACL SETROLE old ${empty} resetchannels -@all +get`,
    `ACL SETROLE reader ${empty} ~a resetchannels -@all +get`,
    'ACL SETUSER app reset on nopass resetchannels -@all role=old',
    'ACL DELROLE new',
    `ACL SETROLE admin ${empty} resetchannels +@all`,
    'ACL SETUSER ops reset on nopass resetchannels -@all role=admin',
  ])
})

test('a plan is refused where the user that runs it loses the role that lets it', async () => {
  const before = 'role admin +@all\nuser default off\nuser ops on nopass role=admin\n'
  const refused = async (after: string): Promise<string> =>
    refusalOf(await planned(before, after, 'ops', 'valkey-9.2'), 'ops')
  expect(await refused(before.replace('+@all', '+@all -acl|setrole'))).toBe(
    'the file takes +acl|setrole from ops, who runs the commands and could then not undo them. Log in as another user, or leave ops that rule.',
  )
  expect(await refused('user default off\nuser ops on nopass +acl|setuser +acl|setrole\n')).toBe(
    'ops may not run ACL DELROLE: it needs +acl|delrole. Log in as a user who has it.',
  )
  expect(await refused('user default off\nuser ops on nopass +@all\n')).toBe('planned')
})

test('a server that has the users already needs no command, whoever asks', async () => {
  const file = 'user default off\nuser a on nopass ~k +get\n'
  expect(planOf(await planned(file, 'user a on nopass +get ~k\nuser default off\n', 'a'))).toEqual({
    apply: [],
    undo: [],
  })
})

test('a file without the default user makes it what servers do', async () => {
  const { apply } = planOf(
    await planned('user default on >x +@all\nuser a on nopass +@all\n', 'user a on nopass +@all\n', 'a'),
  )
  expect(lines(apply)).toEqual(['ACL SETUSER default reset on nopass sanitize-payload ~* &* +@all'])
})

test('words are quoted so that redis-cli reads them as they are', async () => {
  const { apply } = planOf(await planned('', `user a'b on nopass ~it's ~a\\b ~é ~"q" (~x "+set" "&c\\x01d") +get\n`))
  expect(apply.map((step) => splitWords(printStep(step))?.map(({ text }) => text))).toEqual(
    apply.map(({ argv }) => argv),
  )
  expect(lines(apply).join('')).toMatch(/^[\x20-\x7e]+$/)
})

describe('a plan is refused where the user that runs it', () => {
  const base = 'user default off\nuser ops on nopass +@all\nuser app on nopass +get\n'
  test.each([
    [
      'may not run it',
      base,
      'app',
      'user default off\nuser app on nopass +get +set\nuser ops on nopass +@all\n',
      'app may not run ACL SETUSER: it needs +acl|setuser. Log in as a user who has it.',
    ],
    ['is unknown', base, 'who', 'user default off\n', 'the server has no user who, who would run the commands.'],
    [
      'is deleted',
      base,
      'ops',
      'user default off\nuser app on nopass +get\n',
      'the file has no user ops, who runs the commands and would be disconnected. Log in as another user, or add ops to the file.',
    ],
    [
      'loses ACL SETUSER',
      base,
      'ops',
      'user default off\nuser app on nopass +set\nuser ops on nopass +@all -acl|setuser\n',
      'the file takes +acl|setuser from ops, who runs the commands and could then not undo them. Log in as another user, or leave ops that rule.',
    ],
    [
      'loses ACL DELUSER, which the undo needs',
      base,
      'ops',
      `${base}user new off\n`.replace('ops on nopass +@all', 'ops on nopass +@all -acl|deluser'),
      'the file takes +acl|deluser from ops, who runs the commands and could then not undo them. Log in as another user, or leave ops that rule.',
    ],
    [
      'is turned off',
      base,
      'ops',
      base.replace('ops on', 'ops off'),
      'ops, who runs the commands, could not log in again: with the file it is off. Log in as another user.',
    ],
    [
      'is left without a password',
      base,
      'ops',
      base.replace('ops on nopass', 'ops on'),
      'ops, who runs the commands, could not log in again: with the file it has no password. Log in as another user.',
    ],
  ])('%s', async (_, before, runner, after, expected) => {
    expect(refusalOf(await planned(before, after, runner), runner)).toBe(expected)
  })

  test('loses ACL DELUSER that no step needs: planned', async () => {
    const after = base.replace('ops on nopass +@all', 'ops on nopass +@all -acl|deluser')
    expect(refusalOf(await planned(base, after, 'ops'), 'ops')).toBe('planned')
  })
})

function serverWith(users: Users, target: Target): SimulatedServer {
  const started = startServer({
    target,
    conf: '',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  started.server.users.replaceAll({
    users: new Map([...users].map((user) => [user.name, user.copy()])),
    roles: users.roles,
  })
  return started.server
}

const listed = (users: Users): string[] =>
  [...[...users.roles.values()].map((role) => role.describe()), ...[...users].map(effectiveText)].sort()
/** A key rule without access and pattern, which 7.2 accepts, is printed in a form that it refuses. */
const expressible = ruleTexts.filter((rule) => !rule.startsWith('%') || rule.includes('~'))
const policies = fc.array(
  fc.tuple(
    fc.constantFrom('default', 'app', 'ops', 'a"b', "it's", 'caf\xc3\xa9', '\xff'),
    fc.array(expressible, { maxLength: 6 }),
  ),
  { maxLength: 5 },
)
const roles = fc.array(
  fc.tuple(fc.constantFrom('reader', 'writer', 'admin'), fc.array(expressible, { maxLength: 4 })),
  { maxLength: 3 },
)

/** Returns the users after these commands, without the commands that the server refuses. */
function made(
  target: Target,
  policy: readonly (readonly [string, readonly string[]])[],
  admin: readonly string[],
  rulesOfRoles: readonly (readonly [string, readonly string[]])[],
): Users {
  const users = new Users(target.table, target.behaviours)
  if (target.behaviours.hasRoles) for (const [name, rules] of rulesOfRoles) users.setRole(name, rules)
  users.setUser('ops', ['on', 'nopass', '+@all'])
  for (const [name, rules] of policy) users.setUser(name, rules)
  users.setUser('ops', admin)
  return users
}

test.each(everyKind)(
  '%s: a plan makes the users of the file, its user can run every step, and the undo brings the old users back',
  async (id) => {
    const { target } = await usersOf('', id)
    const admin = fc.constantFrom(
      ['on', 'nopass', '+acl'],
      ['on', '>x', '+@all'],
      ['+@admin'],
      ['off'],
      ['-acl'],
      ...(target.behaviours.hasRoles ? [['-acl', 'role=admin']] : []),
      ['reset'],
    )
    let planned = 0
    fc.assert(
      fc.property(policies, policies, admin, roles, roles, (before, after, rights, ...given) => {
        const current = made(target, before, ['on', 'nopass', '+acl'], given[0])
        const wanted = made(target, after, rights, given[1])
        const old = listed(current)
        const found = planUsers({ current, wanted, runner: 'ops' }, target)
        if (!found.ok) {
          expect(found.refusal.kind).not.toBe('inexact')
          return
        }
        planned++
        // Written to a file for redis-cli, and read from it.
        const read = (steps: Plan['apply']): string[][] =>
          steps.map((step) => (splitWords(printStep(step)) ?? []).map(({ text }) => text))
        const server = serverWith(current, target)
        const session = server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
        expect(server.logInAs(session as never, 'ops')).toBe(null)
        const ok = (argv: string[]): void => {
          const [reply] = session.send(argv).replies
          expect(
            typeof reply === 'object' && reply !== null && 'type' in reply && reply.type === 'error' ? reply.text : '',
          ).toBe('')
        }
        read(found.plan.apply).forEach(ok)
        expect(listed(server.users)).toEqual(listed(wanted))
        read(found.plan.undo).forEach(ok)
        expect(listed(server.users)).toEqual(old)
      }),
      { numRuns: runs(60) },
    )
    expect(planned).toBeGreaterThan(5)
  },
)
