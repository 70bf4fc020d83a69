/**
 * The users of a server.
 *
 * `Users` holds `User` objects by name; connections keep the object, and `setUser`, `deleteUser` and `replaceAll` (what
 * ACL LOAD does, see load.ts) change it in place. A `User` has `selectors`, its root permissions first; a `Selector`
 * has the allowed commands (allowed.ts), keys, channels and databases. To check a command line, see check.ts: `check`
 * is fast and returns a boolean, `decide` returns the reasons. A `Role` (Valkey 9.2) has selectors too, which decide for all
 * users that hold it.
 */
import type { AclBehaviours } from './behaviours'
import type { Bytes } from './bytes'
import type { CommandTable } from './command'
import type { Span } from './decision'
import { commandSpace, type CommandSpace } from './allowed'
import { ANY_ROLE } from './holder'
import { type MergedRule, mergeSelectors, ruleOf } from './merge'
import { Role, roleNameFault } from './role'
import { ruleRefusal, type RuleError } from './rule-errors'
import { hasSpaces, Selector } from './selector'
import { type FixedDefaults, User } from './user'

export { Role, Selector, User }

/** A refusal of ACL SETUSER or ACL SETROLE: the server's words without `ERR`, and the index of the argument at fault (0 is the first rule). */
export interface RuleRefusal {
  readonly message: Bytes
  readonly argument: number
  /** Null where no single rule is at fault (unmatched parenthesis). */
  readonly error: RuleError | null
}

/** Users and roles, by name. */
export interface LoadedAcl {
  readonly users: ReadonlyMap<Bytes, User>
  readonly roles: ReadonlyMap<Bytes, Role>
}

export class Users {
  readonly space: CommandSpace
  /** The value of `acl-pubsub-default allchannels`: new users and selectors start with it, and `reset` restores it. */
  allChannelsByDefault: boolean
  readonly default: User
  #users = new Map<Bytes, User>()
  #roles = new Map<Bytes, Role>()
  #fixed: FixedDefaults
  readonly #listeners = new Set<() => void>()

  /** Starts with the default user as servers do: `on nopass ~* &* +@all`. */
  constructor(table: CommandTable, behaviours: AclBehaviours) {
    this.space = commandSpace(table, behaviours)
    this.allChannelsByDefault = behaviours.allChannelsByDefault
    this.#fixed = { space: this.space, allChannelsByDefault: this.allChannelsByDefault, roles: ANY_ROLE }
    this.default = this.newDefaultUser()
    this.#users.set('default', this.default)
  }

  get size(): number {
    return this.#users.size
  }

  /** The roles that users may hold. */
  get roles(): ReadonlyMap<Bytes, Role> {
    return this.#roles
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
    if (this.#fixed.allChannelsByDefault !== allChannelsByDefault)
      this.#fixed = { space, allChannelsByDefault, roles: ANY_ROLE }
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
  ): RuleRefusal | null {
    if (hasSpaces(name))
      return { message: "Usernames can't contain spaces or null characters", argument: -1, error: null }
    const rules = this.space.behaviours.hasSelectors
      ? mergeSelectors(args, spans)
      : args.map((text, i) => ruleOf(text, i, spans))
    if (typeof rules === 'number') return unmatched('acl selector', args, rules)
    const was = this.#users.get(name)
    const becomes = was?.copy() ?? this.newUser(name)
    const refusal = applyAll(becomes, rules, 'SETUSER')
    if (refusal !== null) return refusal
    if (was === undefined) this.#users.set(name, becomes)
    else {
      before?.(was, becomes)
      was.assign(becomes)
    }
    this.changed()
    return null
  }

  /**
   * Applies all rules or none to a role (ACL SETROLE). `spans` holds the places of the arguments, where known. Returns null, or the
   * refusal.
   */
  setRole(name: Bytes, args: readonly Bytes[], spans?: readonly (Span | null)[]): RuleRefusal | null {
    const fault = roleNameFault(name)
    if (fault !== null) return { message: fault, argument: -1, error: null }
    const rules = mergeSelectors(args, spans)
    if (typeof rules === 'number') return unmatched('selector definition', args, rules)
    const was = this.#roles.get(name)
    const becomes = was?.copy() ?? new Role(name, this.space, this)
    const refusal = applyAll(becomes, rules, 'SETROLE')
    if (refusal !== null) return refusal
    if (was === undefined) this.#roles.set(name, becomes)
    else was.assign(becomes)
    this.changed()
    return null
  }

  /** Deletes a role that nobody holds; returns false if there is none, or it is held. */
  deleteRole(name: Bytes): boolean {
    if (this.holdersOf(name).length > 0 || !this.#roles.delete(name)) return false
    this.changed()
    return true
  }

  /** Returns the users that hold a role. */
  holdersOf(role: Bytes): User[] {
    return [...this].filter(({ roles }) => roles.includes(role))
  }

  /** Deletes a user; returns false if there is none. The default user cannot be deleted. */
  deleteUser(name: Bytes): boolean {
    if (name === 'default' || !this.#users.delete(name)) return false
    this.changed()
    return true
  }

  /**
   * Replaces all users and roles by copies, as ACL LOAD does: users that stay keep their objects, and a list without a default
   * user gets a new one.
   */
  replaceAll({ users, roles }: LoadedAcl): void {
    this.#roles = new Map([...roles].map(([name, role]) => [name, new Role(name, this.space, this, role)]))
    const all = users.has('default') ? users : new Map(users).set('default', this.newDefaultUser())
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

/** Applies rules to a user or role that nobody has yet. Returns null, or the refusal of the first bad rule. */
function applyAll(
  holder: User | Role,
  rules: readonly MergedRule[],
  command: 'SETUSER' | 'SETROLE',
): RuleRefusal | null {
  for (const rule of rules) {
    const error = holder.applyAsRule(rule)
    if (error !== null) return { message: ruleRefusal(command, rule.text, error), argument: rule.argument, error }
  }
  return null
}

/** Returns the refusal of a parenthesis that is not closed. */
function unmatched(what: Bytes, args: readonly Bytes[], argument: number): RuleRefusal {
  return { message: `Unmatched parenthesis in ${what} starting at '${args[argument] ?? ''}'.`, argument, error: null }
}
