import { toText } from '../../acl/bytes'
import { shown } from './facts'
import { onToken, replaceToken, type LineCheck, type Token } from './line'

const without = (token: Token): string => token.text.replace(/(["'])(.*)\1$/, '$2')

/** Quotes in an ACL file are part of the word: `>"secret"` is a password with quotes. */
export const quotedToken: LineCheck = {
  code: 'quoted-token',
  severity: 'error',
  about: 'quotes',
  check: ({ tokens }) =>
    tokens
      .filter(
        ({ text, selector }) =>
          selector === 0 && (text.endsWith('"') || text.endsWith("'")) && /^(?:[>#<!~&]|%\w+~)(["']).*\1$/.test(text),
      )
      .map((token) =>
        onToken(token, 'The quotes are part of the rule: unlike redis.conf, users.acl has no quoting.', null, [
          replaceToken(
            token,
            /^[><]/.test(token.text) ? 'Write the password without quotes' : `Write ${shown(without(token))}`,
            toText(without(token)),
          ),
        ]),
      ),
}
