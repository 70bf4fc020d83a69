import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/acl/check'
import { loadAclFile } from '../../src/acl/load'
import { mergeSelectors } from '../../src/acl/merge'
import { Users } from '../../src/acl/users'
import { simplify } from '../../src/analysis/simplify'
import { simplifyFile } from '../../src/analysis/simplify/file'
import { diffWords } from '../../src/analysis/simplify/words'
import { beyond } from '../../src/proof/users'
import { loadTarget } from '../../src/targets/load'
import type { Target, TargetId } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { runs } from '../runs'

const redis = await loadTarget('redis-8.0')

function rulesIn(line: string): string[] {
  const merged = mergeSelectors(line.split(' '))
  if (typeof merged === 'number') throw new Error(line)
  return merged.map(({ text }) => text)
}

async function simplified(line: string, id: TargetId = 'redis-8.0', allChannels = false): Promise<string> {
  const target = await loadTarget(id)
  const users = new Users(target.table, target.behaviours)
  users.allChannelsByDefault ||= allChannels
  const found = simplify(rulesIn(line), users.newUser('u'), target)
  return found.kind === 'shorter' ? found.after.join(' ') : found.kind
}

test.each([
  ['on >x ~app:* ~app:1:* %R~app:2 +get', 'on >x ~app:* +get'],
  ['on nopass +get +set -@all +get ~a', 'on nopass ~a +get'],
  ['%R~p:* %W~p:* +@all', '~p:* +@all'],
  ['~app:* +@read +get +mget +set', '~app:* +@read +set'],
  ['~app:* +ping', '+ping'],
  ['~a +get (~b +get)', '~a ~b +get'],
  ['(~a +get)', '~a +get'],
  ['~* +@all (~a +get)', '~* +@all'],
  ['resetchannels +ping', '+ping'],
  ['(~a:* +get) clearselectors ~b +get', '~b +get'],
  ['>old reset on #' + 'a'.repeat(64) + ' ~a +get', 'on #' + 'a'.repeat(64) + ' ~a +get'],
  // One command line cannot take keys from both.
  ['~a +mget (~b +mget)', 'none'],
  // PSUBSCRIBE requires exactly this pattern.
  ['&news:* &news:1:* +psubscribe', 'none'],
  ['~* ~** +get', 'refused'],
  ['%R~a %W~b +get +set', 'none'],
  // What looks shorter would allow more: the empty name, a line that no selector allows, COMMAND by itself.
  ['%RW~* +get', 'none'],
  ['+sort %R~* (+sort %R~?* %W~b)', 'none'],
])('%s: %s', async (line, expected) => {
  expect(await simplified(line)).toBe(expected)
})

const inCategory = (category: string): string[] =>
  redis.table.commands
    .filter(({ subcommands, categories }) => subcommands === null && categories.includes(category))
    .map(({ name }) => name.toLowerCase())

test.each([
  [
    'a category taken away from all commands',
    `+@all ${inCategory('dangerous')
      .map((name) => `-${name}`)
      .join(' ')}`,
    '+@all -@dangerous',
  ],
  [
    'a container for all of its subcommands',
    redis.table.commands.flatMap(({ name }) => (name.startsWith('client|') ? [`+${name}`] : [])).join(' '),
    '+client',
  ],
  [
    'categories that are listed command by command',
    `~a ${['hash', 'list', 'set', 'sortedset']
      .flatMap(inCategory)
      .map((name) => `+${name}`)
      .join(' ')}`,
    '~a +@set +@list +@hash +@sortedset',
  ],
  [
    'a category with five exceptions',
    `~a ${inCategory('hash')
      .slice(5)
      .map((name) => `+${name}`)
      .join(' ')}`,
    `~a +@hash ${inCategory('hash')
      .slice(0, 5)
      .map((name) => `-${name}`)
      .join(' ')}`,
  ],
  ['a selector that grants more of the same keys', '%R~a* +get (~a* +set)', '~a* +get +set'],
  ['patterns that can be written shorter', '~[a]* ~b** ~[x] +get', '~a* ~b* ~x +get'],
])('%s', async (_, line, expected) => {
  expect(await simplified(line)).toBe(expected)
})

