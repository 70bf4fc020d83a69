import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadAclFile } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { callsFunctions, heldEscalations } from '../../src/analysis/escalation'
import {
  commandGroups,
  filterMatrix,
  permissionMatrix,
  permissionSet,
  roleMatrix,
  rowName,
  runnable,
} from '../../src/analysis/permissions'
import { categoryHolds, explainRule } from '../../src/analysis/explain-rule'
import { summaryParagraph } from '../../src/analysis/summary'
import { placeName } from '../../src/analysis/phrase'
import { traceCommand } from '../../src/analysis/trace'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { usersOf } from './users'

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1)

const file = `user default off
user app on >x ~app:* +@read +@write -@dangerous +config|get +select|0
user twin on >y ~twin:* +@read +@write -@dangerous +config|get +select|0
user ops on >z ~* +@all -@dangerous +info
`

test('a cell says all, some or none', async () => {
  const { user, target } = await usersOf(file)
  const set = permissionSet(user('app'))
  const cell = (name: string): string => set.cell(target.table.find(name) as never)
  expect(['get', 'flushall', 'config', 'config|get', 'config|set', 'select', 'auth', 'object'].map(cell)).toEqual([
    'all',
    'none',
    'some',
    'all',
    'none',
    'some',
    'all',
    'some',
  ])
})

test('users of the same roles share one set', async () => {
  // A target of its own: what is remembered of a table is bounded, and other tests share theirs.
  const { users } = await usersOf(file, 'redis-8.2')
  const { rows } = permissionMatrix(users)
  expect(rows.map(({ user }) => user.name)).toEqual(['default', 'app', 'twin', 'ops'])
  expect(rows[1]?.set).toBe(rows[2]?.set)
  expect(rows[1]?.set.count).toBeGreaterThan(150)
})

test.each<TargetId>(['redis-6.0', 'redis-7.2', 'redis-8.10', 'valkey-9.1'])(
  'every command of %s that can be run is in each of its categories',
  async (id) => {
    const { table } = await loadTarget(id)
    const groups = commandGroups(table)
    for (const { category, commands } of groups) {
      const members = category === 'other' ? [] : (table.inCategory(category) ?? [])
      if (category !== 'other') expect([...commands].sort(byName)).toEqual([...runnable(members)].sort(byName))
    }
    expect(new Set(groups.flatMap(({ commands }) => commands))).toEqual(new Set(runnable(table.commands)))
  },
)

test('a category, the hover of its rule and a user’s paragraph count the same commands', async () => {
  const { users, user, target } = await usersOf('user m on nopass -@all +monitor\nuser all on nopass +@all\n')
  const matrix = permissionMatrix(users)
  const dangerous = matrix.groups.find(({ category }) => category === 'dangerous')?.commands ?? []
  const allowed = dangerous.filter((command) => permissionSet(user('m')).cell(command) === 'all')
  const said = summaryParagraph(user('m'), target)
    .map(({ text }) => text)
    .join('')
  expect(allowed.map(({ name }) => name)).toEqual(['monitor'])
  expect(said).toContain(`can run 1 dangerous command, and cannot run ${dangerous.length - 1}`)
  expect(said).toContain(`can run 1 of ${matrix.commands.length} commands`)
  expect(explainRule('+@dangerous', target).summary).toContain(`${dangerous.length} commands`)
  expect(categoryHolds('all', target.table)?.count).toBe(`${matrix.commands.length} commands`)
})

test('a filter leaves users and commands by name, category and difference', async () => {
  const { users } = await usersOf(file)
  const matrix = permissionMatrix(users)
  const commands = (filter: Parameters<typeof filterMatrix>[1]): string[] =>
    filterMatrix(matrix, filter).commands.map(({ name }) => name)
  expect(commands({ commands: 'config get' })).toEqual(['config|get'])
  expect(commands({ commands: 'CONFIG *' })).toContain('config|set')
  expect(commands({ commands: '@hyperloglog' })).toEqual(['pfadd', 'pfcount', 'pfdebug', 'pfmerge', 'pfselftest'])
  expect(filterMatrix(matrix, { commands: '@hyperloglog' }).groups.map(({ category }) => category)).toEqual([
    'hyperloglog',
  ])
  expect(commands({ commands: 'pfadd, config ge*' })).toEqual(['pfadd', 'config|get'])
  expect(commands({ commands: '@hyperloglog, ping' })).toContain('ping')
  const either = filterMatrix(matrix, { commands: '@hyperloglog, @bitmap,' })
  expect(either.groups.map(({ category }) => category).sort()).toEqual(['bitmap', 'hyperloglog'])
  expect(commands({ users: 't*', show: 'differing' })).toEqual([])
  expect(commands({ commands: '[i]nfo', show: 'differing' })).toEqual(['info'])
  expect(commands({ users: 'app', show: 'escalating' })).toEqual(['function|load', 'config|get'])
})

test('a trace shows the rules from left to right, and which one decides', async () => {
  const { user, target } = await usersOf(file)
  const told = (name: string, who: string): string[] =>
    traceCommand(user(who), target.table.find(name) as never).flatMap(({ steps }) =>
      steps.map(({ rule, effect, decides }) => `${rule.text} ${effect}${decides ? ' !' : ''}`),
    )
  expect(told('info', 'ops')).toEqual(['+@all on', '-@dangerous off', '+info on !'])
  expect(told('keys', 'ops')).toEqual(['+@all on', '-@dangerous off !'])
  expect(told('select', 'app')).toEqual(['+select|0 first-argument !'])
  expect(told('ping', 'app')).toEqual([])
  const [root] = traceCommand(user('ops'), target.table.find('info') as never)
  const span = root?.steps.at(-1)?.rule.span
  expect(span && file.slice(span.from, span.to)).toBe('+info')
  expect(traceCommand(user('app'), target.table.find('auth') as never)[0]?.open).toBe(true)
})

