import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { applyFix } from '../../src/analysis/diagnostic'
import { loadAclFile } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { namesIn, renamedLine, renameEntry, renameProblem, renameUser } from '../../src/analysis/rename-user'
import { loadTarget } from '../../src/targets/load'

const texts = {
  acl: 'user default on\n user app on ~app:* +get\r\nuser apps +get',
  conf: 'aclfile users.acl\nUSER "app" on\nuser apps on\n# user app',
  expect: '# app can\napp can GET app:1\nadmin can ACL GETUSER app\nadmin can AUTH app secret\napps cannot GET app',
}

test('a user is renamed wherever it is named', () => {
  const edits = renameUser(texts, 'app', 'shop')
  const done = (text: string, list: typeof edits.acl): string => applyFix(text, { label: '', edits: list })
  expect(done(texts.acl, edits.acl)).toBe('user default on\n user shop on ~app:* +get\r\nuser apps +get')
  expect(done(texts.conf, edits.conf)).toBe('aclfile users.acl\nUSER shop on\nuser apps on\n# user app')
  expect(done(texts.expect, edits.expect)).toBe(
    '# app can\nshop can GET app:1\nadmin can ACL GETUSER shop\nadmin can AUTH shop secret\napps cannot GET app',
  )
})

test.each([
  ['AUTH app p', 'AUTH shop p'],
  ['AUTH app', 'AUTH app'],
  ['hello 3 auth "app" p setname app', 'hello 3 auth shop p setname app'],
  ['ACL SETUSER app +get', 'ACL SETUSER shop +get'],
  ['acl deluser é app x', 'acl deluser é shop x'],
  ['ACL DRYRUN app GET app', 'ACL DRYRUN shop GET app'],
  ['GET app', 'GET app'],
  ['AUTH "app', 'AUTH "app'],
])('%s', (line, renamed) => expect(renamedLine(line, 'app', 'shop')).toBe(renamed))

test('names that cannot be given', () => {
  const names = namesIn(texts)
  expect(names).toEqual(['default', 'app', 'apps'])
  expect(renameProblem('default', 'x', names)).toMatch(/^The default user cannot be renamed/)
  expect(renameProblem('app', 'a b', names)).toMatch(/spaces/)
  expect(renameProblem('app', '', names)).toMatch(/spaces/)
  expect(renameProblem('app', 'a"b', names)).toMatch(/quotes/)
  expect(renameProblem('app', 'apps', names)).toBe('There is already a user apps.')
  expect(renameProblem('app', 'app', names)).toBe('The user is already called app.')
  expect(renameProblem('app', 'shop', names)).toBe(null)
})

test('settings go along', () => {
  expect(renameEntry({ app: [1], b: [2] }, 'app', 'shop')).toEqual({ shop: [1], b: [2] })
  expect(renameEntry({ b: [2] }, 'constructor', 'shop')).toEqual({ b: [2] })
})

test('nothing but the name changes', async () => {
  const target = await loadTarget('redis-8.0')
  const users = (text: string): Map<string, string> | null => {
    const result = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
    return result.ok
      ? new Map([...result.users].map(([name, user]) => [name, user.describe().replace(/^user \S* /, '')]))
      : null
  }
  const word = fc.constantFrom('user', 'app', 'b', '+get', '~app', ' ', '\n', 'on', '(+set ~app)')
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 15 }).map((words) => words.join(' ').replaceAll(' \n ', '\n')),
      (acl) => {
        const after = users(
          applyFix(acl, { label: '', edits: renameUser({ acl, conf: '', expect: '' }, 'app', 'shop').acl }),
        )
        const before = users(acl)
        expect(after && new Map([...after].map(([name, rules]) => [name === 'shop' ? 'app' : name, rules]))).toEqual(
          before,
        )
      },
    ),
  )
})

test('a role of the same name keeps it', () => {
  const texts = {
    acl: 'role app +get\nuser app on role=app\n',
    conf: 'role app +get\nuser app on role=app\n',
    expect: '',
  }
  const { acl, conf } = renameUser(texts, 'app', 'web')
  const renamed = 'role app +get\nuser web on role=app\n'
  expect([applyFix(texts.acl, { label: '', edits: acl }), applyFix(texts.conf, { label: '', edits: conf })]).toEqual([
    renamed,
    renamed,
  ])
})