test('flags and passwords stay as written, and a default that the server has is not repeated', async () => {
  expect(await simplified('on >a >b <a sanitize-payload ~a ~a +get')).toBe('on >a >b <a sanitize-payload ~a +get')
  expect(await simplified('resetchannels +publish ~a', 'redis-8.0', true)).toBe('')
  expect(await simplified('resetchannels &a +publish ~a', 'redis-8.0', true)).toBe('resetchannels &a +publish')
  expect(await simplified('~a ~a +get', 'redis-6.0')).toBe('~a +get')
  expect(await simplified('~a ~a +get db=0,0', 'valkey-9.1')).toBe('~a db=0 +get')
})

test('commands that modules add later stay allowed, and stay denied', async () => {
  const all = redis.table.commands.filter(({ parent }) => parent === null).map(({ name }) => `+${name}`)
  expect(await simplified(`~* &* ${all.slice(0, 90).join(' ')} +@all`)).toBe('~* &* +@all')
  const found = await simplified(`~* &* ${all.join(' ')}`)
  expect(found.split(' ')).not.toContain('+@all')
})

test('a budget that is used up is said, and nothing is changed', () => {
  const users = new Users(redis.table, redis.behaviours)
  expect(simplify(['~a', '~a', '+get'], users.newUser('u'), redis, { left: 0 }).kind).toBe('undecided')
})

test.each([
  ['patterns', Array.from({ length: 3_000 }, (_, i) => `~k${i}:*`).join(' ') + ' +@all'],
  ['overlapping patterns', Array.from({ length: 1_000 }, (_, i) => `~*k${i}*`).join(' ') + ' +@read'],
  ['selectors', Array.from({ length: 500 }, (_, i) => `(~k${i} +mget +del)`).join(' ')],
  ['open selectors', Array.from({ length: 500 }, (_, i) => `(~k${i} +@all -get)`).join(' ')],
])('a line of many %s is ended by the budget', (_, line) => {
  const users = new Users(redis.table, redis.behaviours)
  const budget = { left: 10_000 }
  const { user, system } = process.cpuUsage()
  expect(['none', 'undecided', 'shorter']).toContain(simplify(rulesIn(line), users.newUser('u'), redis, budget).kind)
  const spent = process.cpuUsage()
  expect((spent.user + spent.system - user - system) / 1000).toBeLessThan(5_000)
})

test('a file keeps its comments, names and other lines', () => {
  const users = new Users(redis.table, redis.behaviours)
  const file = '# a\n  user a on ~a  ~a:* ~* +get\r\n\nuser b off\nuser c +bad\nuser d ~x ~x +get'
  const fixed = simplifyFile(file.replace(' ~*', ''), users, redis, null)
  expect(fixed.content).toBe('# a\n  user a on ~a  ~a:* +get\r\n\nuser b off\nuser c +bad\nuser d ~x +get')
  expect(fixed.lines.map(({ line, result }) => [line, result.kind])).toEqual([
    [2, 'none'],
    [4, 'none'],
    [5, 'refused'],
    [6, 'shorter'],
  ])
})

test('a file with roles keeps them: only what a user has besides them is simplified', async () => {
  const valkey = await loadTarget('valkey-9.2')
  const users = new Users(valkey.table, valkey.behaviours)
  const file = [
    'role reader ~cache:* ~cache:1 +get (~log +get)',
    'user a on ~a ~a +get role=reader',
    'user b on ~cache:1 +get (~log +get) role=reader',
    'user c role=reader resetroles ROLE=reader,reader ~x +set',
    'user d role=reader reset ~a ~a +get',
    '',
  ].join('\n')
  const loaded = loadAclFile(users, file, 'users.acl')
  if (!loaded.ok) throw new Error(loaded.message)
  users.replaceAll(loaded)
  expect(simplifyFile(file, users, valkey, null).content).toBe(
    [
      'role reader ~cache:* ~cache:1 +get (~log +get)',
      'user a on ~a +get role=reader',
      'user b on role=reader',
      'user c ~x +set role=reader',
      'user d ~a +get',
      '',
    ].join('\n'),
  )
})

const key = fc.constantFrom('~a*', '~a:*', '~a:1', '%R~a:*', '%W~a:*', '%R~b', '~b', '~*b', '~[ab]*', '%RW~c')
const channel = fc.constantFrom('&a', '&a*', '&a:*')
const command = fc.constantFrom(
  ...['+get', '+set', '+mget', '+del', '+@read', '+@write', '-@dangerous', '+config|get', '-config', '+@hyperloglog'],
  ...['+pfadd', '+pfcount', '+sort', '+publish', '+psubscribe', '+@pubsub', '-get', '+@all', '-@all', '+select|0'],
)
const rule = fc.oneof({ weight: 3, arbitrary: key }, channel, { weight: 4, arbitrary: command })
const selector = fc.array(rule, { maxLength: 5 }).map((rules) => `(${rules.join(' ')})`)
const user = fc.array(
  fc.oneof({ weight: 8, arbitrary: rule }, { weight: 2, arbitrary: selector }, fc.constantFrom('on', '>x', 'nopass')),
  { maxLength: 10 },
)

