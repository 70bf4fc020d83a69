import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { confWithAclFile, mergeUsers, namesIn } from '../../../src/app/exchange/merge'
import { importText } from '../../../src/workspace/import'

const imported = async (text: string) => {
  const outcome = await importText(text, { behaviours: { hasChannels: true, hasRoles: true }, format: 'acl-file' })
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome.result
}

test('an imported user takes the place of its namesake, others come at the end', async () => {
  const result = await imported('user b on nopass ~* +get\nuser c off\n')
  expect(mergeUsers('user a off\nuser b off\n\n', result)).toBe('user a off\nuser b on nopass ~* +get\nuser c off\n')
  expect(mergeUsers('', result)).toBe(result.acl)
})

test('an imported role takes the place of its namesake, which is no user', async () => {
  const result = await imported('role b +set\nrole c\nuser b on role=b\n')
  expect(mergeUsers('role b +get\nuser b off\nrole a\n', result)).toBe(
    'role b +set\nuser b on role=b\nrole a\nrole c\n',
  )
  expect(namesIn('role b +get\nuser a off\n')).toEqual(['a'])
})

test('a configuration that reads no ACL file is given one', () => {
  expect(confWithAclFile('port 7000\n\n')).toBe('port 7000\naclfile users.acl\n')
  expect(confWithAclFile('aclfile /etc/users.acl\n')).toBe('aclfile /etc/users.acl\n')
})

test('a user is named once, however many lines it has; other lines name nobody', () => {
  expect(namesIn('# users\nuser b on\n\nuser a off\nuser b ~*\nuser "c d" on\n')).toEqual(['b', 'a', 'c d'])
})

test('names are read as the server splits a line, whatever stands in it', () => {
  const lines = [
    'user a on',
    'user  b on',
    'user "c" on',
    'user d on "',
    "user 'e f' off",
    'user é on',
    'users g',
    'user h',
    'user',
  ]
  expect(namesIn(lines.join('\n'))).toEqual(['a', 'b', 'c', 'e f', fromText('é'), 'h'])
})
