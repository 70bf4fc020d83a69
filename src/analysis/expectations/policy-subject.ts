import { lower, toText, type Bytes } from '../../acl/bytes'
import { type Command, runsAlone } from '../../acl/command'
import type { User } from '../../acl/user'
import { exactly } from '../../proof/automaton'
import type { SimulatedServer } from '../../server/server'
import { commandTitle } from '../command-title'
import { nearest } from '../nearest'
import { holderOf } from '../role-holder'
import type { Access, Place, PolicyExpectation } from './expectation'

/** Something that a statement names and the server does not have. */
export interface Invalid {
  readonly message: string
  readonly hint: string | null
  readonly place: Place
}

export interface Asked {
  readonly user: User
  /** The value of `{id}`; null where there is none. */
  readonly id: Bytes | null
}

/** The users that a statement is to be checked for. */
export function usersOf(server: SimulatedServer, { subject, places }: PolicyExpectation): readonly Asked[] | Invalid {
  const missing = (name: Bytes): Invalid => {
    const meant = nearest(toText(name), namesOf(server))
    return {
      message: `There is no user ${toText(name)}.`,
      hint: meant === null ? 'Name a user of users.acl.' : `Did you mean ${meant}?`,
      place: places.user,
    }
  }
  const role = subject.kind === 'role' || 'role' in subject ? subject.role : undefined
  const noRole = role === undefined ? null : missingRole(server, role, places.user)
  if (noRole !== null) return noRole
  if (subject.kind === 'role') {
    const user = holderOf(server.users, subject.role)
    return user === null ? missing(subject.role) : [{ user, id: null }]
  }
  if (subject.kind === 'user') {
    const user = server.users.get(subject.user)
    return user === undefined ? missing(subject.user) : [{ user, id: null }]
  }
  if (subject.kind === 'template') {
    const { before, name, after } = subject
    const found = [...server.users].flatMap((user): Asked[] => {
      if (user.name.length <= before.length + after.length) return []
      if (!user.name.startsWith(before) || !user.name.endsWith(after)) return []
      const id = user.name.slice(before.length, user.name.length - after.length)
      return after !== '' && id.includes(after[0] ?? '') ? [] : [{ user, id }]
    })
    if (found.length > 0) return found
    return {
      message: `No user is named like ${toText(before)}{${toText(name)}}${toText(after)}.`,
      hint: 'Without one, the sentence would say nothing. Correct the name, or remove the line.',
      place: places.user,
    }
  }
  const unknown = subject.but.find((name) => server.users.get(name) === undefined)
  if (unknown !== undefined) return missing(unknown)
  const but = new Set(subject.but)
  const found = [...server.users].filter(
    ({ name, roles }) => !but.has(name) && (role === undefined || roles.includes(role)),
  )
  if (role === undefined || found.length > 0) return found.map((user) => ({ user, id: null }))
  return {
    message: `No ${but.size > 0 ? 'other ' : ''}user holds the role ${toText(role)}.`,
    hint: 'Without one, the sentence would say nothing. For the role by itself, write: role NAME can …',
    place: places.user,
  }
}

/** Returns what is wrong with a role that a statement names; null where the server has it. */
function missingRole({ target, users }: SimulatedServer, name: Bytes, place: Place): Invalid | null {
  if (!target.behaviours.hasRoles)
    return { message: `${target.label} has no roles.`, hint: 'Name users instead, or choose Valkey 9.2.', place }
  if (users.roles.has(name)) return null
  const meant = nearest(toText(name), [...users.roles.keys()].map(toText))
  return {
    message: `There is no role ${toText(name)}.`,
    hint: meant === null ? 'Name a role of users.acl.' : `Did you mean ${meant}?`,
    place,
  }
}

/** The names of a server's users, converted one by one as they are looked at. */
export function* namesOf({ users }: SimulatedServer): Generator<string> {
  for (const { name } of users) yield toText(name)
}

