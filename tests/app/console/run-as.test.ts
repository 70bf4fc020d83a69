import { expect, test } from 'vitest'
import { userOfLine, usersToRunAs } from '../../../src/app/console/run-as'
import { usersOf } from '../../analysis/users'

test('all users are there, with the reason why nobody can log in as some', async () => {
  const { users } = await usersOf('user default off\nuser a on >p\nuser b on\nuser c on nopass')
  const list = usersToRunAs(users, 'user default off\nuser a on >p\nuser é on nopass sudo\n# user no\nuser é x')
  expect(list.map(({ label, why }) => [label, why])).toEqual([
    ['default', 'is off'],
    ['a', null],
    ['b', 'has no password'],
    ['c', null],
    ['é', 'is not loaded: the server rejects the file'],
  ])
})

test('the user of a line', () => {
  expect(['user a on', ' user  b', 'user', '# user a', 'user a\r'].map(userOfLine)).toEqual(['a', 'b', null, null, 'a'])
})
