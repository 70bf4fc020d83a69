import { onToken, replaceToken, type Advice } from './line'

/** Quotes in an ACL file belong to the word: `>"secret"` is a password with quotes. */
export const quotedToken: Advice = {
  code: 'quoted-token',
  severity: 'error',
  check: ({ tokens }) =>
    tokens
      .filter(({ text, selector }) => selector === 0 && /^(?:[>#<!~&]|%\w+~)(["']).*\1$/.test(text))
      .map((token) =>
        onToken(token, 'The quotes are part of the rule: users.acl does not read them as quotes, redis.conf would.', null, [
          replaceToken(token, 'Take the quotes away', token.text.replace(/(["'])(.*)\1$/, '$2')),
        ]),
      ),
}
