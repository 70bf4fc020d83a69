import { wordAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Handler as KeyspaceHandler } from '../keyspace/context'
import { serverHandler, type Handler, type Registry } from './handler'
import { lookRuleOf, type LookRule } from './looks'

/** The parts that are needed to run a command. */
export interface Route<Parts> {
  readonly handler: Handler<Parts> | undefined
  /** The handler on keys, where there is none on the server. */
  readonly inKeyspace: KeyspaceHandler | undefined
  readonly looks: LookRule
}

/** Finds the handlers of the commands of one target. */
export class Router<Parts> {
  readonly #registry: Registry<Parts>
  /** By Command.index. */
  readonly #routes: (Route<Parts> | undefined)[] = []

  constructor(registry: Registry<Parts>) {
    this.#registry = registry
  }

  of(command: Command): Route<Parts> {
    const known = this.#routes[command.index]
    if (known !== undefined) return known
    const found = this.#find(command)
    if (this.has(command)) this.#routes[command.index] = found
    return found
  }

  /** Returns false where the handler of a command is not loaded. */
  has(command: Command): boolean {
    return this.#registry.has?.(command) !== false
  }

  /** Loads the handler of a command; null where it is loaded. */
  load(command: Command): Promise<void> | null {
    return this.#registry.load?.(command) ?? null
  }

  /** Returns the handler of a subcommand where the target knows no subcommands: it may still do what the command does. */
  byFirstArgument(command: Command, argv: readonly Bytes[]): KeyspaceHandler | undefined {
    return this.#registry.keyspace[`${command.name}|${wordAt(argv, 1)}`]
  }

  #find(command: Command): Route<Parts> {
    return {
      handler: serverHandler(this.#registry, command),
      inKeyspace: this.#registry.keyspace[command.name],
      looks: lookRuleOf(command),
    }
  }
}
