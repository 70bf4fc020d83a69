import type { Bytes } from '../../acl/bytes'
import { simple } from '../../resp/reply'
import { type Arguments, fail } from '../arguments'
import type { CommandContext, Handler } from '../context'

/** Upper-cases a to z only. */
function upper(bytes: Bytes): Bytes {
  return bytes.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** Fails for an unknown subcommand or wrong arguments. The error starts with a capital before 7.0. */
export function subcommandError({ behaviours }: CommandContext, args: Arguments): never {
  const first = behaviours.hasSubcommandRules ? 'unknown' : 'Unknown'
  return fail(
    `ERR ${first} subcommand or wrong number of arguments for '${args.text(1)}'. Try ${upper(args.text(0))} HELP.`,
  )
}

/** HELP: the target's heading and lines; `old` are the lines of 6.0. */
export function help(
  command: Bytes,
  lines: (context: CommandContext) => readonly Bytes[],
  old: readonly Bytes[],
): Handler {
  return (context) => {
    if (!context.behaviours.streamsTrimById)
      return [`${command} <subcommand> arg arg ... arg. Subcommands are:`, ...old].map(simple)
    return [
      `${command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
      ...lines(context),
      'HELP',
      '    Print this help.',
    ].map(simple)
  }
}
