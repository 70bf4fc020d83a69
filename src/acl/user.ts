import type { Bytes } from './bytes'
import type { CommandSpace } from './allowed'
import type { Rule, SelectorPlace } from './decision'
import { hashPassword, hasPassword, isPasswordHash, Password } from './password'
import {
  describeHolder,
  type OwnSelectors,
  recordRule,
  type Selectors,
  setSelectors,
  type UserDefaults,
} from './holder'
import { isResetOf, neededBehaviour, parseRule, readRoles, type ParsedRule, type RuleFlag } from './rule'
import type { RuleError } from './rule-errors'
import { Selector } from './selector'

export type { UserDefaults } from './holder'

/** Empty lists, shared by all users and never changed. */
const NO_PASSWORDS: Password[] = []
const NO_ROLES: readonly Bytes[] = []

/** The flag that `sanitize-payload` and its opposite set; null if neither was given and the target has no default. */
export type Sanitize = 'sanitize-payload' | 'skip-sanitize-payload' | null

/** The selectors of a user and its roles, and what they were put together from. */
interface JoinedSelectors {
  readonly own: OwnSelectors
  readonly names: readonly Bytes[]
  readonly ofRoles: readonly (OwnSelectors | undefined)[]
  readonly selectors: Selectors
}

/** The defaults of new users of a server at some time. */
export interface FixedDefaults extends UserDefaults {
  readonly space: CommandSpace
}

/** The accepted line of a user, from which its passwords and selectors are built when they are first needed. */
export interface UserSource {
  /** Those with which the line was parsed. */
  readonly defaults: UserDefaults
  /** Applies the rules of the line to a new user. */
  rebuild(user: User): void
  /** Drops what was parsed of the line, until it is needed again. */
  forget(): void
  /** Returns true for a line of the same text that was parsed with the same defaults. */
  isLike(other: UserSource): boolean
}

/**
 * A user. Connections keep the object: a change (ACL SETUSER, ACL LOAD) is made on a copy and assigned with `assign`
 * once all of it is accepted. Users of a large file hold no passwords and selectors until these are read: most of them
 * never log in.
 */
export class User {
  enabled = false
  /** True if any password is accepted. */
  nopass = false
  sanitize: Sanitize
  /** The names of the roles that the user holds, in the order of the rule. */
  roles: readonly Bytes[] = NO_ROLES
  #passwords: Password[] = NO_PASSWORDS
  /** Null while passwords and selectors are not built. */
  #own: OwnSelectors | null = null
  /** The selectors of the user and its roles, as they were last put together. */
  #joined: JoinedSelectors | null = null
  /** The line that passwords and selectors are as; null where they were changed, or must not be dropped. */
  #source: UserSource | null = null

  /** @param same a user whose rules the new one has, as after `assign`; without, it has none */
  constructor(
    readonly name: Bytes,
    readonly space: CommandSpace,
    readonly defaults: UserDefaults,
    same?: User,
  ) {
    this.sanitize = space.behaviours.sanitizesByDefault ? 'sanitize-payload' : null
    if (same === undefined) this.#own = [this.#newSelector()]
    else this.assign(same)
  }

