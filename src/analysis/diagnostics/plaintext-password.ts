import { hashPassword } from '../../acl/password'
import type { Fix } from '../diagnostic'
import { onToken, replaceToken, safe, type LineCheck, type Token, type UserLine } from './line'

/** Puts the hash of a password that is written in clear in its place: the same password logs in. */
export function hashingFixes(token: Token): readonly Fix[] {
  return [safe(replaceToken(token, 'Replace the password with its hash', `#${hashPassword(token.text.slice(1))}`))]
}

/** The passwords in plain text that a line leaves its user with: `overridden-password` reports the others. */
export function plainPasswords({ plain, user }: UserLine): readonly Token[] {
  const left = new Set(user?.passwords.map(({ hash }) => hash))
  return plain.filter(({ text }) => text.length > 1 && (user === null || left.has(hashPassword(text.slice(1)))))
}

/** A password in plain text. */
export const plaintextPassword: LineCheck = {
  code: 'plaintext-password',
  severity: 'warning',
  about: 'plain',
  check: (line) =>
    plainPasswords(line)
      .filter(({ text }) => !/^>[0-9a-f]{64}$/i.test(text))
      .map((token) =>
        onToken(
          token,
          'The password is in plain text: whoever reads this file knows it.',
          'Write its SHA-256 hash instead: the same password still logs in.',
          () => hashingFixes(token),
        ),
      ),
}
