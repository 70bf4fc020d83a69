import { toText } from '../../acl/bytes'
import { hashPassword } from '../../acl/password'
import { withCommas } from '../numbers'
import { editAt, fix, item, together } from './edits'
import { clearPasswords, placeOf, type ClearPassword, type Facts } from './facts'
import type { ChecklistItem, Evidence } from './types'

/** The recommended minimum length of passwords, in characters. */
const LONG_ENOUGH = 32

/** Returns the items about passwords. */
export function passwordItems(facts: Facts): ChecklistItem[] {
  const clear = clearPasswords(facts)
  return [length(facts, clear), inClear(facts, clear), shared(facts), secrets(facts)]
}

const nameOf = ({ of, directive }: ClearPassword): string => (directive ? of : `user ${toText(of)}`)

function length(facts: Facts, clear: readonly ClearPassword[]): ChecklistItem {
  const title = 'Passwords have at least 32 characters'
  const short = clear.filter(({ password }) => password.length < LONG_ENOUGH)
  const evidence = short.map((one): Evidence => ({
    text: `${nameOf(one)}: ${one.password.length} characters`,
    span: one.span,
  }))
  const diagnostics = fix(
    'Generate a random password (ACL GENPASS). Put its hash into the file and the password into the client’s secrets.',
    null,
    [{ label: 'A new password', text: 'redis-cli ACL GENPASS' }],
  )
  if (short.length > 0)
    return item(
      'password-length',
      title,
      'fail',
      short.length === 1 ? 'One password is shorter.' : `${withCommas(short.length)} passwords are shorter.`,
      evidence,
      diagnostics,
    )
  const hashed = facts.users
    .filter(({ passwords }) => passwords.length > 0)
    .filter(
      ({ name }) =>
        !clear.some(({ of, directive }) => (!directive && of === name) || (of === 'requirepass' && name === 'default')),
    )
  if (hashed.length > 0)
    return item(
      'password-length',
      title,
      'unknown',
      'The length of a hashed password is unknown.',
      hashed.map((user) => ({ text: `user ${toText(user.name)}: hashed`, span: placeOf(user) })),
      diagnostics,
    )
  return item('password-length', title, 'pass', clear.length === 0 ? 'There are no passwords.' : 'All of them do.')
}

function inClear(facts: Facts, clear: readonly ClearPassword[]): ChecklistItem {
  const title = 'No committed file contains a plain-text password'
  const evidence = clear.map((one): Evidence => ({ text: nameOf(one), span: one.span }))
  if (clear.length === 0) return item('password-clear', title, 'pass', 'There are no plain-text passwords.')
  const rules = clear.filter(({ directive }) => !directive)
  const hashed = together(
    rules.map(({ span, password }) =>
      span === null ? null : editAt(span, { from: span.from, to: span.to, insert: `#${hashPassword(password)}` }),
    ),
  )
  const directives =
    rules.length < clear.length
      ? ' requirepass and masterauth know no hash: put them into a file of their own that redis.conf includes, or use users instead.'
      : ''
  const diagnostics = fix(
    `Replace the passwords in user rules by their hashes: the same passwords still log in.${directives} Change every password that was ever committed.`,
    hashed,
  )
  if (facts.client.committed === false)
    return item(
      'password-clear',
      title,
      'pass',
      'There are plain-text passwords, but by your answer the files are not committed.',
      evidence,
    )
  return facts.client.committed === true
    ? item('password-clear', title, 'fail', 'Anyone who reads the repository can log in.', evidence, diagnostics)
    : item(
        'password-clear',
        title,
        'unknown',
        'There are plain-text passwords: anyone who reads these files can log in.',
        evidence,
        diagnostics,
      )
}

function shared(facts: Facts): ChecklistItem {
  const title = 'No two users have the same password'
  const byHash = new Map<string, string[]>()
  for (const user of facts.users)
    for (const { hash } of user.passwords) byHash.set(hash, [...(byHash.get(hash) ?? []), user.name])
  const evidence = [...byHash.values()]
    .filter((names) => names.length > 1)
    .map((names): Evidence => {
      const last = facts.users.find(({ name }) => name === names.at(-1))
      return { text: `Users ${names.map(toText).join(', ')}`, span: last === undefined ? null : placeOf(last) }
    })
  if (evidence.length === 0) return item('password-shared', title, 'pass', 'All are different.')
  return item(
    'password-shared',
    title,
    'fail',
    'Anyone who knows the password of one of these users can log in as the others.',
    evidence,
    fix('Give each user a password of its own.'),
  )
}

function secrets(facts: Facts): ChecklistItem {
  const title = 'Passwords come from a secrets manager and are rotated'
  const diagnostics = fix(
    'Pass passwords to clients by environment variables or a secrets manager. To rotate one without an outage, add the new hash, update the clients, then remove the old hash.',
  )
  const { secretsManaged } = facts.client
  if (secretsManaged === true) return item('secrets', title, 'pass', 'Yes, by your answer.')
  return secretsManaged === false
    ? item('secrets', title, 'fail', 'No, by your answer.', [], diagnostics)
    : item('secrets', title, 'unknown', 'These files do not show where clients get their passwords.', [], diagnostics)
}