  get passwords(): Password[] {
    if (this.#own === null) this.#build()
    return this.#passwords
  }

  set passwords(passwords: Password[]) {
    this.#leaveLine()
    this.#passwords = passwords
  }

  /** The user's own selectors: the root permissions first, then those in parentheses. */
  get own(): OwnSelectors {
    return this.#own ?? this.#build()
  }

  set own(selectors: OwnSelectors) {
    this.#leaveLine()
    this.#own = selectors
  }

  /** All selectors that decide, in the order in which they do: the user's own, then those of each role. The same list while they stay. */
  get selectors(): Selectors {
    if (this.roles.length === 0) return this.own
    const { own } = this
    const { roles } = this.defaults
    const known = this.#joined
    if (
      known !== null &&
      known.own === own &&
      known.names === this.roles &&
      known.names.every((name, i) => roles?.get(name)?.own === known.ofRoles[i])
    )
      return known.selectors
    const ofRoles = this.roles.map((name) => roles?.get(name)?.own)
    const selectors: Selectors = [own[0], ...own.slice(1), ...ofRoles.flatMap((one) => one ?? [])]
    this.#joined = { own, names: this.roles, ofRoles, selectors }
    return selectors
  }

  /** Returns the owner of one of `selectors` by its index: a role's name or, for the user itself, null; and the selector's index there. */
  placeOf(index: number): SelectorPlace {
    if (index < this.own.length) return { role: null, index }
    let left = index - this.own.length
    for (const role of this.roles) {
      const { length = 0 } = this.defaults.roles?.get(role)?.own ?? []
      if (left < length) return { role, index: left }
      left -= length
    }
    return { role: null, index }
  }

  #build(): OwnSelectors {
    const built = new User(this.name, this.space, this.#source?.defaults ?? this.defaults)
    this.#source?.rebuild(built)
    this.#passwords = built.passwords
    return (this.#own = built.own)
  }

  /** Prepares a change: afterwards, passwords and selectors are not as the line says. */
  #leaveLine(): void {
    if (this.#source === null) return
    if (this.#own === null) this.#build()
    this.#source = null
  }

  /** Sets the line that passwords and selectors are as, and drops them until they are read again. */
  rest(source: UserSource): void {
    this.#source = source
    this.forget()
  }

  /** Drops passwords and selectors that were built of a line, until they are read again. */
  forget(): void {
    if (this.#source === null) return
    this.#source.forget()
    this.#passwords = NO_PASSWORDS
    this.#own = null
  }

  /** Returns true for a user that is known to be of the same line of another file, or of the same file. */
  isOfSameLine(other: User): boolean {
    return (
      this.space === other.space &&
      this.#source !== null &&
      other.#source !== null &&
      this.#source.isLike(other.#source)
    )
  }

  /** Hashes the plain passwords ahead of their first use. Does nothing for a user that is not built. */
  hashPasswords(): void {
    for (const password of this.#passwords) void password.hash
  }

  #newSelector(): Selector {
    return new Selector(this.space, this.defaults.allChannelsByDefault)
  }

  /** The root permissions: those outside of parentheses. */
  get root(): Selector {
    return this.own[0]
  }

  /** Returns an independent copy. */
  copy(): User {
    const copy = new User(this.name, this.space, this.defaults, this)
    if (copy.passwords.length > 0) copy.passwords = copy.passwords.slice()
    copy.own = [copy.root.copy(), ...copy.own.slice(1)]
    return copy
  }

  /** Assigns everything but the name from `other`, which must not change afterwards. */
  assign(other: User): void {
    this.enabled = other.enabled
    this.nopass = other.nopass
    this.sanitize = other.sanitize
    this.#source = other.#source
    this.roles = other.roles
    this.#passwords = other.#passwords
    this.#own = other.#own
  }

  /**
   * Applies one rule (ACLSetUser), a whole `( … )` being one. Returns null, or the reason why a server refuses it. Does
   * not record the rule as a reason: see `applyAsRule`.
   */
  apply(text: Bytes): RuleError | null {
    this.#leaveLine()
    // Most rules are command rules, whose effect the selector caches by their text.
    return text[0] === '+' || text[0] === '-' ? this.root.apply(text) : this.#applyParsed(parseRule(text), text)
  }

  /** Applies a rule and records it, with its place, as a reason for later decisions. */
  applyAsRule(rule: Rule): RuleError | null {
    const before = this.own.length
    const error = this.apply(rule.text)
    if (error !== null) return error
    const parsed = parseRule(rule.text)
    if (isResetOf(parsed, 'user')) this.root.setRules([rule])
    else if (!isAboutRoles(parsed)) recordRule(this, rule, before)
    return null
  }

  #applyParsed(rule: ParsedRule, text: Bytes): RuleError | null {
    const needed = neededBehaviour(rule)
    if (needed !== null && this.space.behaviours[needed] === false) return 'syntax'
    switch (rule.kind) {
      case 'empty':
        return null
      case 'flag':
        return this.#setFlag(rule.flag)
      case 'password':
        return this.#applyPassword(rule)
      case 'roles':
        return this.#setRoles(rule.list)
      case 'reset':
        if (rule.of === 'user') return this.#reset()
        if (rule.of === 'passwords') return this.#setNopass(false)
        if (rule.of !== 'roles') break
        this.roles = NO_ROLES
        return null
    }
    return setSelectors(this, rule, text)
  }

  #setRoles(list: Bytes): RuleError | null {
    const names = readRoles(list, (name) => this.defaults.roles?.has(name) === true)
    if (typeof names === 'string') return names
    this.roles = names
    return null
  }

  #setFlag(flag: RuleFlag): null {
    if (flag === 'nopass') return this.#setNopass(true)
    if (flag === 'on' || flag === 'off') this.enabled = flag === 'on'
    else this.sanitize = flag
    return null
  }

  #setNopass(nopass: boolean): null {
    this.nopass = nopass
    this.passwords = NO_PASSWORDS
    return null
  }