test('a trace of a role names it', async () => {
  const { user, target } = await usersOf('role ops +@all -keys (+keys)\nuser al -get role=ops\n', 'valkey-9.2')
  const traces = traceCommand(user('al'), target.table.find('keys') as never)
  expect(
    traces.map(({ place, steps }) => [placeName(place), ...steps.map(({ rule }) => [rule.text, rule.span?.line])]),
  ).toEqual([['root'], ['role ops', ['+@all', 1], ['-keys', 1]], ['role ops, selector 1', ['+keys', 1]]])
})

test('the deciding step of a trace is what the selector says, whatever the rules', async () => {
  const rule = fc.constantFrom(
    '+@all',
    '-@all',
    '+@read',
    '-@write',
    '+get',
    '-get',
    '+config|get',
    '-config',
    '-config|set',
    '+select|0',
    '+select',
    '-@dangerous',
    'allcommands',
    'reset',
    '(+set ~x)',
  )
  const name = fc.constantFrom('get', 'config', 'config|get', 'config|set', 'select', 'flushall', 'ping')
  const { table, behaviours } = await loadTarget('redis-8.0')
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 8 }), name, (rules, command) => {
      const users = new Users(table, behaviours)
      users.setUser('a', rules)
      const wanted = table.find(command)
      const user = users.get('a')
      if (wanted === undefined || user === undefined) throw new Error('no such command')
      for (const trace of traceCommand(user, wanted)) {
        const decided = trace.steps.findLast(({ effect }) => effect !== 'first-argument')
        expect(trace.allowed).toBe(decided?.effect === 'on')
        expect(trace.allowed || trace.firstArguments.length > 0).toBe(
          user.selectors[trace.selector]?.commands.allows(wanted, [wanted.name, ...trace.firstArguments]),
        )
      }
    }),
  )
})

test('escalations come with the rule that gives them; a container alone gives none', async () => {
  const { user } = await usersOf(file)
  const held = (name: string): string[] =>
    heldEscalations(user(name)).map(({ command, rule }) => `${command.name} by ${rule?.text}`)
  expect(held('app')).toEqual(['config|get by +config|get'])
  expect(held('ops')).toEqual([])
})

test('changing functions counts where somebody else calls them', async () => {
  const { users, user } = await usersOf(`${file}user caller on >c ~c:* +fcall\n`)
  const callers = [...users].filter(callsFunctions)
  expect(callers.map(({ name }) => name)).toEqual(['ops', 'caller'])
  const held = heldEscalations(user('app'), callers)
  expect(held.map(({ command, rule }) => `${command.name} by ${rule?.text}`)).toContain('function|load by +@write')
  expect(heldEscalations(user('caller'), callers)).toEqual([])
})

test('before 7.0 the first argument tells', async () => {
  const { user } = await usersOf('user a on +config|get\nuser b on +client|id +acl\n', 'redis-6.2')
  expect(heldEscalations(user('a')).map(({ argv }) => argv.join(' '))).toEqual(['config get'])
  expect(heldEscalations(user('b')).map(({ argv }) => argv.join(' '))).toEqual([
    'acl setuser',
    'acl deluser',
    'acl load',
  ])
})

test('a thousand users cost little more than one', async () => {
  const roles = ['+@read', '+@read +@write', '+@all -@dangerous', '-@all +get (~x +set)']
  const { table, behaviours } = await loadTarget('redis-8.0')
  // Behaviours of their own have a cache of their own: other tests may have filled the shared one.
  const users = new Users(table, { ...behaviours })
  const lines = Array.from({ length: 1000 }, (_, i) => `user u${i} on ~a${i}:* ${roles[i % roles.length]}`)
  const loaded = loadAclFile(users, lines.join('\n'), 'users.acl')
  if (!loaded.ok) throw new Error(loaded.message)
  users.replaceAll(loaded)
  const matrix = permissionMatrix(users)
  expect(matrix.rows.length).toBe(1001)
  expect(new Set(matrix.rows.map(({ set }) => set)).size).toBe(5)
})

test('the matrix of roles has what each role allows by itself, and is filtered by their names', async () => {
  const target = await loadTarget('valkey-9.2')
  const users = new Users(target.table, target.behaviours)
  const acl = 'role reader ~app:* +@read -keys (~x +set)\nrole ops +config\nuser a on >x +ping role=reader,ops\n'
  const loaded = loadAclFile(users, acl, 'users.acl')
  if (!loaded.ok) throw new Error(loaded.message)
  users.replaceAll(loaded)
  const matrix = roleMatrix(users)
  const cellsOf = (name: string): string[] => {
    const command = target.table.find(name)
    return command === undefined ? [] : matrix.rows.map(({ set }) => set.cell(command))
  }
  expect(matrix.rows.map(rowName)).toEqual(['reader', 'ops'])
  expect(['get', 'set', 'keys', 'ping', 'config|set'].map(cellsOf)).toEqual([
    ['all', 'none'],
    ['all', 'none'],
    ['none', 'none'],
    ['none', 'none'],
    ['none', 'all'],
  ])
  expect(matrix.rows.map(({ escalations }) => escalations.length > 0)).toEqual([false, true])
  expect(filterMatrix(matrix, { users: 'read*' }).rows.map(rowName)).toEqual(['reader'])
})
