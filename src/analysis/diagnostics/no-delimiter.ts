import { toText } from '../../acl/bytes'
import { clients } from './clients'
import { keyRule, shown } from './facts'
import { onEach, onToken, replaceToken, type LineCheck } from './line'

/** `~app*` also matches `apple`. */
export const noDelimiter: LineCheck = {
  code: 'no-delimiter',
  severity: 'warning',
  about: 'oddPatterns',
  check: ({ patterns, client }) =>
    onEach(patterns, (token) => {
      const rule = keyRule(token)
      const [, word] = /^((?:[\w.-]+[:/.|])*\w*[A-Za-z0-9])\*$/.exec(rule?.pattern ?? '') ?? []
      // The client's own key names have no delimiter there.
      return word === undefined || (client !== null && clients[client].keys.includes(rule?.pattern ?? ''))
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
