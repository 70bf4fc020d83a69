import { CommandError } from '../../resp/reply'
import { replies, type Handler, type HandlerTable, type Replies } from '../handler'
import type { Messages, Release } from '../parts'
import type { SubscriptionKind } from '../pubsub'
import { family, takes } from './family'
import { helpReply } from './help'

function subscribe(kind: SubscriptionKind): Handler<Messages> {
  return ({ session, command, argv, context }, { pubsub }): Replies => {
    if (context === 'lua')
      throw new CommandError(`ERR ${command.name.toUpperCase()} isn't allowed for a DENY BLOCKING client`)
    return replies(argv.slice(1).map((name) => pubsub.subscribe(session, kind, name)))
  }
}

function unsubscribe(kind: SubscriptionKind): Handler<Messages> {
  return ({ session, argv }, { pubsub }): Replies =>
    replies(
      argv.length === 1
        ? pubsub.unsubscribeAll(session, kind)
        : argv.slice(1).map((name) => pubsub.unsubscribe(session, kind, name)),
    )
}

/** Publishing and subscribing. */
export const pubsubCommands: HandlerTable<Messages & Release> = {
  subscribe: subscribe('channel'),
  psubscribe: subscribe('pattern'),
  ssubscribe: subscribe('shard'),
  unsubscribe: unsubscribe('channel'),
  punsubscribe: unsubscribe('pattern'),
  sunsubscribe: unsubscribe('shard'),
  publish: ({ args }, { pubsub }) => pubsub.publish(args.text(1), args.text(2)),
  spublish: ({ args }, { pubsub }) => pubsub.publishToShard(args.text(1), args.text(2)),
  ...family<Messages & Release>('pubsub', {
    channels: takes(2, 3, ({ argv }, { pubsub }) => pubsub.channels('channel', argv[2] ?? null)),
    numsub: takes(2, Infinity, ({ argv }, { pubsub }) =>
      argv.slice(2).flatMap((name) => [name, pubsub.listenerCount('channel', name)]),
    ),
    help: takes(2, 2, helpReply('pubsub')),
    numpat: takes(2, 2, (_, { pubsub }) => pubsub.patternCount),
    shardchannels: takes(2, 3, ({ argv }, { pubsub }) => pubsub.channels('shard', argv[2] ?? null)),
    shardnumsub: takes(2, Infinity, ({ argv }, { pubsub }) =>
      argv.slice(2).flatMap((name) => [name, pubsub.listenerCount('shard', name)]),
    ),
  }),
}
