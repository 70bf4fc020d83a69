import { lower, type Bytes } from '../acl/bytes'
import type { CommandLine } from '../proof/command-line'
import { printWord } from '../resp/render'
import { newNameOf, removedCommands } from '../server/lookup'
import type { SimulatedServer } from '../server/server'
import { memoize } from './memoize'

/** A command line as a person types it on a server. */
export interface TypedLine {
  /** The words, with the name that rename-command gave the command. */
  readonly argv: readonly Bytes[]
  /** The words in one line, quoted where necessary. */
  readonly text: Bytes
}

/** The server that a command line is typed for: a release, with renamed commands. */
export type Typing = Pick<SimulatedServer, 'renamed' | 'hidden' | 'target'>

/** Returns a command line as it is typed: names in upper case, or as rename-command changed them. */
export function typedLine(server: Typing, { argv }: CommandLine): TypedLine {
  const [name = '', ...rest] = argv
  const renamed = newNameOf(server, lower(name))
  const typed = [renamed ?? name.toUpperCase(), ...rest]
  const words = typed.map((word, i) =>
    i === 1 && renamed === undefined && server.target.table.resolve(argv)?.parent != null ? word.toUpperCase() : word,
  )
  const text = words.map(printWord).join(' ')
  return { argv: words, text }
}

/** Returns the commands that rename-command removed on a server. */
export const disabledCommands = memoize((server: SimulatedServer): ReadonlySet<Bytes> => removedCommands(server))
