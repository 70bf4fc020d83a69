import { lower } from '../../acl/bytes'
import { CommandError } from '../../resp/reply'
import type { ServerHandler, ServerHandlerTable } from '../command'

/** A subcommand: how many words it takes where the target does not check that itself (6.x), and what it does. */
export interface Subcommand {
  readonly least: number
  readonly most: number
  readonly run: ServerHandler
}

/**
 * The handlers of a command with subcommands. Servers from 7.0 on have looked up `config|get` and checked its arity; for
 * older ones, the handler of the plain name picks by argv[1] and complains as they do (addReplySubcommandSyntaxError).
 */
export function family(name: string, subcommands: Readonly<Record<string, Subcommand>>): ServerHandlerTable {
  const handlers: Record<string, ServerHandler> = {}
  for (const [sub, { run }] of Object.entries(subcommands)) handlers[`${name}|${sub}`] = run
  handlers[name] = (call) => {
    const typed = call.argv[1] ?? ''
    const sub = lower(typed)
    const found = Object.hasOwn(subcommands, sub) ? subcommands[sub] : undefined
    if (found === undefined || call.argv.length < found.least || call.argv.length > found.most) {
      throw new CommandError(
        `ERR Unknown subcommand or wrong number of arguments for '${typed}'. Try ${name.toUpperCase()} HELP.`,
      )
    }
    return found.run(call)
  }
  return handlers
}

/** A subcommand with exactly, or between, so many words, its own two included. */
export const takes = (least: number, most: number, run: ServerHandler): Subcommand => ({ least, most, run })