const words = ['a', 'a:1', 'a:x', 'b', 'ab', 'cb', 'c', '0', 'get', 'x', 'a:*', '1']
/** Lines of commands that a target has, with what they use there. */
const linesOf = (target: Target) =>
  fc
    .sample(
      fc.tuple(
        fc.constantFrom(...target.table.commands.filter(({ subcommands }) => (subcommands?.size ?? 0) === 0)),
        fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }),
      ),
      { numRuns: 2_000 },
    )
    .map(([command, rest]) => {
      const argv = [...command.name.split('|'), ...rest]
      return { command, argv, uses: usesOf(target, command, argv, 0) }
    })

/** Holds what `simplify` finds for rules of a user against the proof, and against decisions on single lines. */
function holdsFor(rules: readonly string[], users: Users, target: Target, lines: ReturnType<typeof linesOf>): void {
  const found = simplify(rules, users.newUser('u'), target)
  if (found.kind !== 'shorter') return
  expect(found.after.join(' ').length).toBeLessThan(rules.join(' ').length)
  const [before, after] = [rules, found.after].map((list) => {
    const made = users.newUser('u')
    for (const one of list) expect(made.apply(one)).toBe(null)
    return { user: made, target, hidden: new Set<string>() }
  })
  if (before === undefined || after === undefined) throw new Error()
  expect(after.user.roles).toEqual(before.user.roles)
  for (const [a, b] of [
    [before, after],
    [after, before],
  ] as const)
    expect(beyond(a, b, { assumeLogIn: true })).toEqual({ differences: [], undecided: [], isCut: false })
  const changed = lines.filter(({ command, argv, uses }) => {
    const [old, fresh] = [before, after].map((one) => decide(one.user, command, argv, uses).allowed)
    return old !== fresh
  })
  expect(changed.map(({ argv }) => argv)).toEqual([])
  expect(['none', 'undecided']).toContain(simplify(found.after, users.newUser('u'), target).kind)
}

test('shorter rules allow the same, are not longer, and stay as they are a second time', () => {
  const users = new Users(redis.table, redis.behaviours)
  const lines = linesOf(redis)
  fc.assert(
    fc.property(user, (rules) => holdsFor(rules, users, redis, lines)),
    { numRuns: runs(60) },
  )
})

test('shorter rules allow the same with the roles of a user, and keep them', async () => {
  const valkey = await loadTarget('valkey-9.2')
  const lines = linesOf(valkey)
  const withRoles = fc.array(fc.oneof({ weight: 4, arbitrary: user }, fc.constantFrom(['role=r,s'], ['role=s'])), {
    minLength: 1,
    maxLength: 3,
  })
  fc.assert(
    fc.property(fc.array(fc.oneof(rule, selector), { maxLength: 6 }), withRoles, (role, rules) => {
      const users = new Users(valkey.table, valkey.behaviours)
      users.setRole('s', ['~a', '+get', '(~b', '+set)'])
      if (users.setRole('r', role) === null) holdsFor(rules.flat(), users, valkey, lines)
    }),
    { numRuns: runs(60) },
  )
})

test('the words that only one version has are marked, whatever their order', () => {
  const marked = (words: ReturnType<typeof diffWords>['before']): string =>
    words.map(({ text, isOnlyHere }) => (isOnlyHere ? `[${text}]` : text)).join(' ')
  const shown = (before: string[], after: string[]): string[] => {
    const words = diffWords(before, after)
    return [marked(words.before), marked(words.after)]
  }
  expect(shown(['on', '~a', '~a', '+get'], ['on', '+get', '~a'])).toEqual(['on ~a [~a] +get', 'on +get ~a'])
  expect(shown(['%R~a', '(~b ~b +get)'], ['~a', '(~b +get)'])).toEqual(['[%R~a] (~b [~b] +get)', '[~a] (~b +get)'])
  expect(shown(['~a'], [])).toEqual(['[~a]', ''])
})
