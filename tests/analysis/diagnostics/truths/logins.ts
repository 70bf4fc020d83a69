import { expect } from 'vitest'
import { toText, type Bytes } from '../../../../src/acl/bytes'
import { hashPassword } from '../../../../src/acl/password'
import { Users, type User } from '../../../../src/acl/users'
import { tokenOf, verdict, type Said, type Truth } from './said'

/** A new user to whom rules were applied, those that are refused left out. */
function userOf({ target }: Said, rules: readonly Bytes[]): User {
  const user = new Users(target.table, target.behaviours).newUser('other')
  for (const rule of rules) user.apply(rule)
  return user
}

const hashes = (user: User): readonly Bytes[] => user.passwords.map(({ hash }) => hash)

/** The rules of the root permissions, up to one of them and without it. */
function before(said: Said): readonly Bytes[] {
  const root = said.line.bySelector[0] ?? []
  return root.slice(0, root.indexOf(tokenOf(said))).map(({ text }) => text)
}

/** What stands behind > is the password itself. */
const isPassword: Truth = (said) => {
  const { text } = tokenOf(said)
  expect(hashes(userOf(said, [text]))).toEqual([hashPassword(text.slice(1))])
}

const logsIn: Truth = (said) => {
  expect(hashes(said.user)).toContain(hashPassword(tokenOf(said).text.slice(1)))
}

/** By code: whether what diagnostics say of log-ins is true. */
export const logins: Readonly<Record<string, Truth>> = {
  'hash-as-password': (said) => {
    isPassword(said)
    expect(hashes(userOf(said, [tokenOf(said).text]))).not.toContain(tokenOf(said).text.slice(1))
  },
  'plaintext-password': logsIn,
  'weak-password': (said) => {
    logsIn(said)
    const [, most] = / fewer than (\d+) characters\. /.exec(said.report.message) ?? []
    expect([...toText(tokenOf(said).text)].length - 1).toBeLessThan(Number(most))
  },
  'password-like-rule': isPassword,
  'repeated-password': (said) => {
    const { text } = tokenOf(said)
    expect(hashes(userOf(said, before(said)))).toContain(text[0] === '>' ? hashPassword(text.slice(1)) : text.slice(1))
  },
  'overridden-password': (said) => {
    const { text } = tokenOf(said)
    const root = (said.line.bySelector[0] ?? []).map((token) => token.text)
    const at = before(said).length
    const [, later] = /^(\S+) after it removes/.exec(said.report.message) ?? []
    const until =
      later === undefined
        ? root.findIndex((rule, i) => i > at && /^[>#]./.test(rule))
        : root.findIndex((rule, i) => i > at && rule === later)
    const user = userOf(said, root.slice(0, until + 1))
    if (later === undefined) expect([text.toLowerCase(), user.nopass]).toEqual(['nopass', false])
    else expect(user.passwords).toEqual([])
    if (said.report.hint === 'Any password logs in.') expect(said.user.nopass).toBe(true)
  },
  'quoted-token': (said) => {
    const { text, pattern } = tokenOf(said)
    const user = userOf(said, ['resetchannels', text])
    if (text[0] === '>') expect(hashes(user)).toEqual([hashPassword(text.slice(1))])
    else if (pattern !== null)
      expect([...user.root.keys, ...user.root.channels].map((one) => one.pattern)).toEqual([pattern.text])
  },
  placeholder: (said) => {
    const token = said.line.tokens.find(({ from, to }) => from <= said.report.from && said.report.from < to)
    if (said.report.message.includes('are the password') && token?.text[0] === '>')
      expect(hashes(userOf(said, [token.text]))).toEqual([hashPassword(token.text.slice(1))])
    if (said.report.message.includes('part of the'))
      expect(userOf(said, ['resetchannels', token?.text ?? '']).describe()).toContain(said.place)
    if (said.report.message.includes('is called')) expect(toText(said.user.name)).toContain(said.place)
  },
  'acl-shows-hashes': (said) => {
    for (const [, name = ''] of said.report.message.split(' print')[0]?.matchAll(/ACL ([A-Z]+)/g) ?? [])
      expect(verdict(said.target, said.user, ['acl', name.toLowerCase(), 'x']), name).toBe(true)
  },
}
