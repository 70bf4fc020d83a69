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
      .filter(({ text }) => [...toText(text)].length - 1 < ENOUGH)
      .map((token, nth) => ({
        ...onToken(
          token,
          `The password is in plain text and has fewer than ${ENOUGH} characters. A random password of ${ENOUGH} or more cannot be guessed.`,
          'A client can try about a million passwords a second. ACL GENPASS makes one of 64 characters; a hash hides the password from readers of the file.',
          () => hashingFixes(token),
        ),
        group: nth === 0 ? '' : undefined,
      })),
}
