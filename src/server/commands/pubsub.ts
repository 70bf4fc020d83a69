import { CommandError } from '../../resp/reply'
import { replies, type Call, type Replies, type ServerHandlerTable } from '../command'
import type { SubscriptionKind } from '../pubsub'
import { family, takes } from './family'
import { helpReply } from './help'

function subscribe(kind: SubscriptionKind): (call: Call) => Replies {
  return ({ server, session, command, argv, context }) => {
    if (context === 'lua')
      throw new CommandError(`ERR ${command.name.toUpperCase()} isn't allowed for a DENY BLOCKING client`)
    return replies(argv.slice(1).map((name) => server.pubsub.subscribe(session, kind, name)))
  }
}

function unsubscribe(kind: SubscriptionKind): (call: Call) => Replies {
  return ({ server, session, argv }) =>
    replies(
      argv.length === 1
        ? server.pubsub.unsubscribeAll(session, kind)
        : argv.slice(1).map((name) => server.pubsub.unsubscribe(session, kind, name)),
    )
}

/** Publishing and subscribing. */
export const pubsubCommands: ServerHandlerTable = {
  subscribe: subscribe('channel'),
  psubscribe: subscribe('pattern'),
  ssubscribe: subscribe('shard'),
  unsubscribe: unsubscribe('channel'),
  punsubscribe: unsubscribe('pattern'),
  sunsubscribe: unsubscribe('shard'),
  publish: ({ server, argv }) => server.pubsub.publish(argv[1] ?? '', argv[2] ?? ''),
  spublish: ({ server, argv }) => server.pubsub.publishToShard(argv[1] ?? '', argv[2] ?? ''),
  ...family('pubsub', {
    channels: takes(2, 3, ({ server, argv }) => server.pubsub.channels('channel', argv[2] ?? null)),
    numsub: takes(2, Infinity, ({ server, argv }) =>
      argv.slice(2).flatMap((name) => [name, server.pubsub.listenerCount('channel', name)]),
    ),
    help: takes(2, 2, helpReply('pubsub')),
    numpat: takes(2, 2, ({ server }) => server.pubsub.patternCount),
    shardchannels: takes(2, 3, ({ server, argv }) => server.pubsub.channels('shard', argv[2] ?? null)),
    shardnumsub: takes(2, Infinity, ({ server, argv }) =>
      argv.slice(2).flatMap((name) => [name, server.pubsub.listenerCount('shard', name)]),
    ),
  }),
}
