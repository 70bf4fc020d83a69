import { toText } from '../../acl/bytes'
import { onToken, type LineCheck } from './line'
import { hashingFixes, plainPasswords } from './plaintext-password'

const ENOUGH = 32

/**
 * A plain-text password shorter than the 32 characters that the chapter recommends: a server can test a million
 * passwords a second.
 */
export const weakPassword: LineCheck = {
  code: 'weak-password',
  severity: 'warning',
  about: 'plain',
  check: (line) =>
    plainPasswords(line)
      .map((token) => ({ token, length: [...toText(token.text)].length - 1 }))
      .filter(({ length }) => length < ENOUGH)
      .map(({ token, length }) =>
        onToken(
          token,
          `The password is in plain text and has ${length} character${length === 1 ? '' : 's'}. A random password of ${ENOUGH} or more cannot be guessed.`,
          'A client can try about a million passwords a second. ACL GENPASS makes one of 64 characters; a hash hides the password from readers of the file.',
          () => hashingFixes(token),
        ),
      ),
}
