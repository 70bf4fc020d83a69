import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadTarget } from '../../src/targets/load'
import { course, lessonOf, type Goal, type Lesson } from '../../src/workspace/course/course'
import { grade, type GoalResult } from '../../src/workspace/course/grade'
import { shorterRules } from '../../src/workspace/course/shorter'
import type { WorkspaceFiles } from '../../src/workspace/state'
import { runs } from '../runs'
import { workOn } from './course-run'
import { codePoint } from '../code-point'

function lessonNamed(id: string): Lesson {
  const lesson = lessonOf(id)
  if (lesson === null) throw new Error(`There is no lesson ${id}.`)
  return lesson
}

/** Grades files on a lesson with one goal. */
async function graded(goal: Goal, files: Partial<WorkspaceFiles>, solution = ''): Promise<GoalResult | undefined> {
  const lesson: Lesson = {
    ...lessonNamed('keys'),
    goals: () => [goal],
    solution: () => ({ files: { acl: solution } }),
  }
  const all = { acl: 'user default off\n', conf: 'aclfile users.acl\n', ...files }
  return grade(lesson, await loadTarget('redis-8.0'), { files: all, ran: [] })[0]
}

const sentence = (text: string): Goal => ({ kind: 'sentence', sentence: text })
const app = (rules: string): { acl: string } => ({ acl: `user default off\nuser app on nopass ${rules}\n` })

describe('a goal that is not met shows a command line', () => {
  test('that the rules should deny', async () => {
    expect(await graded(sentence('app can only access keys app:*'), app('~app:* ~other:? +del'))).toEqual({
      met: false,
      message: 'Your rules also let app run `DEL other:1`.',
      counterexample: {
        user: 'app',
        origin: null,
        db: 0,
        line: 'DEL other:1',
        says: 'also allows',
        text: 'Your rules also let app run `DEL other:1`.',
      },
      undecided: false,
    })
  })

  test('that the rules should allow', async () => {
    const found = await graded(sentence('app can run GET on keys app:*'), app('~app:1 +get'))
    expect(found?.message).toBe('Your rules do not let app run `GET app:2`.')
  })

  test('for a key or channel that no command reaches', async () => {
    const keys = await graded(sentence('app can write keys app:*'), app('%R~app:* +@all -@admin'))
    expect(keys?.counterexample).toMatchObject({ line: 'SET app:1 x', says: 'does not allow' })
    const channels = await graded(sentence('app can use channels chat:*'), app('&chat:1 +@all -@admin'))
    expect(channels?.counterexample).toMatchObject({ line: 'PUBLISH chat:2 hello', says: 'does not allow' })
  })

  test('from another host', async () => {
    const conf = 'bind 10.0.0.1\nprotected-mode no\naclfile users.acl\n'
    const found = await graded(sentence('app cannot GET a from 10.0.0.9'), { ...app('~a +get'), conf })
    expect(found?.message).toBe('Your files also let app run `GET a` from 10.0.0.9.')
    expect(found?.counterexample?.origin).toEqual({ kind: 'address', address: '10.0.0.9' })
  })

  test('that logs in', async () => {
    const open = await graded(sentence('nobody can log in without a password'), app(''))
    expect(open?.message).toBe('Anybody can log in as app with any password: `AUTH app password`.')
    const off = await graded(sentence('app can log in'), { acl: 'user app off nopass\n' })
    expect(off?.message).toBe('app is off, so nobody can log in as app.')
    expect(off?.counterexample?.says).toBe('does not allow')
    // AUTH with another password would show the opposite.
    const known = await graded(sentence('app cannot log in'), { acl: 'user app on >secret\n' })
    expect(known).toMatchObject({ message: 'Whoever knows the password can log in as app.', counterexample: null })
  })

  test('that reaches the keys of the neighbour where a separator is missing', async () => {
    const acl = 'user default off\nuser tenant-a on nopass ~tenant:a* +get\n'
    const found = await graded(sentence('tenant-{id} can only access keys tenant:{id}:*'), { acl })
    expect(found?.message).toBe('Your rules also let tenant-a run `GET tenant:ab:1`.')
  })

  test('of a setting, as a user that may look', async () => {
    const goal: Goal = { kind: 'server', say: 'on', holds: () => false, directive: 'protected-mode' }
    const asked = async (acl: string): Promise<unknown> => {
      const { message, counterexample } = (await graded(goal, { acl })) ?? {}
      return [message, counterexample && `${counterexample.user}: ${counterexample.line}`]
    }
    const said = '`protected-mode` is `yes`.'
    expect(await asked('user default on nopass +@all\n')).toEqual([said, 'null: CONFIG GET protected-mode'])
    expect(await asked('user default off\nuser ops on nopass +config|get\n')).toEqual([
      said,
      'ops: CONFIG GET protected-mode',
    ])
    expect(await asked('user default off\nuser ops off nopass +@all\n')).toEqual([said, null])
  })

  test('by which a user gets around its rules, with the effect', async () => {
    const found = await graded(sentence('app cannot write keys secret:*'), app('~app:* +acl'))
    expect(found?.message).toBe(
      'Your rules also let app run `ACL SETUSER app +@all`. With it, app can change its own rules, and everybody else’s.',
    )
  })
})

