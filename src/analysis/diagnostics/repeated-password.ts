import { addedPassword } from '../../acl/password'
import { after, isPassword, tokensOf } from './facts'
import { onEach, onToken, removeToken, safe, type LineCheck } from './line'

/** A password that a user has twice, in plain text or hashed. */
export const repeatedPassword: LineCheck = {
  code: 'repeated-password',
  severity: 'warning',
  check: (line) => {
    if (line.user === null) return []
    const passwords = after(tokensOf(line, 0), 'resetpass', 'nopass', 'reset').filter(isPassword)
    if (passwords.length < 2) return []
    const known = new Set<string>()
    return onEach(passwords, (token) => {
      const hash = addedPassword(token.parsed)
      if (hash === null || !known.has(hash)) {
        if (hash !== null) known.add(hash)
        return []
      }
      return [onToken(token, 'The user has this password already.', null, [safe(removeToken(token, 'Remove it'))])]
    })
  },
}
