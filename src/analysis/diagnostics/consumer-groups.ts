import { commandTitle } from '../command-title'
import { listSome, tokensOf } from './facts'
import { onEachSelector, onToken, type LineCheck } from './line'

const commands = ['xreadgroup', 'xack', 'xclaim', 'xautoclaim']

/** Commands of consumer groups: rules limit the stream, but neither the group nor the consumer. */
export const consumerGroups: LineCheck = {
  code: 'consumer-groups',
  severity: 'info',
  check: (line) =>
    onEachSelector(line, (selector, i) => {
      const named = tokensOf(line, i).filter(({ word }) => commands.includes(word.slice(1)) && word.startsWith('+'))
      const [token] = named
      if (token === undefined || selector.allKeys) return []
      return [
        onToken(
          token,
          `Rules limit the stream, not the group or the consumer: with ${listSome(named.map(({ word }) => commandTitle(word.slice(1))))} the user can act as any consumer of any group of its streams.`,
          'To keep groups apart, give each a stream of its own.',
        ),
      ]
    }),
}