describe('a user is compared with that of the solution', () => {
  const goal: Goal = { kind: 'equivalent', user: 'app', say: 'just that' }

  test('in whatever words', async () => {
    const solution = app('~app:* +get +set').acl
    for (const rules of ['+set +get ~app:*', '~app:a* ~app:* +@all -@all +get +set', '(~app:* +get) (~app:* +set)'])
      expect(await graded(goal, app(rules), solution)).toMatchObject({ met: true })
  })

  test('with a command line that tells them apart', async () => {
    const solution = app('~app:* +get +set').acl
    expect((await graded(goal, app('~app:* +get'), solution))?.message).toBe(
      'Your rules do not let app run `SET app:1 x`.',
    )
    expect((await graded(goal, app('~* +get +set'), solution))?.message).toBe(
      'Your rules also let app run `GET other:1`.',
    )
    expect((await graded(goal, app('~app:* +get +set +scan'), solution))?.message).toBe(
      'Your rules also let app run `SCAN 0`.',
    )
    expect((await graded(goal, {}, solution))?.message).toBe('There is no user app.')
  })

  test('and shorter rules are offered', async () => {
    const target = await loadTarget('redis-8.0')
    expect(shorterRules(target, app('~app:1 ~app:* +set +get +get').acl, 'app')).toBe('on nopass ~app:* +get +set')
    expect(shorterRules(target, app('~app:* +get').acl, 'app')).toBeNull()
    expect(shorterRules(target, 'user app on (', 'app')).toBeNull()
    // The lesson on channels teaches to write it.
    expect(shorterRules(target, app('resetchannels &chat:* +get +get').acl, 'app')).toBeNull()
  })
})

test('a file that no server starts with gets one message', async () => {
  const lesson = lessonNamed('keys')
  const { files } = lesson.start('redis-8.0')
  const work = { files: { ...files, acl: 'user app on +gett\n' }, ran: [] }
  expect(grade(lesson, await loadTarget('redis-8.0'), work).map(({ message }) => message)).toEqual([
    "The server does not start: users.acl:1: Error in applying operation '+gett': Unknown command or category name in ACL.",
    null,
  ])
})

test('files beyond the size of a lesson are not graded', async () => {
  const lesson = lessonNamed('keys')
  const target = await loadTarget('redis-8.0')
  const { files } = lesson.start('redis-8.0')
  for (const acl of ['user a on ~x\n'.repeat(5_000), Array.from({ length: 300 }, (_, i) => `user u${i} on\n`).join('')])
    for (const result of grade(lesson, target, { files: { ...files, acl }, ran: [] }))
      expect(result).toMatchObject({ met: false, undecided: true })
})

