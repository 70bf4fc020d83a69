import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { listAcl, loadAclFile } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { applyFix } from '../../src/analysis/diagnostic'
import { renamedRoleLine, renameRole, roleRenameProblem } from '../../src/analysis/rename-role'
import { namesIn } from '../../src/analysis/rename-user'
import { loadTarget } from '../../src/targets/load'

const done = (text: string, edits: ReturnType<typeof renameRole>['acl']): string => applyFix(text, { label: '', edits })

test('a role is renamed wherever it is named, and a user of its name is not', () => {
  const texts = {
    acl: 'user a on role=r,rr,r\n role r +get\nuser r ROLE=x,r\r\nuser b >role=r ~role=r\n# role r',
    conf: 'role "r" +get\nuser a "role=rr,r" role=r\nport 1',
    expect:
      'role r can run GET\neveryone with role r but r can run GET\nr can GET role=r\nr can ACL SETUSER x role=rr,r\nr can ACL GETROLE r',
  }
  const edits = renameRole(texts, 'r', 'new')
  expect(done(texts.acl, edits.acl)).toBe(
    'user a on role=new,rr,new\n role new +get\nuser r ROLE=x,new\r\nuser b >role=r ~role=r\n# role r',
  )
  expect(done(texts.conf, edits.conf)).toBe('role new +get\nuser a role=rr,new role=new\nport 1')
  expect(done(texts.expect, edits.expect)).toBe(
    'role new can run GET\neveryone with role new but r can run GET\nr can GET role=r\nr can ACL SETUSER x role=rr,new\nr can ACL GETROLE new',
  )
})

test.each([
  ['ACL SETROLE r +get', 'ACL SETROLE new +get'],
  ['ACL DELROLE a r r', 'ACL DELROLE a new new'],
  ['acl setuser r role=a,r', 'acl setuser r role=a,new'],
  ['ACL GETUSER r', 'ACL GETUSER r'],
  ['SET r role=r', 'SET r role=r'],
])('%s', (line, renamed) => expect(renamedRoleLine(line, 'r', 'new')).toBe(renamed))

test('names that a role cannot have', () => {
  const taken = namesIn({ acl: 'role r +get\nuser u on\nrole s', conf: '' }, 'role')
  expect(taken).toEqual(['r', 's'])
  expect(roleRenameProblem('r', 'a,b', taken)).toBe("Role names can't contain commas.")
  expect(roleRenameProblem('r', '', taken)).toBe("Role names can't be empty.")
  expect(roleRenameProblem('r', 'r', taken)).toBe('The role is already called r.')
  expect(roleRenameProblem('r', 's', taken)).toBe('There is already a role s.')
  expect(roleRenameProblem('r', 'u', taken)).toBe(null)
})

test('a renamed file loads as before, but for the name', async () => {
  const { table, behaviours } = await loadTarget('valkey-9.2')
  const lines = (acl: string): string[] | null => {
    const users = new Users(table, behaviours)
    const result = loadAclFile(users, fromText(acl), 'users.acl')
    if (!result.ok) return null
    users.replaceAll(result)
    return listAcl(users)
  }
  const word = fc.constantFrom('user', 'role', 'app', 'b', '+get', 'role=app', 'role=b,app', ' ', '\n', '(+set ~app)')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 15 }), (words) => {
      const acl = words.join(' ').replaceAll(' \n ', '\n')
      const { acl: edits } = renameRole({ acl, conf: '', expect: '' }, 'app', 'zz')
      const back = renameRole({ acl: done(acl, edits), conf: '', expect: '' }, 'zz', 'app')
      expect(done(done(acl, edits), back.acl)).toBe(acl)
      expect(lines(done(acl, edits))?.length).toBe(lines(acl)?.length)
    }),
  )
})
