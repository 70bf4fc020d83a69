import { isWord } from './facts'
import { onToken, type LineCheck } from './line'

/** On 6.2, a new user may use every channel by default. */
export const channelsByDefault: LineCheck = {
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
            `On ${target.label} a new user may use every channel unless the line says resetchannels.`,
            'Write resetchannels, then the channels it may use. From Redis 7.0 on, a new user starts without channels.',
          ),
        ]
      : [],
}
