import { hashPassword } from '../../acl/password'
import type { Fix } from '../finding'
import { onToken, replaceToken, safe, type Advice, type Token } from './line'

/** Puts the hash of a password that is written in clear in its place: the same password logs in. */
export function hashingFixes(token: Token): readonly Fix[] {
  return [safe(replaceToken(token, 'Replace the password with its hash', `#${hashPassword(token.text.slice(1))}`))]
}

/** A password in clear in the file. */
export const plaintextPassword: Advice = {
  code: 'plaintext-password',
  severity: 'warning',
  about: 'plain',
  check: ({ plain }) =>
    plain
      .filter(({ text }) => text.length > 1 && !/^>[0-9a-f]{64}$/i.test(text))
      .map((token) =>
        onToken(
          token,
          'The password is in plain text: whoever reads this file can log in.',
          'Write its SHA-256 hash instead: the same password still logs in.',
          () => hashingFixes(token),
        ),
      ),
}
