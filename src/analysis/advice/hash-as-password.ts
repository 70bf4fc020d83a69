import { lower } from '../../acl/bytes'
import { onToken, replaceToken, type Advice } from './line'

/** `>` before 64 hexadecimal digits: a hash taken for a password, and hashed again. */
export const hashAsPassword: Advice = {
  code: 'hash-as-password',
  severity: 'error',
  about: 'plain',
  check: ({ plain }) =>
    plain
      .filter(({ text }) => text.length === 65 && /^>[0-9a-f]{64}$/i.test(text))
      .map((token) =>
        onToken(
          token,
          'This looks like a hash, but > takes it as the password itself and hashes it again: the real password would be refused.',
          null,
          [replaceToken(token, 'Take it as the hash of the password', `#${lower(token.text.slice(1))}`)],
        ),
      ),
}
