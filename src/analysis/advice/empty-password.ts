import { onToken, removeToken, type Advice } from './line'

/** `>` alone: the empty password. */
export const emptyPassword: Advice = {
  code: 'empty-password',
  severity: 'error',
  about: 'plain',
  check: ({ plain }) =>
    plain
      .filter(({ text }) => text === '>')
      .map((token) =>
        onToken(token, 'This sets an empty password: anyone who knows the name logs in.', null, [removeToken(token)]),
      ),
}
