import { channelPattern, shown, userAllows } from './facts'
import { onToken, type LineCheck } from './line'

const wanted = ['psubscribe']

/** A channel pattern allows PSUBSCRIBE with exactly that pattern, not with narrower ones. */
export const psubscribeLiteral: LineCheck = {
  code: 'psubscribe-literal',
  severity: 'info',
  check: (line) => {
    if (line.user === null || line.user.root.allChannels || userAllows(line, wanted).length === 0) return []
    const token = line.patterns.find((other) => /[*?[]/.test(channelPattern(other) ?? ''))
    const pattern = token === undefined ? null : channelPattern(token)
    if (token === undefined || pattern === null) return []
    return [
      {
        ...onToken(
          token,
          `A channel pattern allows PSUBSCRIBE with exactly the same pattern: ${shown(pattern)}. Narrower patterns, and single channels that it matches, are denied.`,
          'Write a rule for every pattern that a client subscribes to. SUBSCRIBE and PUBLISH are allowed on any channel that matches.',
        ),
        group: '',
      },
    ]
  },
}
