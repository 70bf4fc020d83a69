import { onEach, onToken, type Advice } from './line'

const words = /^>(?:nopass|resetpass|on|off|reset)$/i

/** `>nopass`, `>#hash`: another rule behind `>`, which makes it the password. */
export const passwordLikeRule: Advice = {
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
            `This sets the password ${rule}: behind > everything is the password itself.`,
            `The rule ${rule.toLowerCase()} is written without >.`,
          ),
        ]
      return /^#[0-9a-f]{64}$/i.test(rule)
        ? [
            onToken(
              token,
              'This sets a password that starts with #: behind > everything is the password itself.',
              'A hash is written with # alone, without >. Whoever logs in with the hashed password is refused as it stands.',
            ),
          ]
        : []
    }),
}
