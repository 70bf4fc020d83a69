import { hashPassword } from '../../acl/password'
import type { Fix } from '../diagnostic'
import { onToken, replaceToken, safe, type LineCheck, type Token, type UserLine } from './line'

/** Replaces a plain-text password by its hash, so that the same password still logs in. */
export function hashingFixes(token: Token): readonly Fix[] {
  return [safe(replaceToken(token, 'Replace the password with its hash', `#${hashPassword(token.text.slice(1))}`))]
}

/** Returns the plain-text passwords that are effective: `overridden-password` reports the others. */
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
      .map((token, nth) => ({
        ...onToken(
          token,
          'The password is in plain text: whoever reads this file knows it.',
          'Write its SHA-256 hash instead: the same password still logs in.',
          () => hashingFixes(token),
        ),
        group: nth === 0 ? '' : undefined,
      })),
}
