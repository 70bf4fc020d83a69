import { hashPassword } from '../../acl/password'
import { onToken, replaceToken, safe, type Advice } from './line'

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
          'The password stands in clear: whoever reads this file can log in.',
          'Its SHA-256 hash lets the same password in.',
          () => [
            safe(replaceToken(token, 'Replace the password by its hash', `#${hashPassword(token.text.slice(1))}`)),
          ],
        ),
      ),
}
