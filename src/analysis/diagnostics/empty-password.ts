import { hashPassword } from '../../acl/password'
import { onToken, removeToken, type LineCheck } from './line'

const empty = hashPassword('')

/** `>` alone: the empty password. */
export const emptyPassword: LineCheck = {
  code: 'empty-password',
  severity: 'error',
  about: 'plain',
  check: ({ plain, user }) =>
    plain
      .filter(({ text }) => text === '>' && (user === null || user.passwords.some(({ hash }) => hash === empty)))
      .map((token) =>
        onToken(token, 'This sets an empty password: anyone who knows the user’s name can log in.', null, [
          removeToken(token),
        ]),
      ),
}
