import { lower } from '../../acl/bytes'
import { CommandError } from '../../resp/reply'
import type { Handler, HandlerTable } from '../handler'

/** A subcommand: the number of words it takes, where the target does not check that itself (6.x), and its handler. */
export interface Subcommand<Parts> {
  readonly least: number
  readonly most: number
  readonly run: Handler<Parts>
}

/**
 * Returns the handlers of a command with subcommands. Servers from 7.0 on look up `config|get` and check its arity; on
 * older ones, the handler of the plain name picks by argv[1] and answers with their error (addReplySubcommandSyntaxError).
 */
export function family<Parts>(
  name: string,
  subcommands: Readonly<Record<string, Subcommand<Parts>>>,
): HandlerTable<Parts> {
  const handlers: Record<string, Handler<Parts>> = {}
  for (const [sub, { run }] of Object.entries(subcommands)) handlers[`${name}|${sub}`] = run
  handlers[name] = (invocation, server) => {
    const { argv, args } = invocation
    const typed = args.text(1)
    const sub = lower(typed)
    const found = Object.hasOwn(subcommands, sub) ? subcommands[sub] : undefined
    if (found === undefined || argv.length < found.least || argv.length > found.most) {
      throw new CommandError(
        `ERR Unknown subcommand or wrong number of arguments for '${typed}'. Try ${name.toUpperCase()} HELP.`,
      )
    }
    return found.run(invocation, server)
  }
  return handlers
}

/** Returns a subcommand that takes between `least` and `most` words, its own two included. */
export const takes = <Parts>(least: number, most: number, run: Handler<Parts>): Subcommand<Parts> => ({
  least,
  most,
  run,
})
