import { toText } from '../../acl/bytes'
import { hashPassword } from '../../acl/password'
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
  const title = 'Passwords have 32 characters and more'
  const short = clear.filter(({ password }) => password.length < LONG_ENOUGH)
  const evidence = short.map((one): Evidence => ({
    text: `${nameOf(one)}: ${one.password.length} characters`,
    span: one.span,
  }))
  const diagnostics = fix(
    'Let a password be made at random (ACL GENPASS), put its hash into the file and the password into the client’s secrets.',
    null,
    [{ label: 'A new password', text: 'redis-cli ACL GENPASS' }],
  )
  if (short.length > 0)
    return item(
      'password-length',
      title,
      'fail',
      short.length === 1 ? 'One password is shorter.' : `${short.length} passwords are shorter.`,
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
      'A hash does not tell how long the password is.',
      hashed.map((user) => ({ text: `user ${toText(user.name)}: hashed`, span: placeOf(user) })),
      diagnostics,
    )
  return item('password-length', title, 'pass', clear.length === 0 ? 'There are no passwords.' : 'All of them do.')
}

function inClear(facts: Facts, clear: readonly ClearPassword[]): ChecklistItem {
  const title = 'No password stands in clear in a file that is committed'
  const evidence = clear.map((one): Evidence => ({ text: nameOf(one), span: one.span }))
  if (clear.length === 0) return item('password-clear', title, 'pass', 'No password stands in clear.')
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
    `Put hashes in place of the passwords in user rules: they let the same passwords in.${directives} A password that was committed once should be changed.`,
    hashed,
  )
  if (facts.client.committed === false)
    return item('password-clear', title, 'pass', 'Some do, in files that are not committed, as you say.', evidence)
  return facts.client.committed === true
    ? item('password-clear', title, 'fail', 'Whoever reads the repository can log in.', evidence, diagnostics)
    : item('password-clear', title, 'unknown', 'Some do: whoever reads these files can log in.', evidence, diagnostics)
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
    'Who knows one of them can log in as the others.',
    evidence,
    fix('Give each user a password of its own.'),
  )
}

function secrets(facts: Facts): ChecklistItem {
  const title = 'Passwords come from a secrets manager, and change from time to time'
  const diagnostics = fix(
    'Hand passwords to clients by environment or secrets manager. To change one without an outage, add the new hash beside the old, move the clients, then take the old one out.',
  )
  const { secretsManaged } = facts.client
  if (secretsManaged === true) return item('secrets', title, 'pass', 'They do, as you say.')
  return secretsManaged === false
    ? item('secrets', title, 'fail', 'They do not, as you say.', [], diagnostics)
    : item('secrets', title, 'unknown', 'Only the client side can say.', [], diagnostics)
}
