import { onToken, type Advice } from './line'
import { hashingFixes } from './plaintext-password'

const ENOUGH = 32

/** A password in clear that is shorter than the chapter's 32 characters: a server can try a million a second. */
export const weakPassword: Advice = {
  code: 'weak-password',
  severity: 'warning',
  about: 'plain',
  check: ({ plain }) =>
    plain
      .filter(({ text }) => text.length > 1 && text.length - 1 < ENOUGH)
      .map((token) =>
        onToken(
          token,
          `The password stands in clear and has ${token.text.length - 1} character${token.text.length === 2 ? '' : 's'}; ${ENOUGH} and more, at random, cannot be guessed.`,
          'A server lets a client try about a million passwords a second. ACL GENPASS makes one of 64 characters; its hash in the file hides it from readers.',
          () => hashingFixes(token),
        ),
      ),
}
