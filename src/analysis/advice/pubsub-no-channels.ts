import { allows, tokensOf } from './facts'
import { addRules, onToken, type Advice } from './line'

/** Commands of publish and subscribe, and no channel. */
export const pubsubNoChannels: Advice = {
  code: 'pubsub-no-channels',
  severity: 'warning',
  check: (line) => {
    const { user, target } = line
    if (user === null || !target.behaviours.hasChannels) return []
    if (user.selectors.some((selector) => selector.allChannels || selector.channels.length > 0)) return []
    const given = ['publish', 'subscribe', 'psubscribe'].filter((name) => allows(line, name))
    if (given.length === 0) return []
    const token = tokensOf(line, 0).find(
      ({ text }) => /^\+(@all|@pubsub|p?subscribe|publish)$/i.test(text) || text.toLowerCase() === 'allcommands',
    )
    return [
      onToken(
        token ?? line.name,
        `${given.map((name) => name.toUpperCase()).join(', ')} will be refused: no channel is granted.`,
        'From Redis 7 on, a user starts without channels. Name them, say &app:*.',
        [addRules(line, ['&*'], 'Grant every channel (&*)')],
      ),
    ]
  },
}
