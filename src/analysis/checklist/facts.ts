import ipaddr from 'ipaddr.js'
import { fromText, type Bytes } from '../../acl/bytes'
import type { Rule, Span } from '../../acl/decision'
import { loadAclFile } from '../../acl/load'
import { parseRule } from '../../acl/rule'
import type { Selector } from '../../acl/selector'
import type { User } from '../../acl/user'
import { Users } from '../../acl/users'
import { Config } from '../../server/config'
import { parseConfigFile, type ConfigLine } from '../../server/config-file'
import { updateDefaultPassword } from '../../server/passwords'
import { withoutRefused } from '../compare/repair'
import type { ChecklistInput, Evidence } from './types'

/**
 * The users, directives and network exposure that the two files define together. Lines that cannot be parsed are
 * skipped.
 */
export interface Facts extends ChecklistInput {
  readonly config: Config
  readonly lines: readonly ConfigLine[]
  readonly users: readonly User[]
  readonly defaultUser: User
  /** True where users.acl defines the users; false where `user` lines in redis.conf do. */
  readonly usesAclFile: boolean
  /** True where the server rejects the users as written: the facts are then about the part that it would accept. */
  readonly refused: boolean
  /** Addresses of `bind`, without the optional `-` prefix; empty means every interface. */
  readonly addresses: readonly string[]
  /** Open TCP ports. */
  readonly ports: readonly { readonly name: 'port' | 'tls-port'; readonly number: number }[]
  /** True where the server accepts TCP connections from its own host only. */
  readonly loopbackOnly: boolean
}

/** Parses both files, as the target's server would where possible. Never throws. */
export function readFacts(input: ChecklistInput): Facts {
  const { target } = input
  const lines = parseConfigFile(fromText(input.conf))
  const config = new Config(target)
  for (const { words, span } of lines) {
    const directive = config.find(words?.[0] ?? '')
    const read = directive === undefined ? null : config.read(directive, words?.slice(1) ?? [])
    if (directive === undefined || read === null || 'error' in read) continue
    config.set(directive, read.value)
    config.spans.set(directive.name, span)
  }
  const usesAclFile = input.acl !== null && (input.conf.trim() === '' || config.get('aclfile') !== '')
  const users = new Users(target.table, target.behaviours)
  users.allChannelsByDefault = target.behaviours.hasChannels && config.get('acl-pubsub-default') === 'allchannels'
  if (config.get('requirepass') !== '')
    updateDefaultPassword(users, config.get('requirepass'), config.spans.get('requirepass') ?? null)
  const refused = usesAclFile ? loadAcl(users, input.acl ?? '', input) : loadConfUsers(users, lines)
  const addresses = config
    .get('bind')
    .split(' ')
    .map((address) => address.replace(/^-/, ''))
    .filter((address) => address !== '')
  const ports = (['port', 'tls-port'] as const)
    .map((name) => ({ name, number: config.number(name) }))
    .filter(({ number }) => number > 0)
  return {
    ...input,
    config,
    lines,
    users: [...users],
    defaultUser: users.default,
    usesAclFile,
    refused,
    addresses,
    ports,
    loopbackOnly: ports.length === 0 || (addresses.length > 0 && addresses.every(isLoopback)),
  }
}

/** Loads the users of the ACL file. Returns true where the server rejects the file as written. */
function loadAcl(users: Users, acl: string, { target }: ChecklistInput): boolean {
  const bytes = fromText(acl)
  const whole = loadAclFile(users, bytes, 'users.acl')
  const loaded = whole.ok ? whole : loadAclFile(users, withoutRefused(bytes, target, true).text, 'users.acl')
  if (loaded.ok) users.replaceAll(loaded)
  return !whole.ok
}

function loadConfUsers(users: Users, lines: readonly ConfigLine[]): boolean {
  let refused = false
  for (const { words, wordSpans } of users.space.behaviours.hasRoles ? lines : []) {
    if (words === null || words[0] !== 'role' || words[1] === undefined) continue
    if (users.setRole(words[1], words.slice(2), wordSpans.slice(2)) !== null) refused = true
  }
  for (const { words, wordSpans } of lines) {
    if (words === null || words[0] !== 'user' || words[1] === undefined) continue
    const rules = words.slice(2)
    if (users.setUser(words[1], ['reset', ...rules], [null, ...wordSpans.slice(2)]) !== null) refused = true
  }
  return refused
}

/** Returns true for an address that only this host can reach. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || rangeOf(address) === 'loopback'
}

/** Returns true for a wildcard address, which means every interface. */
export function isWildcard(address: string): boolean {
  return address === '*' || address === '::*' || rangeOf(address) === 'unspecified'
}

/** Returns true for an address of a private or link-local network. */
export function isPrivate(address: string): boolean {
  return ['private', 'linkLocal', 'uniqueLocal'].includes(rangeOf(address) ?? '')
}

/** Returns the kind of network that an address belongs to; null for a host name. */
function rangeOf(address: string): string | null {
  return ipaddr.isValid(address) ? ipaddr.parse(address).range() : null
}

/** Returns the value of a directive as evidence, with its default where no line sets it. */
export function directiveEvidence(facts: Facts, name: string): Evidence {
  const span = facts.config.spans.get(name) ?? null
  const value = facts.config.get(name)
  return { text: span === null ? `${name} is not set: ${value === '' ? 'empty' : value}` : `${name} ${value}`, span }
}

/** Returns the rules written for a user, passwords included, rules inside selectors excluded. */
export function rulesOf(user: User): readonly Rule[] {
  return user.root.rules
}

/** Returns where to show a fact about a user: the span of its first rule that has a span. */
export function placeOf(user: User): Span | null {
  return rulesOf(user).find(({ span }) => span !== null)?.span ?? null
}

/**
 * Returns true for an administrator: a user with every key and every command except those removed by name, ACL SETUSER
 * among those left.
 */
export function isAdministrator(user: User): boolean {
  return user.selectors.some((selector) => selector.allKeys && selector.commands.future && changesRules(selector))
}

/** Returns true for a user that can grant itself any permission with ACL SETUSER. */
export function mayChangeRules(user: User): boolean {
  return user.selectors.some(changesRules)
}

function changesRules({ commands, space }: Selector): boolean {
  const argv = ['acl', 'setuser']
  const command = space.table.resolve(argv)
  return command !== undefined && commands.allows(command, argv)
}

/** A password in plain text. */
export interface ClearPassword {
  /** The user's name, or the directive's. */
  readonly of: Bytes
  readonly directive: boolean
  readonly password: Bytes
  readonly span: Span | null
}

/** Returns every plain-text password in the files: `>` rules, requirepass and masterauth. */
export function clearPasswords(facts: Facts): ClearPassword[] {
  const rules = facts.users.flatMap((user) =>
    rulesOf(user).flatMap(({ text, span }): ClearPassword[] => {
      // requirepass is also a rule of the default user.
      const rule = parseRule(text)
      if (rule.kind !== 'password' || rule.form !== 'plain' || !rule.adds) return []
      const isWritten = span !== null && span !== facts.config.spans.get('requirepass')
      return isWritten ? [{ of: user.name, directive: false, password: rule.value, span }] : []
    }),
  )
  const directives = ['requirepass', 'masterauth', 'primaryauth'].flatMap((name): ClearPassword[] => {
    const password = facts.config.get(name)
    const span = facts.config.spans.get(name) ?? null
    return password === '' || span === null ? [] : [{ of: name, directive: true, password, span }]
  })
  return [...rules, ...directives]
}
