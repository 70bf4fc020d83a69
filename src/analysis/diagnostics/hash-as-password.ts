import { onToken, type LineCheck } from './line'

/**
 * `>` before 64 hexadecimal digits: probably a hash mistaken for a password, which is then hashed again, or a password
 * from ACL GENPASS.
 */
export const hashAsPassword: LineCheck = {
  code: 'hash-as-password',
  severity: 'warning',
  about: 'plain',
  check: ({ plain }) =>
    plain
      .filter(({ text }) => text.length === 65 && /^>[0-9a-f]{64}$/i.test(text))
      .map((token) =>
        onToken(
          token,
          'After > comes the password itself. If these 64 digits are the SHA-256 hash of a password, that password does not log in.',
          'A hash is written with # and lowercase digits. If these digits are the password (ACL GENPASS prints such passwords), keep >.',
        ),
      ),
}
