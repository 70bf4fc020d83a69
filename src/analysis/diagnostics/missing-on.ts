import { addRules, onToken, type LineCheck } from './line'
import { allowsAnything, isWord } from './facts'

/** A user without `on`: users are disabled by default. */
export const missingOn: LineCheck = {
  code: 'missing-on',
  severity: 'warning',
  needsAllRules: true,
  check: (line) => {
    const { user, tokens, name } = line
    if (user === null || user.enabled || tokens.some((token) => isWord(token, 'on', 'off'))) return []
    if (!user.selectors.some(allowsAnything) && user.passwords.length === 0) return []
    return [
      onToken(name, 'Nobody can log in as this user: a user is off until a rule says on.', null, [
        addRules(line, ['on'], 'Turn the user on'),
      ]),
    ]
  },
}
