import { expect, test } from 'vitest'
import fc from 'fast-check'
import { decide } from '../../src/acl/check'
import { coverage } from '../../src/analysis/coverage'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { usesOf as usesOfLine } from '../../src/targets/uses'
import { usersOf } from './users'

/** `user: COMMAND line` each; what became of every rule, as `rule state`. */
async function covered(acl: string, lines: readonly string[], id: TargetId = 'redis-8.0'): Promise<string[]> {
  const { target, user } = await usersOf(acl, id)
  const decisions = lines.map((line) => {
    const [name = '', ...argv] = line.replace(':', '').split(' ')
    const command = target.table.resolve(argv)
    if (command === undefined) throw new Error(line)
    return decide(user(name), command, argv, usesOfLine(target, command, argv, 0))
  })
  return Array.from(
    coverage(target, acl, decisions).rules,
    ({ rule, state, uses }) => `${rule.text} ${state}${uses > 0 ? ` ${uses}` : ''}`,
  )
}

test('what allowed and what refused counts as used', async () => {
  expect(
    await covered('user a on >x ~app:* ~new:* +@read +@write -@dangerous\n', [
      'a: GET app:1',
      'a: KEYS x',
      'a: SET other 1',
    ]),
  ).toEqual([
    'on other',
    '>x other',
    '~app:* used 1',
    '~new:* unused',
    '+@read used 1',
    '+@write used 1',
    '-@dangerous used 1',
  ])
})

test('rules inside selectors count each', async () => {
  expect(await covered('user a (+get ~a ~b) (+set %W~é)\n', ['a: GET a'])).toEqual([
    '+get used 1',
    '~a used 1',
    '~b unused',
    '+set unused',
    '%W~Ã© unused',
  ])
})

test('the rules of a role count by all who hold it, and those of one that nobody holds are unused', async () => {
  const acl = 'role r ~c ~d +get -get (+set ~e)\nrole spare +get ~x\nuser a on +ping role=r\nuser b role=r\n'
  expect(await covered(acl, ['a: SET e x', 'b: SET e x', 'b: PING'], 'valkey-9.2')).toEqual([
    '~c dead',
    '~d dead',
    '+get dead',
    '-get unused',
    '+set used 2',
    '~e used 2',
    '+get unused',
    '~x unused',
    'on other',
    '+ping unused',
    'role=r other',
    'role=r other',
  ])
})

test('dead rules: said twice, undone, covered, or of no use to any command', async () => {
  expect(await covered('user a ~app:* ~app:1* +@read +get -flushall &news (~x)\n', ['a: GET app:1'])).toEqual([
    '~app:* used 1',
    '~app:1* dead 1',
    '+@read used 1',
    '+get dead',
    '-flushall dead',
    '&news dead',
    '~x dead',
  ])
  expect(await covered('user a ~a +get reset ~b resetkeys ~c +set\n', [])).toEqual([
    '~a dead',
    '+get dead',
    'reset other',
    '~b dead',
    'resetkeys other',
    '~c unused',
    '+set unused',
  ])
})

test('of two patterns that match the same, one stays', async () => {
  expect(await covered('user a +get ~a* ~a** ~[b] ~b\n', [])).toEqual([
    '+get unused',
    '~a* unused',
    '~a** dead',
    '~[b] unused',
    '~b dead',
  ])
})

test('PSUBSCRIBE keeps a covered channel pattern alive', async () => {
  expect(await covered('user a &n:* &n:1* +publish\n', [])).toEqual(['&n:* unused', '&n:1* dead', '+publish unused'])
  expect(await covered('user a &n:* &n:1* +psubscribe\n', [])).toEqual([
    '&n:* unused',
    '&n:1* unused',
    '+psubscribe unused',
  ])
})

test('before 7.0 the later line for a user counts', async () => {
  expect(await covered('user a ~a +get\nuser a ~b +get\n', ['a: GET b'], 'redis-6.2')).toEqual([
    '~a dead',
    '+get dead',
    '~b used 1',
    '+get used 1',
  ])
})

test('a refused file says so', async () => {
  const { target } = await usersOf('')
  expect(coverage(target, 'user a +nothing', []).refused).toContain('+nothing')
})

test('without its dead command rules and patterns a user decides alike', async () => {
  const rule = fc.constantFrom(
    '~app:*',
    '~app:1*',
    '%R~a*',
    '%W~app:*',
    '~*',
    '+@read',
    '-@read',
    '+get',
    '+set',
    '-get',
    '+@all',
    '-@dangerous',
    '+config|get',
    '&n*',
    '&news',
    '+publish',
    'resetkeys',
  )
  const lines = [
    'GET app:1',
    'SET app:1 x',
    'GET b',
    'GETDEL a',
    'CONFIG GET x',
    'CONFIG SET x y',
    'PUBLISH news x',
    'PUBLISH n x',
    'FLUSHALL',
    'INFO',
  ].map((line) => line.split(' '))
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { maxLength: 8 }), async (rules) => {
      const acl = `user a ${rules.join(' ')}\n`
      const loaded = await usersOf(acl).catch(() => null)
      if (loaded === null) return
      const told = [...coverage(loaded.target, acl, []).rules]
      const kept = await usersOf(
        `user a ${told
          .filter(({ state }) => state !== 'dead')
          .map(({ rule: { text } }) => text)
          .join(' ')}\n`,
      ).catch(() => null)
      if (kept === null) return
      for (const argv of lines) {
        const command = loaded.target.table.resolve(argv)
        if (command === undefined) throw new Error('no such command')
        const uses = usesOfLine(loaded.target, command, argv, 0)
        expect([acl, argv, decide(kept.user('a'), command, argv, uses).allowed]).toEqual([
          acl,
          argv,
          decide(loaded.user('a'), command, argv, uses).allowed,
        ])
      }
    }),
    { numRuns: 500 },
  )
})

test('thousands of rules and patterns: what is not compared is said', async () => {
  const target = await loadTarget('redis-8.0')
  const started = process.cpuUsage()
  const numbered = (rule: (i: number) => string): string =>
    `user a on nopass ~*${Array.from({ length: 5_000 }, (_, i) => rule(i)).join('')}\n`
  const isPartial = (acl: string): boolean => coverage(target, acl, []).isPartial
  expect(isPartial(numbered((i) => ` +get|a${i}`))).toBe(true)
  expect(isPartial(`user a on nopass +get${Array.from({ length: 5_000 }, (_, i) => ` ~*${i}*a*`).join('')}\n`)).toBe(
    true,
  )
  expect(isPartial(`user a on nopass +get${Array.from({ length: 200 }, (_, i) => ` ~*${i}*a*`).join('')}\n`)).toBe(true)
  expect(isPartial('user a on nopass ~a* ~a +get\n')).toBe(false)
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(15_000)
})
