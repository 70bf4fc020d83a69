import { isWord } from './facts'
import { onToken, type Advice } from './line'

/** On 6.2, a new user has every channel. */
export const channelsByDefault: Advice = {
  code: 'channels-by-default',
  severity: 'warning',
  needsAllRules: true,
  check: ({ tokens, name, target, user }) =>
    target.behaviours.allChannelsByDefault &&
    user !== null &&
    user.root.allChannels &&
    !tokens.some((token) => isWord(token, 'allchannels', '&*') || token.text === '&*')
      ? [
          onToken(
            name,
            `${target.label} gives a new user every channel unless a rule takes them away.`,
            'Write resetchannels, then the channels it may use; from Redis 7 on that is the start.',
          ),
        ]
      : [],
}