/** The commands that a statement names, categories unfolded. Those that need no permission (AUTH) are in no category here. */
export function commandsOf(
  server: SimulatedServer,
  { access, places }: PolicyExpectation,
): readonly Command[] | Invalid {
  if (access.kind !== 'run') return []
  const { table, label } = server.target
  const found: Command[] = []
  const asked = (command: Command): readonly Command[] =>
    [command, ...(command.subcommands?.values() ?? [])].filter(runsAlone)
  for (const [i, written] of access.commands.entries()) {
    if (written.startsWith('@')) {
      const category = written.slice(1)
      const members = lower(category) === 'all' ? table.commands : table.inCategory(category)
      if (members === undefined)
        return {
          message: `${label} has no category ${toText(written)}.`,
          hint: `One of: ${table.categories.map((name) => `@${name}`).join(', ')}.`,
          place: places.action,
        }
      found.push(...members.filter((command) => runsAlone(command) && !needsNone(command)))
      continue
    }
    const command = table.find(written) ?? undefined
    if (command === undefined) {
      const meant = nearest(
        toText(written).toUpperCase(),
        table.commands.map(({ name }) => commandTitle(name)),
      )
      return {
        message: `${label} has no command ${toText(written).toUpperCase()}.`,
        hint: `${meant === null ? '' : `Did you mean ${meant}? `}A subcommand is written with a bar: config|set.`,
        place: places.action,
      }
    }
    if (needsNone(command))
      return {
        message: `${commandTitle(command.name)} needs no permission: every user can run it.`,
        hint: 'Leave it out.',
        place: places.action,
      }
    const next = access.commands[i + 1]
    if (next !== undefined && command.subcommands?.has(lower(next)) === true)
      return {
        message: `${toText(written)} ${toText(next)} reads as two commands.`,
        hint: `For the subcommand, write ${toText(written)}|${toText(next)}; for both commands, write ${toText(next)} first.`,
        place: places.action,
      }
    found.push(...asked(command))
  }
  return [...new Set(found)]
}

/** Returns whether a command needs no permission (AUTH). */
export const needsNone = ({ flags }: Command): boolean => flags.has('no_auth')

/** Returns what is wrong with the user that a statement says others become; null where the server has it. */
export function checkBecome(server: SimulatedServer, { access, places }: PolicyExpectation): Invalid | null {
  if (access.kind !== 'become' || server.users.get(access.user) !== undefined) return null
  const meant = nearest(toText(access.user), namesOf(server))
  return {
    message: `There is no user ${toText(access.user)}.`,
    hint: meant === null ? 'Name a user of users.acl.' : `Did you mean ${meant}?`,
    place: places.action,
  }
}

export function checkDatabases(server: SimulatedServer, { access, db, places }: PolicyExpectation): Invalid | null {
  const count = server.keyspace.databases.length
  const bad = [...(db === null ? [] : [db]), ...(access.kind === 'databases' ? access.numbers : [])].find(
    (number) => number >= count,
  )
  if (bad === undefined) return null
  return {
    message: `There is no database ${bad}: the server has ${count}, from 0 to ${count - 1}.`,
    hint: "Give another number, or raise 'databases' in redis.conf.",
    place: db === bad ? (places.db ?? places.action) : places.action,
  }
}

/** Puts the value of `{id}` into the patterns of a statement, where it stands for itself. */
export function filledIn({ access, subject }: PolicyExpectation, id: Bytes): Access {
  if (subject.kind !== 'template') return access
  const literal = exactly(id)
  const fill = (patterns: readonly Bytes[]): Bytes[] =>
    patterns.map((pattern) => pattern.replaceAll(`{${subject.name}}`, () => literal))
  switch (access.kind) {
    case 'keys':
    case 'reach':
    case 'channels':
      return { ...access, patterns: fill(access.patterns) }
    case 'run':
      return { ...access, keys: access.keys && fill(access.keys) }
    default:
      return access
  }
}
