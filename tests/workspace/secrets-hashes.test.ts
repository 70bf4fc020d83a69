import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { hashPassword } from '../../src/acl/password'
import { hideSecrets } from '../../src/workspace/secrets'
import { leaveOutHashes } from '../../src/workspace/secrets/hashes'
import { blankState, type WorkspaceState } from '../../src/workspace/state'

const hash = hashPassword(fromText('secret'))
const other = hashPassword(fromText('other'))
const placeholder = (n: number): string => String(n).padStart(64, '0')

test('no hash of a password stays in what is shared, and equal ones stay equal', () => {
  const state: WorkspaceState = {
    ...blankState('redis-8.0'),
    files: {
      acl: `user a on >secret ~* +@all\nuser b on #${other} (~x +get)\nuser c on #${hash} !${other}\n`,
      conf: `user d on #${hash}\naclfile users.acl\n`,
      expect: `a can ACL SETUSER b #${hash}\n`,
    },
    entries: [{ on: 0, line: `ACL SETUSER b >secret <other` }],
    exercise: { goals: 'a can log in\n', solution: `user a on #${other}\n` },
  }
  const shared = leaveOutHashes(hideSecrets(state))
  expect(JSON.stringify(shared)).not.toMatch(new RegExp(`${hash}|${other}|secret|>other`))
  expect(shared.files.acl).toBe(
    `user a on #${placeholder(1)} ~* +@all\nuser b on #${placeholder(2)} (~x +get)\nuser c on #${placeholder(1)} !${placeholder(2)}\n`,
  )
  expect(shared.entries[0]?.line).toBe(`ACL SETUSER b #${placeholder(1)} !${placeholder(2)}`)
  expect(shared.exercise?.solution).toBe(`user a on #${placeholder(2)}\n`)
})

test('what only looks like a hash stays', () => {
  const acl = `user a on ~#${hash}z +get\n# ${hash}\n`
  expect(leaveOutHashes({ ...blankState('redis-8.0'), files: { acl, conf: '' } }).files.acl).toBe(acl)
})
