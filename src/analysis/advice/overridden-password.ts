import { isWord } from './facts'
import { onToken, removeToken, type Advice } from './line'

/** nopass and resetpass drop every password before them; a password after nopass ends it. */
export const overriddenPassword: Advice = {
  code: 'overridden-password',
  severity: 'warning',
  check: ({ tokens }) => {
    const root = tokens.filter((token) => token.selector === 0)
    return root.flatMap((token, i) => {
      const later = root.slice(i + 1)
      if (/^[>#]./.test(token.text)) {
        const dropped = later.find((other) => isWord(other, 'nopass', 'resetpass', 'reset'))
        return dropped ? [onToken(token, `${dropped.text} after it drops this password.`, isWord(dropped, 'nopass') ? 'As it stands, any password logs in.' : null, [removeToken(token, 'Remove the password')])] : []
      }
      const password = isWord(token, 'nopass') ? later.find((other) => /^[>#]./.test(other.text)) : undefined
      return password ? [onToken(token, 'A password after it ends nopass.', null, [removeToken(token, 'Remove nopass')])] : []
    })
  },
}
