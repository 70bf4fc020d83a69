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

/** What the two files say together, as far as they can be read; nothing in them stops the reading. */
export interface Facts extends ChecklistInput {
  readonly config: Config
  readonly lines: readonly ConfigLine[]
  readonly users: readonly User[]
  readonly defaultUser: User
  /** The users come from users.acl; else from `user` lines in redis.conf. */
  readonly usesAclFile: boolean
  /** The server refuses the users as they are written; what it accepts of them was looked at. */
  readonly refused: boolean
  /** Addresses that are listened on, without the `-` before them; empty stands for all. */
  readonly addresses: readonly string[]
  /** TCP ports that are open. */
  readonly ports: readonly { readonly name: 'port' | 'tls-port'; readonly number: number }[]
  /** Only this host reaches the server over TCP. */
  readonly loopbackOnly: boolean
}

/** Reads what both files say, as the target's server would where it can. Never throws. */
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

/** Takes over the users of the ACL file; whether the server refuses it as it stands. */
function loadAcl(users: Users, acl: string, { target }: ChecklistInput): boolean {
  const whole = loadAclFile(users, fromText(acl), 'users.acl')
  const loaded = whole.ok ? whole : loadAclFile(users, fromText(withoutRefused(acl, target, true).text), 'users.acl')
  if (loaded.ok) users.replaceAll(loaded.users)
  return !whole.ok
}

function loadConfUsers(users: Users, lines: readonly ConfigLine[]): boolean {
  let refused = false
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

/** Returns true for an address that stands for every interface. */
export function isWildcard(address: string): boolean {
  return address === '*' || address === '::*' || rangeOf(address) === 'unspecified'
}

/** Returns true for an address of a private or link-local network. */
export function isPrivate(address: string): boolean {
  return ['private', 'linkLocal', 'uniqueLocal'].includes(rangeOf(address) ?? '')
}

/** The kind of network that an address belongs to; null for a host name. */
function rangeOf(address: string): string | null {
  return ipaddr.isValid(address) ? ipaddr.parse(address).range() : null
}

/** What a directive is set to, as evidence; with its default where no line sets it. */
export function directiveEvidence(facts: Facts, name: string): Evidence {
  const span = facts.config.spans.get(name) ?? null
  const value = facts.config.get(name)
  return { text: span === null ? `${name} is not set: ${value === '' ? 'empty' : value}` : `${name} ${value}`, span }
}

/** The rules written for a user, passwords included, without those inside selectors. */
export function rulesOf(user: User): readonly Rule[] {
  return user.root.rules
}

/** A place for a fact about a user: its first rule that has one. */
export function placeOf(user: User): Span | null {
  return rulesOf(user).find(({ span }) => span !== null)?.span ?? null
}

/** Tells an administrator: a user with every key and every command but those taken away, ACL SETUSER among those left. */
export function isAdministrator(user: User): boolean {
  return user.selectors.some((selector) => selector.allKeys && selector.commands.future && changesRules(selector))
}

/** Tells a user that may give itself any right by ACL SETUSER, whatever its own rules are. */
export function mayChangeRules(user: User): boolean {
  return user.selectors.some(changesRules)
}

function changesRules({ commands, space }: Selector): boolean {
  const argv = ['acl', 'setuser']
  const command = space.table.resolve(argv)
  return command !== undefined && commands.allows(command, argv)
}

/** A password that stands in clear. */
export interface ClearPassword {
  /** `app`, or the directive's name. */
  readonly of: Bytes
  readonly directive: boolean
  readonly password: Bytes
  readonly span: Span | null
}

/** Every password that stands in clear in the files: `>` rules, requirepass and masterauth. */
export function clearPasswords(facts: Facts): ClearPassword[] {
  const rules = facts.users.flatMap((user) =>
    rulesOf(user).flatMap(({ text, span }): ClearPassword[] => {
      // requirepass is kept as a rule of the default user, too.
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
