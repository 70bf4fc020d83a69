import { hashPassword } from '../../acl/password'
import { after, tokensOf } from './facts'
import { onEach, onToken, removeToken, safe, type Advice, type Token } from './line'

const hashOf = ({ text }: Token): string => (text[0] === '>' ? hashPassword(text.slice(1)) : text.slice(1))

/** The same password twice for one user, in clear or hashed. */
export const repeatedPassword: Advice = {
  code: 'repeated-password',
  severity: 'warning',
  check: (line) => {
    if (line.user === null) return []
    const passwords = after(tokensOf(line, 0), 'resetpass', 'nopass', 'reset').filter(({ text }) => /^[>#]./.test(text))
    if (passwords.length < 2) return []
    const known = new Set<string>()
    return onEach(passwords, (token) => {
      const hash = hashOf(token)
      if (!known.has(hash)) {
        known.add(hash)
        return []
      }
      return [onToken(token, 'The user has this password already.', null, [safe(removeToken(token, 'Remove it'))])]
    })
  },
}
