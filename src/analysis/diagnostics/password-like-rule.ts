import { onEach, onToken, type LineCheck } from './line'

const words = /^>(?:nopass|resetpass|on|off|reset)$/i

/** `>nopass`, `>#hash`: a rule after `>`, which makes it a password. */
export const passwordLikeRule: LineCheck = {
  code: 'password-like-rule',
  severity: 'error',
  about: 'plain',
  check: ({ plain }) =>
    onEach(plain, (token) => {
      const rule = token.text.slice(1)
      if (words.test(token.text))
        return [
          onToken(
            token,
            `This sets the password ${rule}: everything after > is the password.`,
            `For the rule ${rule.toLowerCase()}, leave out the >.`,
          ),
        ]
      return /^#[0-9a-f]{64}$/i.test(rule)
        ? [
            onToken(
              token,
              'This sets a password that starts with #: everything after > is the password.',
              'A hash is written with # alone, without >. With this rule, the password that was hashed does not log in.',
            ),
          ]
        : []
    }),
}
