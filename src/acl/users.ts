/**
 * The users of a server.
 *
 * `Users` holds `User` objects by name; connections keep the object, and `setUser`, `deleteUser` and `replaceAll` (what
 * ACL LOAD does, see load.ts) change it in place. A `User` has `selectors`, the root permissions first; a `Selector`
 * has the allowed commands (allowed.ts), keys, channels and databases. To check a command line, see check.ts: `check`
 * is fast and returns a boolean, `decide` returns the reasons.
 */
import type { AclBehaviours } from './behaviours'
import type { Bytes } from './bytes'
import type { CommandTable } from './command'
import type { Span } from './decision'
import { commandSpace, type CommandSpace } from './allowed'
import { mergeSelectors, ruleOf } from './merge'
import { setUserErrorText, type RuleError } from './rule-errors'
import { hasSpaces, Selector } from './selector'
import { type FixedDefaults, User } from './user'

export { Selector, User }

/** A refusal of ACL SETUSER: the server's words without `ERR`, and the index of the argument at fault (0 is the first rule). */
export interface SetUserRefusal {
  readonly message: Bytes
  readonly argument: number
  /** Null where no single rule is at fault (unmatched parenthesis). */
  readonly error: RuleError | null
}

export class Users {
  readonly space: CommandSpace
  /** The value of `acl-pubsub-default allchannels`: new users and selectors start with it, and `reset` restores it. */
  allChannelsByDefault: boolean
  readonly default: User
  #users = new Map<Bytes, User>()
  #fixed: FixedDefaults
  readonly #listeners = new Set<() => void>()

  /** Starts with the default user as servers do: `on nopass ~* &* +@all`. */
  constructor(table: CommandTable, behaviours: AclBehaviours) {
    this.space = commandSpace(table, behaviours)
    this.allChannelsByDefault = behaviours.allChannelsByDefault
    this.#fixed = { space: this.space, allChannelsByDefault: this.allChannelsByDefault }
    this.default = this.newDefaultUser()
    this.#users.set('default', this.default)
  }

  get size(): number {
    return this.#users.size
  }

  get(name: Bytes): User | undefined {
    return this.#users.get(name)
  }

  [Symbol.iterator](): IterableIterator<User> {
    return this.#users.values()
  }

  /** The defaults of new users as they are now: later changes do not affect them. */
  get fixedDefaults(): FixedDefaults {
    const { space, allChannelsByDefault } = this
    if (this.#fixed.allChannelsByDefault !== allChannelsByDefault) this.#fixed = { space, allChannelsByDefault }
    return this.#fixed
  }

  /** Returns a new user as ACL SETUSER creates it, which is not in the list yet. */
  newUser(name: Bytes): User {
    return new User(name, this.space, this)
  }

  newDefaultUser(): User {
    const user = this.newUser('default')
    for (const text of ['+@all', '~*', '&*', 'on', 'nopass']) user.applyAsRule({ text, span: null })
    return user
  }

  /**
   * Applies all rules or none (ACL SETUSER). `spans` holds the places of the arguments, where known. `before` is called
   * with the user's old and new state just before the change, to decide which connections it ends. Returns null, or the
   * refusal.
   */
  setUser(
    name: Bytes,
    args: readonly Bytes[],
    spans?: readonly (Span | null)[],
    before?: (was: User, becomes: User) => void,
  ): SetUserRefusal | null {
    if (hasSpaces(name))
      return { message: "Usernames can't contain spaces or null characters", argument: -1, error: null }
    const rules = this.space.behaviours.hasSelectors
      ? mergeSelectors(args, spans)
      : args.map((text, i) => ruleOf(text, i, spans))
    if (typeof rules === 'number') {
      return {
        message: `Unmatched parenthesis in acl selector starting at '${args[rules] ?? ''}'.`,
        argument: rules,
        error: null,
      }
    }
    const was = this.#users.get(name)
    const becomes = was?.copy() ?? this.newUser(name)
    for (const rule of rules) {
      const error = becomes.applyAsRule(rule)
      if (error !== null) return { message: setUserErrorText(rule.text, error), argument: rule.argument, error }
    }
    if (was === undefined) this.#users.set(name, becomes)
    else {
      before?.(was, becomes)
      was.assign(becomes)
    }
    this.changed()
    return null
  }

  /** Deletes a user; returns false if there is none. The default user cannot be deleted. */
  deleteUser(name: Bytes): boolean {
    if (name === 'default' || !this.#users.delete(name)) return false
    this.changed()
    return true
  }

  /**
   * Replaces all users by copies, as ACL LOAD does: users that stay keep their objects, and a list without a default user
   * gets a new one.
   */
  replaceAll(loaded: ReadonlyMap<Bytes, User>): void {
    const all = loaded.has('default') ? loaded : new Map(loaded).set('default', this.newDefaultUser())
    if (!this.#assignInOrder(all)) {
      const replaced = new Map<Bytes, User>()
      for (const [name, becomes] of all) {
        const user = this.#users.get(name)
        user?.assign(becomes)
        replaced.set(name, user ?? new User(name, this.space, this, becomes))
      }
      this.#users = replaced
    }
    this.changed()
  }

  /** Assigns users to those of the same names in the same order; returns false where the names differ. */
  #assignInOrder(all: ReadonlyMap<Bytes, User>): boolean {
    if (all.size !== this.#users.size) return false
    const names = all.keys()
    for (const name of this.#users.keys()) if (names.next().value !== name) return false
    const becomes = all.values()
    for (const user of this) {
      const next = becomes.next().value
      if (next !== undefined) user.assign(next)
    }
    return true
  }

  /** Calls back after every change. Returns a function that unsubscribes. */
  onChange(callback: () => void): () => void {
    this.#listeners.add(callback)
    return () => this.#listeners.delete(callback)
  }

  /** Notifies listeners; for callers that changed a user directly (requirepass). */
  changed(): void {
    for (const callback of this.#listeners) callback()
  }
}