/** The defects of the last lesson: the repaired text, and what the file has in its place. */
const defects = (hasSelectors: boolean, channels: string): readonly (readonly [right: RegExp, wrong: string])[] => [
  [/^user default off$/m, `user default on nopass ~* ${channels}+@all`],
  [/^(user admin on) #\w+/m, '$1 >summer2024'],
  [/~app:\*/, '~app*'],
  [/(\+@string \+@hash \+@keyspace \+ping) (-@dangerous -scan -randomkey -dbsize)/, '$2 $1'],
  [hasSelectors ? /%R~stats:\*/ : /~stats:\*/, '~*'],
  [/~jobs:\* ~results:\*/, '~{jobs,results}:*'],
  [/(\+@list \+@string) \+del/, '$1'],
  [/\+config\|get/, '+config'],
]

test('the last lesson has eight defects and twelve goals, and each defect by itself fails one', async () => {
  const lesson = lessonNamed('final')
  for (const id of ['redis-6.0', 'redis-8.0', 'valkey-9.1'] as const) {
    const target = await loadTarget(id)
    const start = lesson.start(id).files
    const solved = { ...start, ...lesson.solution(id).files }
    expect(lesson.goals(id)).toHaveLength(12)
    const { hasSelectors, hasChannels } = target.behaviours
    let all = solved.acl
    for (const [right, wrong] of defects(hasSelectors, hasChannels ? '&* ' : '')) {
      const acl = solved.acl.replace(right, wrong)
      expect(acl).not.toBe(solved.acl)
      all = all.replace(right, wrong)
      const failed = grade(lesson, target, { files: { ...solved, acl }, ran: [] }).filter(({ met }) => !met)
      expect([id, wrong, failed.length > 0]).toEqual([id, wrong, true])
    }
    expect(all).toBe(start.acl)
  }
})

describe('hostile files', () => {
  const piece = fc.oneof(
    fc.string({ unit: codePoint, maxLength: 12 }),
    fc.constantFrom(
      'user',
      'app',
      'on',
      'nopass',
      '~*',
      '~app:*',
      '&*',
      '+@all',
      '-@all',
      '(',
      ')',
      '(+get',
      '\n',
      '>',
      '#',
      '%',
      '%R~',
      '\u0000',
      '\r\n',
      '"',
      'app can',
      'GET',
      'nobody',
      'default',
      'off',
      '{id}',
      'bind',
      'include users.acl',
      'rename-command GET ""',
    ),
  )
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' '))

  test('are graded without an exception', async () => {
    const target = await loadTarget('redis-8.0')
    const work = await Promise.all(course.map((lesson) => workOn(lesson, 'redis-8.0', lesson.solution('redis-8.0'))))
    fc.assert(
      fc.property(
        fc.nat({ max: course.length - 1 }),
        text,
        text,
        text,
        fc.boolean(),
        (i, acl, conf, expected, keeps) => {
          const [lesson, done] = [course[i], work[i]]
          if (lesson === undefined || done === undefined) return
          const files = {
            acl: keeps ? `${done.files.acl}${acl}` : acl,
            conf: keeps ? done.files.conf : conf,
            expect: expected,
          }
          const results = grade(lesson, target, { files, ran: done.ran })
          expect(results).toHaveLength(lesson.goals('redis-8.0').length)
        },
      ),
      { numRuns: runs(150) },
    )
  })

  test('are graded in bounded time', { timeout: 60_000 }, async () => {
    const target = await loadTarget('redis-8.0')
    const knots = Array.from({ length: 40 }, (_, i) => `~*${'?'.repeat(i % 7)}a*${i}*b`).join(' ')
    const acl = `user default off\n${Array.from({ length: 12 }, (_, i) => `user u${i} on nopass ${knots} +@all (${knots} +get)\n`).join('')}`
    for (const id of ['tenants', 'final', 'commands']) {
      const lesson = lessonNamed(id)
      const named = acl
        .replace('user u0', 'user app')
        .replace('user u1 ', 'user cart ')
        .replace('user u2 ', 'user tenant-a ')
      const start = performance.now()
      const results = grade(lesson, target, { files: { ...lesson.start('redis-8.0').files, acl: named }, ran: [] })
      const time = performance.now() - start
      expect(results.some(({ met }) => !met)).toBe(true)
      // About half a second on a machine that has nothing else to do.
      expect([id, time < 20_000 ? 'bounded' : Math.round(time)]).toEqual([id, 'bounded'])
    }
  })
})
