import type { Bytes } from './bytes'
import { type Access, READ } from './command'
import type { AllowedCommands, CommandSpace } from './allowed'
import type { Rule } from './decision'
import { describeCommands } from './describe'
import { ChannelPattern, KeyPattern, placeOf } from './pattern'
import { neededBehaviour, parseRule, readDatabases, type ParsedRule, type ResetScope } from './rule'
import type { RuleError } from './rule-errors'

/** Empty lists, shared by all selectors and never changed: the first element makes a new list. */
const NO_RULES: Rule[] = []
const NO_KEYS: KeyPattern[] = []
const NO_CHANNELS: ChannelPattern[] = []
const NO_DATABASES: readonly number[] = []

/** Finds the rules that made the selectors of a user, the root's first. Parsing them again is cheaper than storing them. */
export interface RuleOrigin {
  rulesBySelector(): readonly (readonly Rule[])[]
}

/** A selector; the root permissions of a user are one too. `apply` changes it only while it is being built. */
export class Selector {
  commands: AllowedCommands
  allKeys = false
  keys: KeyPattern[] = NO_KEYS
  allChannels: boolean
  channels: ChannelPattern[] = NO_CHANNELS
  allDatabases = true
  /** Ascending, each once. */
  databases: readonly number[] = NO_DATABASES
  #rules: Rule[] = NO_RULES
  #origin: RuleOrigin | null = null
  #index = 0

  constructor(
    readonly space: CommandSpace,
    allChannels: boolean,
  ) {
    this.commands = space.nothing
    this.allChannels = allChannels
  }

  /** Returns an independent copy. */
  copy(): Selector {
    const copy = new Selector(this.space, this.allChannels)
    copy.commands = this.commands
    copy.allKeys = this.allKeys
    if (this.keys.length > 0) copy.keys = this.keys.slice()
    if (this.channels.length > 0) copy.channels = this.channels.slice()
    copy.allDatabases = this.allDatabases
    copy.databases = this.databases
    if (this.#rules.length > 0) copy.#rules = lastOfEach(this.#rules)
    copy.#origin = this.#origin
    copy.#index = this.#index
    return copy
  }

  /**
   * True for read access to every key: all keys, or the pattern `*` itself, which is looked for literally
   * (ACLSelectorHasUnrestrictedKeyAccess).
   */
  get readsEveryKey(): boolean {
    return this.allKeys || this.keys.some(({ pattern, access }) => pattern === '*' && (access & READ) !== 0)
  }

  /** The rules that made this selector, oldest first. May include rules without effect. */
  get rules(): readonly Rule[] {
    return this.#origin === null ? lastOfEach(this.#rules) : (this.#origin.rulesBySelector()[this.#index] ?? [])
  }

  setRules(rules: Rule[]): void {
    this.#origin = null
    this.#rules = rules
  }

  /** Sets the source of the rules; `index` is the selector's index in its user. */
  setOrigin(origin: RuleOrigin, index: number): void {
    this.#origin = origin
    this.#index = index
  }

  /** Records a rule that was just applied. */
  addRule(rule: Rule): void {
    if (this.#origin !== null || this.#rules === NO_RULES) this.setRules([...this.rules, rule])
    else this.#rules.push(rule)
  }

  /**
   * Applies one rule of commands, keys, channels or databases (ACLSetSelector). Returns null, or the reason why a server
   * refuses it, and then nothing changed.
   */
  apply(text: Bytes): RuleError | null {
    // Most rules are command rules, whose effect is cached by their text.
    return text[0] === '+' || text[0] === '-' ? this.#applyToCommands(text) : this.applyParsed(parseRule(text), text)
  }

  /** Same as `apply`, for a rule that is parsed already. */
  applyParsed(rule: ParsedRule, text: Bytes): RuleError | null {
    const needed = neededBehaviour(rule)
    if (needed !== null && this.space.behaviours[needed] === false) return 'syntax'
    switch (rule.kind) {
      case 'command':
      case 'category':
        return this.#applyToCommands(text)
      case 'key':
        return this.#addKey(rule)
      case 'channel':
        return this.#addChannel(rule.pattern)
      case 'databases':
        return this.#setDatabaseList(rule.list)
      case 'all':
      case 'reset':
        return this.#setAll(rule.of, rule.kind === 'all')
      case 'invalid':
        // A server looks for an earlier ~* before it reads what is between % and ~.
        return rule.like === 'key' && this.allKeys && this.space.behaviours.hasSelectors ? 'after-all-keys' : 'syntax'
      default:
        return 'syntax'
    }
  }

  #applyToCommands(rule: Bytes): RuleError | null {
    const next = this.commands.after(rule)
    if (typeof next === 'string') return next
    this.commands = next
    return null
  }

  #setAll(of: ResetScope, all: boolean): RuleError | null {
    switch (of) {
      case 'keys':
        this.allKeys = all
        this.keys = NO_KEYS
        return null
      case 'channels':
        this.allChannels = all
        this.channels = NO_CHANNELS
        return null
      case 'databases':
        this.allDatabases = all
        this.databases = NO_DATABASES
        return null
      default:
        return 'syntax'
    }
  }

