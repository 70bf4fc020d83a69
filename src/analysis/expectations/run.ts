import { wordAt } from '../../acl/argv'
import { toText, type Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { refusalText } from '../../acl/refusals'
import { hasArity, wrongArity } from '../../server/command-errors'
import { newNameOf } from '../../server/lookup'
import type { SimulatedServer } from '../../server/server'
import { lateRefusal } from '../../server/late-refusal'
import type { Origin } from '../../server/types'
import { connectionRefusal, logIn, refused, type Found } from './connection'
import { explain } from '../explain'
import { commandTitle } from '../command-title'
import { nearest } from '../nearest'
import { plain } from '../phrase'
import type { Expectation, ExpectationResult, LineExpectation, Place, Reason } from './expectation'
import { namesOf } from './policy-subject'
import { runPolicy } from './run-policy'

/** Checks expectations against a server's users and configuration, in order. Runs, logs and changes nothing. */
export function runExpectations(server: SimulatedServer, expectations: readonly Expectation[]): ExpectationResult[] {
  return expectations.map((expectation) => runExpectation(server, expectation))
}

/**
 * Checks an expectation in the order of the server's own checks: the connection (bind, protected mode), the log-in (a
 * user that is off or has no password cannot do anything), then the ACL. An unknown user or command makes the line
 * invalid, so that a misspelt name never passes as a denial, unless `because` expects it. Never throws.
 */
export function runExpectation(server: SimulatedServer, expectation: Expectation): ExpectationResult {
  if (expectation.kind === 'policy') return runPolicy(server, expectation)
  const found = look(server, expectation)
  const base = { expectation, decision: found.decision }
  if (found.invalid !== null) return { ...base, state: 'invalid', verdict: null, reply: found.reply, ...found.invalid }
  const { allowed, reason } = found.verdict
  const expected = expectation.verb === 'can'
  const { places } = expectation
  const rest = { ...base, verdict: found.verdict, reply: found.reply, hint: null }
  if (allowed !== expected) {
    const message = allowed ? `Allowed: ${found.why}.` : `Denied because ${reason}: ${found.why}.`
    return { ...rest, state: 'fails', message, place: failedPlace(expectation, reason) }
  }
  if (!allowed && expectation.because !== null && expectation.because !== reason) {
    return {
      ...rest,
      state: 'fails',
      message: `Denied, but because ${reason}, not ${expectation.because}: ${found.why}.`,
      place: places.because ?? places.action,
    }
  }
  return {
    ...rest,
    state: 'holds',
    message: allowed ? `Allowed: ${found.why}.` : `Denied because ${reason}: ${found.why}.`,
    place: expectation.place,
  }
}

/** The default origin of connections. */
const loopback: Origin = { kind: 'loopback' }

function look(server: SimulatedServer, expectation: LineExpectation): Found {
  const { action, because } = expectation
  const name = toText(expectation.user)
  const user = server.users.get(expectation.user)
  const connection = expectation.origin === null ? null : connectionRefusal(server, expectation.origin)
  const missing = user === undefined && because !== 'no-user' ? noUser(server, expectation) : null
  if (missing !== null) return missing
  if (action.kind === 'log-in')
    return connection ?? (user === undefined ? refused('no-user', `there is no user ${name}`) : logIn(user))

  const { command, container } = server.lookup(action.argv)
  if (command === undefined && because !== 'no-command') return noCommand(server, expectation, action.argv, container)
  if (command !== undefined && !hasArity(command, action.argv)) {
    const few = command.arity < 0 || action.argv.length < command.arity
    return invalid(
      `${commandTitle(command.name)} has too ${few ? 'few' : 'many'} arguments here: the server rejects it before checking the rules.`,
      'Write the command as it is sent, with all its arguments.',
      expectation.places.action,
      wrongArity(command),
    )
  }
  const db = expectation.db ?? 0
  const origin = expectation.origin ?? loopback
  const databases = server.keyspace.databases.length
  if (db >= databases) {
    return invalid(
      `There is no database ${db}: the server has ${databases}, from 0 to ${databases - 1}.`,
      "Give another number, or raise 'databases' in redis.conf.",
      expectation.places.db ?? expectation.place,
    )
  }
  const decision = user === undefined ? null : server.judge(user, action.argv, { db })
  const early = connection ?? (user === undefined ? refused('no-user', `there is no user ${name}`) : logIn(user))
  if (!early.verdict.allowed) return { ...early, decision }
  if (decision === null)
    return refused('no-command', `${server.target.label} has no command ${typedName(action.argv, container)}`)
  const why = plain(explain(decision).headline)
  if (decision.allowed) {
    const late = user === undefined ? null : lateRefusal(server, user, decision, origin)
    if (late !== null) return refused(late.reason, late.why, { decision, reply: late.error })
    return { verdict: { allowed: true, reason: null }, why, decision, reply: null, invalid: null }
  }
  const reason = decision.reason === null || decision.reason === 'auth' ? 'command' : decision.reason
  return refused(reason, why, { decision, reply: refusalText(decision, server.target.behaviours) })
}

function invalid(message: string, hint: string | null, place: Place, reply: Bytes | null = null): Found {
  return {
    verdict: { allowed: false, reason: null },
    why: '',
    decision: null,
    reply,
    invalid: { message, hint, place },
  }
}

function noUser(server: SimulatedServer, expectation: LineExpectation): Found {
  const name = toText(expectation.user)
  const meant = nearest(name, namesOf(server))
  const suggestion = meant === null ? '' : `Did you mean ${meant}? `
  return invalid(
    `There is no user ${name}.`,
    `${suggestion}If there must be none, write: ${name} cannot log in because no-user`,
    expectation.places.user,
  )
}

function noCommand(
  server: SimulatedServer,
  expectation: LineExpectation,
  argv: readonly Bytes[],
  container: Command | null,
): Found {
  const { label, table } = server.target
  const name = typedName(argv, container)
  const ifMeant = 'If it must not exist, add: because no-command'
  const at = expectation.places.action
  if (server.hidden.has(wordAt(argv, 0))) {
    const renamed = newNameOf(server, wordAt(argv, 0))
    return renamed === undefined
      ? invalid(`rename-command in redis.conf disables ${name}, so the server has no such command.`, ifMeant, at)
      : invalid(
          `rename-command in redis.conf renames ${name}, so the server has no command of that name.`,
          `Write the new name: ${toText(renamed)}. ${ifMeant}`,
          at,
        )
  }
  const known =
    container === null
      ? table.commands.flatMap(({ parent, name: of }) =>
          parent === null && !server.hidden.has(of) ? [commandTitle(of)] : [],
        )
      : [...(container.subcommands?.values() ?? [])].map(({ name: of }) => commandTitle(of))
  const meant = nearest(name, known)
  const suggestion = meant === null ? '' : `Did you mean ${meant}? `
  return invalid(`${label} has no command ${name}.`, `${suggestion}${ifMeant}`, at)
}

/** Returns the name of the unknown command as typed, in capitals. */
function typedName(argv: readonly Bytes[], container: Command | null): string {
  return toText(argv.slice(0, container === null ? 1 : 2).join(' ')).toUpperCase()
}

/** Returns the range to underline: the user where it cannot log in, else the action. */
function failedPlace(expectation: LineExpectation, reason: Reason | null): Place {
  const { places } = expectation
  if (reason === 'off' || reason === 'no-password') return places.user
  return (reason === 'protected-mode' || reason === 'unreachable' ? places.origin : null) ?? places.action
}
