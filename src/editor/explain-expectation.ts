import { toText, type Bytes } from '../acl/bytes'
import {
  aclReasons,
  type LineExpectation,
  type Place,
  type PolicyExpectation,
  type Reason,
} from '../analysis/expectations/expectation'
import { parseExpectation } from '../analysis/expectations/parse'
import { explainRole } from '../analysis/explain-line'
import { type Explained, explanation } from '../analysis/explain-token'
import { plain } from '../analysis/phrase'
import { explainCommandWord, explainUser } from './explain-command-word'
import type { Hover } from './hover-text'
import type { World } from './world'

/** The meaning of each reason, to follow the word itself. */
export const reasonMeanings: Readonly<Record<Reason, string>> = {
  command: 'no rule allows the command',
  key: 'no pattern covers a key',
  channel: 'no pattern covers a channel',
  database: 'the database is not allowed',
  configuration: 'a directive of redis.conf blocks it',
  'no-command': 'the server has no such command',
  off: 'the user is off',
  'no-password': 'the user has no password',
  'no-user': 'there is no such user',
  'protected-mode': 'protected mode rejects it',
  unreachable: 'the connection fails',
}

function ofReason(reason: Reason): Explained {
  const isLogged = (aclReasons as readonly string[]).includes(reason)
  return explanation(
    `Denied because ${reason}: ${reasonMeanings[reason]}.`,
    isLogged ? `The same word as the reason in ACL LOG. The line fails where it is denied for another reason.` : null,
  )
}

/**
 * Explains the word at a place of a line of users.expect: its user, `can` and `cannot`, the command's words as in the
 * console, and the clauses after them.
 * @returns places relative to the line's start; null for comments and lines that cannot be parsed
 */
export function explainExpectationWord(line: string, pos: number, world: World): Hover | null {
  const read = parseExpectation(line, { line: 1, from: 0 })
  if (read === null || 'message' in read) return null
  const { places } = read
  if (read.kind === 'policy') return explainPolicyWord(read, pos, world)
  const found = (place: Place | null, explained: () => Explained): Hover | null =>
    place !== null && place.from <= pos && pos <= place.to
      ? { from: place.from, to: place.to, explained: explained() }
      : null
  return (
    found(places.user, () => explainUser(read.user, world)) ??
    found(places.verb, () =>
      explanation(verbMeanings[read.verb], 'Checked against the rules in memory; nothing is run or logged.'),
    ) ??
    ofAction(read, line, pos, world) ??
    found(places.because, () => ofReason(read.because ?? 'command')) ??
    found(places.origin, () => explanation('Where the connection comes from: bind and protected mode count too.')) ??
    found(places.db, () => explanation(`The connection is in database ${read.db}.`))
  )
}

/** The same for a sentence about every command line. */
function explainPolicyWord(read: PolicyExpectation, pos: number, world: World): Hover | null {
  const { places, subject, verb, access } = read
  const found = (place: Place | null, explained: () => Explained): Hover | null =>
    place !== null && place.from <= pos && pos <= place.to
      ? { from: place.from, to: place.to, explained: explained() }
      : null
  return (
    found(places.user, () =>
      subject.kind === 'user'
        ? explainUser(subject.user, world)
        : subject.kind === 'role'
          ? explainRoleNamed(subject.role, world)
          : explanation(aboutSubject(subject)),
    ) ??
    found(places.verb, () => explanation(policyVerbs[verb], 'Decided by search, over every command line.')) ??
    found(places.action, () => explanation(accessMeaning(access), accessMore[access.kind])) ??
    found(places.origin, () => explanation('Where the connection comes from: bind and protected mode count too.')) ??
    found(places.db, () => explanation(`The connection is in database ${read.db}.`))
  )
}

/** Explains a role by itself, or says that there is none. */
export function explainRoleNamed(name: Bytes, { roles, target }: World): Explained {
  const role = roles?.get(name)
  if (role !== undefined) return explanation(plain(explainRole(role, target)))
  return explanation(target.behaviours.hasRoles ? `There is no role ${toText(name)}.` : `${target.label} has no roles.`)
}

function aboutSubject(subject: Exclude<PolicyExpectation['subject'], { readonly kind: 'user' | 'role' }>): string {
  if (subject.kind === 'template')
    return `Every user of this form; each is checked with its own value of {${subject.name}}.`
  const but = subject.but.map(toText)
  const holds = subject.role === undefined ? '' : ` who holds the role ${toText(subject.role)}`
  if (but.length === 0)
    return subject.kind === 'nobody' ? `No user${holds === '' ? ' at all' : holds}.` : `Every user${holds}.`
  return subject.kind === 'nobody'
    ? `No user${holds} but ${but.join(', ')}. It does not say that ${but.join(', ')} can.`
    : `Every user${holds} but ${but.join(', ')}.`
}

const policyVerbs: Readonly<Record<PolicyExpectation['verb'], string>> = {
  can: 'Holds where all that follows is possible.',
  cannot: 'Holds where none of what follows is possible.',
  'can only': 'Holds where nothing of this kind is possible beyond what follows.',
}

function accessMeaning(access: PolicyExpectation['access']): string {
  switch (access.kind) {
    case 'keys':
      return access.need === 'access'
        ? 'Naming a key in any command, EXISTS included.'
        : `A command that needs ${access.need} permission on a key${access.need === 'read' ? ', such as GET and TTL' : ', such as SET and DEL'}.`
    case 'run':
      return access.keys === null
        ? 'Running these commands, with some arguments at least.'
        : 'Running these commands on keys that match these patterns.'
    case 'channels':
      return 'Publishing to a channel, or receiving from it; a pattern receives from all that it matches.'
    case 'databases':
      return 'Running commands in these databases.'
    case 'become':
      return 'Logging in as this user, in any number of steps.'
    case 'reach':
      return 'Reading or changing these keys, or seeing others use them, in any number of steps.'
    case 'log-in':
      return access.withoutPassword ? 'Logging in without a password (nopass).' : 'Logging in.'
  }
}

const accessMore: Readonly<Record<PolicyExpectation['access']['kind'], string | null>> = {
  keys: 'KEYS, SCAN and RANDOMKEY tell names without naming a key: for them write run KEYS SCAN RANDOMKEY.',
  run: 'Commands, subcommands (config|set) and categories (@read).',
  channels: null,
  databases: 'Only Valkey 9.1 has database permissions.',
  'log-in': null,
  become:
    'Steps are what a user can do with its commands, passwords and users without one: see “Ways” in What is proved.',
  reach:
    'Steps are what a user can do with its commands, passwords and users without one: see “Ways” in What is proved.',
}

const verbMeanings = {
  can: 'Holds where the server lets the user do this.',
  cannot:
    'Holds where the server refuses it. A user or command that does not exist is no refusal: the line cannot be told then.',
}

function ofAction({ action, places, user }: LineExpectation, line: string, pos: number, world: World): Hover | null {
  const { from, to } = places.action
  if (pos < from || pos > to) return null
  if (action.kind === 'log-in')
    return {
      from,
      to,
      explained: explanation(
        `Logging in as ${toText(user)}: the user is on and has a password, and the server takes the connection.`,
      ),
    }
  const hover = explainCommandWord(line.slice(from, to), pos - from, world)
  return hover && { from: hover.from + from, to: hover.to + from, explained: hover.explained }
}
