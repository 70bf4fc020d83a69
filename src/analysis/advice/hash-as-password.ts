import { onToken, type Advice } from './line'

/** `>` before 64 hexadecimal digits: a hash taken for a password and hashed again, or a password that ACL GENPASS made. */
export const hashAsPassword: Advice = {
  code: 'hash-as-password',
  severity: 'warning',
  about: 'plain',
  check: ({ plain }) =>
    plain
      .filter(({ text }) => text.length === 65 && /^>[0-9a-f]{64}$/i.test(text))
      .map((token) =>
        onToken(
          token,
          'After > this is the password itself. If these 64 digits are the SHA-256 hash of a password, that password is refused.',
          'A hash is written with # and small letters. If ACL GENPASS printed this, it is a password: keep >.',
        ),
      ),
}
