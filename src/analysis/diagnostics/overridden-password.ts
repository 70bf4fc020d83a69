import { isPassword, isWord, tokensOf } from './facts'
import { onEach, onToken, removeToken, type LineCheck } from './line'

/** Passwords before nopass or resetpass, which drop them; nopass before a password, which ends it. */
export const overriddenPassword: LineCheck = {
  code: 'overridden-password',
  severity: 'warning',
  check: (line) => {
    const root = tokensOf(line, 0)
    return onEach(root, (token, i) => {
      if (isPassword(token)) {
        const dropped = root.slice(i + 1).find((other) => isWord(other, 'nopass', 'resetpass', 'reset'))
        return dropped
          ? [
              onToken(
                token,
                `${dropped.text} after it removes this password.`,
                line.user?.nopass === true ? 'Any password logs in.' : null,
                [removeToken(token, 'Remove the password')],
              ),
            ]
          : []
      }
      const password = isWord(token, 'nopass') ? root.slice(i + 1).find(isPassword) : undefined
      return password
        ? [onToken(token, 'A password after it cancels nopass.', null, [removeToken(token, 'Remove nopass')])]
        : []
    })
  },
}
