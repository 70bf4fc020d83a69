import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { Users } from '../../../src/acl/users'
import { permissionMatrix } from '../../../src/analysis/permissions'
import { escalates, gridRows, inView, nameParts, shareOf } from '../../../src/app/permissions/rows'
import { loadTarget } from '../../../src/targets/load'

const target = await loadTarget('redis-8.0')

function matrixOf(...rules: readonly string[]): ReturnType<typeof permissionMatrix> {
  const users = new Users(target.table, target.behaviours)
  users.setUser(fromText('app'), rules.map(fromText))
  return permissionMatrix(users)
}

test('closed groups are one line each, open ones show their commands', () => {
  const matrix = matrixOf('+get')
  expect(gridRows(matrix, () => false)).toHaveLength(matrix.groups.length)
  const open = gridRows(matrix, (category) => category === 'string')
  expect(open.slice(0, 3).map(({ id }) => id)).toEqual([
    '@string',
    ...(matrix.groups[0]?.commands.slice(0, 2).map(({ name }) => `@string ${name}`) ?? []),
  ])
})

test('a command has a line in each of its open categories, and one in a search', () => {
  const matrix = matrixOf('+get')
  const isMonitor = (row: ReturnType<typeof gridRows>[number]): boolean =>
    row.kind === 'command' && row.command.name === 'monitor'
  expect(
    gridRows(matrix, () => true)
      .filter(isMonitor)
      .map(({ id }) => id),
  ).toEqual(['@admin monitor', '@dangerous monitor', '@slow monitor'])
  expect(gridRows(matrix, () => true, true).filter(isMonitor)).toHaveLength(1)
})

test('a share counts the commands of a group that can be run', () => {
  const matrix = matrixOf('+get', '+set')
  const row = matrix.rows.find(({ user }) => user.name === 'app')
  const strings = matrix.groups.find(({ category }) => category === 'string')
  expect(row && strings && shareOf(row, strings.commands)).toEqual({
    allowed: 2,
    inPart: 0,
    of: strings?.commands.length,
  })
})

test('what is allowed in part is no full share', () => {
  const users = matrixOf('+@all', '-select')
  const partly = matrixOf('-@all', '+select|0')
  const share = (matrix: ReturnType<typeof matrixOf>) => {
    const row = matrix.rows.find(({ user }) => user.name === 'app')
    const group = matrix.groups.find(({ category }) => category === 'connection')
    return row && group && shareOf(row, group.commands)
  }
  expect(share(users)).toMatchObject({ inPart: 0 })
  expect(share(partly)).toMatchObject({ inPart: 1 })
})

test.each([
  ['app', ['app', '']],
  ['tenant-05000', ['tenant', '-05000']],
  ['🙂🙂🙂🙂🙂🙂🙂🙂🙂', ['🙂🙂🙂', '🙂🙂🙂🙂🙂🙂']],
])('the end of the name %s is kept where there is no room', (name, parts) => {
  expect(nameParts(name)).toEqual(parts)
})

test('a command that takes a user beyond its rules is marked', () => {
  const matrix = matrixOf('+config|set', '+get')
  const row = matrix.rows.find(({ user }) => user.name === 'app')
  const find = (name: string) => target.table.find(name)
  const [set, get] = [find('config|set'), find('get')]
  expect(row && set && escalates(row, set)).toBe(true)
  expect(row && get && escalates(row, get)).toBe(false)
})

test.each([
  [0, 260, { from: 0, to: 16 }],
  [2600, 260, { from: 94, to: 116 }],
  [25_900, 260, { from: 990, to: 1000 }],
  [99_999, 260, { from: 1000, to: 1000 }],
])('scrolled by %d with room for %d, only what is near is drawn', (scrolled, room, seen) => {
  expect(inView(1000, 26, scrolled, room)).toEqual(seen)
})
