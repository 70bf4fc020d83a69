import type { Bytes } from './bytes'
import type { CommandSpace } from './allowed'
import type { Rule } from './decision'
import { hashPassword, hasPassword, isPasswordHash, Password } from './password'
import { isResetOf, neededBehaviour, parseRule, type ParsedRule, type RuleFlag } from './rule'
import type { RuleError } from './rule-errors'
import { readSelector, rulesInside } from './selector-text'
import { Selector } from './selector'

/** An empty list, shared by all users and never changed. */
const NO_PASSWORDS: Password[] = []

/** The flag that `sanitize-payload` and its opposite set; null if neither was given and the target has no default. */
export type Sanitize = 'sanitize-payload' | 'skip-sanitize-payload' | null

/** The defaults of new users of a server, which the configuration may change while it runs. */
export interface UserDefaults {
  readonly allChannelsByDefault: boolean
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
  #passwords: Password[] = NO_PASSWORDS
  /** Null while passwords and selectors are not built. */
  #selectors: [Selector, ...Selector[]] | null = null
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
    if (same === undefined) this.#selectors = [this.#newSelector()]
    else this.assign(same)
  }

  get passwords(): Password[] {
    if (this.#selectors === null) this.#build()
    return this.#passwords
  }

  set passwords(passwords: Password[]) {
    this.#own()
    this.#passwords = passwords
  }

  /** The root permissions first, then the selectors in order. */
  get selectors(): [Selector, ...Selector[]] {
    return this.#selectors ?? this.#build()
  }

  set selectors(selectors: [Selector, ...Selector[]]) {
    this.#own()
    this.#selectors = selectors
  }

  #build(): [Selector, ...Selector[]] {
    const built = new User(this.name, this.space, this.#source?.defaults ?? this.defaults)
    this.#source?.rebuild(built)
    this.#passwords = built.passwords
    return (this.#selectors = built.selectors)
  }

  /** Prepares a change: afterwards, passwords and selectors are not as the line says. */
  #own(): void {
    if (this.#source === null) return
    if (this.#selectors === null) this.#build()
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
    this.#selectors = null
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
    return this.selectors[0]
  }

  /** Returns an independent copy. */
  copy(): User {
    const copy = new User(this.name, this.space, this.defaults, this)
    if (copy.passwords.length > 0) copy.passwords = copy.passwords.slice()
    copy.selectors = [copy.root.copy(), ...copy.selectors.slice(1)]
    return copy
  }

  /** Assigns everything but the name from `other`, which must not change afterwards. */
  assign(other: User): void {
    this.enabled = other.enabled
    this.nopass = other.nopass
    this.sanitize = other.sanitize
    this.#source = other.#source
    this.#passwords = other.#passwords
    this.#selectors = other.#selectors
  }

  /**
   * Applies one rule (ACLSetUser), a whole `( … )` being one. Returns null, or the reason why a server refuses it. Does
   * not record the rule as a reason: see `applyAsRule`.
   */
  apply(text: Bytes): RuleError | null {
    this.#own()
    // Most rules are command rules, whose effect the selector caches by their text.
    return text[0] === '+' || text[0] === '-' ? this.root.apply(text) : this.#applyParsed(parseRule(text), text)
  }

  /** Applies a rule and records it, with its place, as a reason for later decisions. */
  applyAsRule(rule: Rule): RuleError | null {
    const before = this.selectors.length
    const error = this.apply(rule.text)
    if (error !== null) return error
    if (this.selectors.length > before) this.selectors[before]?.setRules(rulesInside(rule))
    else if (isResetOf(parseRule(rule.text), 'user')) this.root.setRules([rule])
    else this.root.addRule(rule)
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
      case 'selector':
        return this.#addSelector(text)
      case 'reset':
        if (rule.of === 'user') return this.#reset()
        if (rule.of === 'passwords') return this.#setNopass(false)
        if (rule.of !== 'selectors') break
        this.selectors = [this.root]
        return null
    }
    return this.root.applyParsed(rule, text)
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
    this.selectors = [this.#newSelector()]
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

  #addSelector(rule: Bytes): RuleError | null {
    const selector = readSelector(this.space, rule, this.defaults.allChannelsByDefault)
    if (typeof selector === 'string') return selector
    this.selectors.push(selector)
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
    const [root, ...rest] = this.selectors
    return ['user', this.name, ...flags, ...passwords, root.describe(), ...rest.map((s) => `(${s.describe()})`)].join(
      ' ',
    )
  }
}

/** Returns true if anybody can log in as the user: it is on, and it needs no password or has one. */
export function canLogIn({ enabled, nopass, passwords }: User): boolean {
  return enabled && (nopass || passwords.length > 0)
}
