import { textAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import { error, type ErrorReply } from '../resp/reply'
import type { Behaviours } from '../targets/behaviours'
import type { Lookup } from './lookup'

/** Returns whether the number of words fits the command. */
export function hasArity(command: Command, argv: readonly Bytes[]): boolean {
  return command.arity >= 0 ? argv.length === command.arity : argv.length >= -command.arity
}

/** Returns the error for a wrong number of arguments. */
export function wrongArity(command: Command): Bytes {
  return `ERR wrong number of arguments for '${command.name}' command`
}

/** Returns the error for a command line that names no command, or no subcommand of its container. */
export function unknownCommand(argv: readonly Bytes[], { container }: Lookup, behaviours: Behaviours): Bytes {
  if (container !== null) {
    const name = textAt(argv, 0).replace(/[a-z]/g, (c) => c.toUpperCase())
    return `ERR unknown subcommand '${cut(textAt(argv, 1), 128)}'. Try ${cut(name, Infinity)} HELP.`
  }
  const backticks = behaviours.backticksUnknownCommand
  const name = cut(textAt(argv, 0), 128)
  const unknown = `ERR unknown command ${backticks ? `\`${name}\`` : `'${name}'`}`
  if (argv.length === 1 && behaviours.unknownCommandAlone) return unknown
  let args = ''
  for (const arg of argv.slice(1)) {
    if (args.length >= 128) break
    const shown = cut(arg, 128 - args.length)
    args += backticks ? `\`${shown}\`, ` : `'${shown}' `
  }
  return `${unknown}, with args beginning with: ${args}`
}

/** Cuts a text at its first NUL, as C does, and at a length. */
function cut(text: Bytes, length: number): Bytes {
  const nul = text.indexOf('\0')
  return (nul < 0 ? text : text.slice(0, nul)).slice(0, length)
}

/** Returns the answer to a command that exists, is allowed, and is not simulated. */
export function notSimulated(command: Command): ErrorReply {
  return error(`ERR '${command.name}' is not simulated by ACL Playground`)
}

/** Returns the answer to a command that a bug in the simulator broke: nothing may throw out of it. */
export function fault(name: Bytes, thrown: unknown): ErrorReply {
  return error(`ERR The simulator failed in '${name}': ${String(thrown)}`)
}
