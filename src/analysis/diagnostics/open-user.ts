import { toText } from '../../acl/bytes'
import { allowsAnything, isWord } from './facts'
import { onToken, type LineCheck } from './line'
import { onlyPings } from './roles'

/** nopass: anybody who can connect can log in as this user. */
export const openUser: LineCheck = {
  code: 'nopass',
  severity: 'error',
  check: ({ user, tokens, name }) => {
    if (user === null || !user.nopass || !user.enabled || !user.selectors.some(allowsAnything) || onlyPings(user))
      return []
    // On a very long line the rule may stand where no token was read.
    const token = tokens.findLast((other) => isWord(other, 'nopass')) ?? name
    return [
      onToken(
        token,
        `Any password logs in as ${toText(user.name)}${user.name === 'default' ? ', and new connections are this user without one' : ''}.`,
        'Give the user a password of its own; ACL GENPASS makes one.',
      ),
    ]
  },
}
