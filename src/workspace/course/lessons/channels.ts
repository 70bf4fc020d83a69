import { commandPage, draw, reference } from '../sketch'

const file = (rules: string): string => `user default off\nuser chat on ${rules} >chat-password\n`
const commands = '+publish +subscribe +psubscribe +unsubscribe +punsubscribe +ping'

/** Channels of pub/sub. */
export const channels = draw({
  id: 'channels',
  part: 'finer-rules',
  title: 'Channels',
  needs: { has: ({ hasChannels }) => hasChannels, reason: 'Rules on channels need Redis 6.2 or later, or Valkey.' },
  text: ({ allChannelsByDefault }) => [
    'Pub/sub has no keys: channels are granted by `&`, as in `&chat:*`. PUBLISH and SUBSCRIBE need a pattern that matches the channel. PSUBSCRIBE must name exactly the pattern that was granted: with `&chat:*` a client may `PSUBSCRIBE chat:*`, but not `PSUBSCRIBE chat:a*`.',
    allChannelsByDefault
      ? 'In this release a new user has every channel, so write `resetchannels` first: `&chat:*` alone is an error. From Redis 7.0 a new user has none.'
      : 'A new user has no channels, even with `+@all ~*`. Redis 6.2 gave all of them, so that many applications lost their messages on the upgrade to 7.0. `resetchannels` makes the intent plain on both.',
    'Allow UNSUBSCRIBE as well. And beware of `&*`: keyspace notifications are messages too, and name keys.',
  ],
  task: '`chat` should publish and subscribe under `chat:`, also with `PSUBSCRIBE chat:*`, and reach no other channel and no key.',
  acl: file('resetchannels &* +publish +subscribe +ping'),
  consoles: ['chat', 'chat'],
  entries: ['0 PUBLISH admin:alerts hello'],
  goals: [
    'chat can PUBLISH chat:lobby hello',
    'chat can SUBSCRIBE chat:lobby',
    'chat can PSUBSCRIBE chat:*',
    'chat can run UNSUBSCRIBE PUNSUBSCRIBE PING',
    'chat can only use channels chat:*',
    'chat cannot access keys *',
  ],
  idea: 'Five commands of pub/sub, one pattern for the channels, and no pattern for keys.',
  rule: ['The pattern after `&` must be the very one that PSUBSCRIBE gives.', 'channel'],
  answer: `Write the rules as \`resetchannels &chat:* ${commands}\`.`,
  solution: file(`resetchannels &chat:* ${commands}`),
  wrong: {
    'keeps every channel': file(`resetchannels &* ${commands}`),
    'grants rooms that PSUBSCRIBE cannot name': file(`resetchannels &chat:?* ${commands}`),
    'grants keys instead': file(`resetchannels ~chat:* ${commands}`),
  },
  diagnostics: ['pubsub-no-channels', 'channels-by-default', 'psubscribe-literal'],
  reference: [commandPage('PSUBSCRIBE'), reference.acl],
})
