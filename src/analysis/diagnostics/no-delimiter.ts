import { toText } from '../../acl/bytes'
import { clients } from './clients'
import { keyRule, shown } from './facts'
import { onEach, onToken, replaceToken, type LineCheck } from './line'

/** Returns true for the start of key names that a known client has, with no colon behind it: `_kombu`, `unacked`. */
const isOfClient = (start: string): boolean =>
  Object.values(clients).some(({ keys }) => keys.some((key) => key.startsWith(start) && key[start.length] !== ':'))

/** `~app*` also matches `apple`. */
export const noDelimiter: LineCheck = {
  code: 'no-delimiter',
  severity: 'warning',
  about: 'oddPatterns',
  check: ({ patterns }) =>
    onEach(patterns, (token) => {
      const rule = keyRule(token)
      const [, word] = /^((?:[\w.-]+[:/.|])*\w*[A-Za-z0-9])\*$/.exec(rule?.pattern ?? '') ?? []
      return word === undefined || isOfClient(word)
        ? []
        : [
            onToken(
              token,
              `The prefix does not end in a delimiter: ${shown(token.text)} also matches ${word}x:1 and ${word}-other.`,
              null,
              [
                replaceToken(
                  token,
                  `Write ${shown(token.text.slice(0, -1))}:*`,
                  `${toText(token.text.slice(0, -1))}:*`,
                ),
              ],
            ),
          ]
    }),
}
