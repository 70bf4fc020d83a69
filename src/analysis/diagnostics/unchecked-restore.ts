import { allows } from './facts'
import { onToken, removeToken, type LineCheck } from './line'

/** `skip-sanitize-payload` for a user that may RESTORE. */
export const uncheckedRestore: LineCheck = {
  code: 'unchecked-restore',
  severity: 'warning',
  check: (line) => {
    if (line.user?.sanitize !== 'skip-sanitize-payload' || !allows(line, 'restore')) return []
    const token = line.tokens.findLast(({ word }) => word === 'skip-sanitize-payload')
    return token === undefined
      ? []
      : [
          onToken(
            token,
            'Where sanitize-dump-payload is clients, RESTORE does not check this user’s payloads: a crafted one can crash the server.',
            'Only tools that copy data between servers need this.',
            [removeToken(token)],
          ),
        ]
  },
}