  #addKey({ pattern, access, form }: Extract<ParsedRule, { readonly kind: 'key' }>): RuleError | null {
    if (this.allKeys) return 'after-all-keys'
    const { acceptsEmptyKeyAccess, acceptsBarePercent } = this.space.behaviours
    if (access === 0 && !acceptsEmptyKeyAccess && !(acceptsBarePercent && form === '%')) return 'syntax'
    if (hasSpaces(pattern)) return 'syntax'
    const place = placeOf(this.keys, pattern)
    const known = this.keys[place]
    if (known !== undefined) {
      const both = (known.access | access) as Access
      if (both !== known.access) this.keys[place] = new KeyPattern(pattern, both)
      return null
    }
    if (this.keys.length === 0) this.keys = [new KeyPattern(pattern, access)]
    else this.keys.push(new KeyPattern(pattern, access))
    return null
  }

  #addChannel(pattern: Bytes): RuleError | null {
    if (this.allChannels) return 'after-all-channels'
    if (hasSpaces(pattern)) return 'syntax'
    if (placeOf(this.channels, pattern) >= 0) return null
    const endsAtNul = this.space.behaviours.subscribedPatternEndsAtNul
    if (this.channels.length === 0) this.channels = [new ChannelPattern(pattern, endsAtNul)]
    else this.channels.push(new ChannelPattern(pattern, endsAtNul))
    return null
  }

  /** `db=0,1` replaces the databases that were granted before. */
  #setDatabaseList(list: Bytes): RuleError | null {
    const databases = readDatabases(list)
    if (typeof databases === 'string') return databases
    this.allDatabases = false
    this.databases = databases
    return null
  }

  /** Returns the key rules as ACL LIST and GETUSER print them, without a trailing space. */
  describeKeys(): Bytes {
    return this.allKeys ? '~*' : this.keys.map((key) => key.text).join(' ')
  }

  /** As GETUSER prints them. */
  describeChannels(): Bytes {
    return this.allChannels ? '&*' : this.channels.map((channel) => `&${channel.pattern}`).join(' ')
  }

  /** As GETUSER prints them. */
  describeDatabases(): Bytes {
    return this.allDatabases ? 'alldbs' : this.databases.length === 0 ? '' : `db=${this.databases.join(',')}`
  }

  describeCommands(): Bytes {
    return describeCommands(this.commands)
  }

  /** Returns the whole selector as ACL LIST and ACL SAVE print it, without parentheses (ACLDescribeSelector). */
  describe(): Bytes {
    const { behaviours } = this.space
    const words = [this.describeKeys()]
    if (behaviours.hasChannels) {
      if (!this.allChannels) words.push('resetchannels')
      words.push(this.describeChannels())
    }
    if (behaviours.hasDatabases && !this.allDatabases)
      words.push(this.databases.length === 0 ? 'resetdbs' : this.describeDatabases())
    words.push(this.describeCommands())
    return words.filter((word) => word !== '').join(' ')
  }
}

/** Returns true if the bytes contain C's white space or a NUL, which patterns and user names may not (ACLStringHasSpaces). */
export function hasSpaces(bytes: Bytes): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes.charCodeAt(i)
    if (c === 32 || (c >= 9 && c <= 13) || c === 0) return true
  }
  return false
}

/** Returns the rules, each text once, at its last place: the rules of a user that is changed often stay few. */
function lastOfEach(rules: readonly Rule[]): Rule[] {
  const last = new Map<Bytes, Rule>()
  for (const rule of rules) {
    last.delete(rule.text)
    last.set(rule.text, rule)
  }
  return [...last.values()]
}