  #applyPassword({ adds, form, value }: Extract<ParsedRule, { readonly kind: 'password' }>): RuleError | null {
    if (form === 'hash' && !isPasswordHash(value)) return 'bad-hash'
    if (!adds) return this.#removePassword(form === 'hash' ? value : hashPassword(value))
    return this.#addPassword(form === 'hash' ? Password.hashed(value) : Password.plain(value))
  }

  #reset(): null {
    this.enabled = false
    this.nopass = false
    this.passwords = NO_PASSWORDS
    this.sanitize = this.space.behaviours.hasSanitizePayload ? 'sanitize-payload' : null
    this.own = [this.#newSelector()]
    this.roles = NO_ROLES
    return null
  }

  #addPassword(password: Password): null {
    this.nopass = false
    if (this.passwords.length === 0) this.passwords = [password]
    else if (!hasPassword(this.passwords, password.hash)) this.passwords.push(password)
    return null
  }

  #removePassword(hash: Bytes): RuleError | null {
    const kept = this.passwords.filter((password) => password.hash !== hash)
    if (kept.length === this.passwords.length) return 'no-such-password'
    this.passwords = kept
    return null
  }

  /** Returns true if the password logs this user in (ACLCheckUserCredentials). */
  accepts(password: Bytes): boolean {
    if (!this.enabled) return false
    if (this.nopass) return true
    const hash = hashPassword(password)
    return this.passwords.some((known) => known.hash === hash)
  }

  /** The flags that GETUSER lists. */
  get flags(): readonly Bytes[] {
    const { behaviours } = this.space
    const flags: Bytes[] = [this.enabled ? 'on' : 'off']
    if (!behaviours.hasSelectors) {
      if (this.root.allKeys) flags.push('allkeys')
      if (behaviours.hasChannels && this.root.allChannels) flags.push('allchannels')
      if (this.root.commands.all) flags.push('allcommands')
    }
    if (this.nopass) flags.push('nopass')
    if (this.sanitize !== null && behaviours.printsSanitizePayload) flags.push(this.sanitize)
    return flags
  }

  /** Returns the user's line in ACL LIST and in a saved ACL file, including `user NAME` (ACLDescribeUser). */
  describe(): Bytes {
    const flags = this.flags.filter((flag) => !flag.startsWith('all'))
    const passwords = this.passwords.map((password) => `#${password.hash}`)
    const roles = this.roles.length === 0 ? [] : [`role=${this.roles.join(',')}`]
    return ['user', this.name, ...flags, ...passwords, ...describeHolder(this), ...roles].join(' ')
  }
}

/** Returns true for the rules that give a user roles, or take them: they are no selector's. */
function isAboutRoles(rule: ParsedRule): boolean {
  return rule.kind === 'roles' || isResetOf(rule, 'roles')
}

/** Returns true if anybody can log in as the user: it is on, and it needs no password or has one. */
export function canLogIn({ enabled, nopass, passwords }: User): boolean {
  return enabled && (nopass || passwords.length > 0)
}
