import { channelPattern, shown, userAllows } from './facts'
import { onToken, type Advice } from './line'

const wanted = ['psubscribe']

/** A channel pattern allows PSUBSCRIBE to itself alone, not to narrower patterns. */
export const psubscribeLiteral: Advice = {
  code: 'psubscribe-literal',
  severity: 'info',
  check: (line) => {
    if (line.user === null || line.user.root.allChannels || userAllows(line, wanted).length === 0) return []
    const token = line.patterns.find((other) => /[*?[]/.test(channelPattern(other) ?? ''))
    const pattern = token === undefined ? null : channelPattern(token)
    if (token === undefined || pattern === null) return []
    return [
      onToken(
        token,
        `PSUBSCRIBE must ask for exactly ${shown(pattern)}: a narrower pattern, or a channel that it matches, is refused.`,
        'Give every pattern that a client subscribes to a rule of its own; SUBSCRIBE and PUBLISH take any channel that matches.',
      ),
    ]
  },
}
