import { toText, type Bytes } from '../../acl/bytes'
import { type User, canLogIn } from '../../acl/user'
import { exactly } from '../../proof/automaton'
import { contains, union, type Language } from '../../proof/language'
import {
  channelBeyond,
  channelOutside,
  channelWithin,
  databaseUse,
  keyBeyond,
  keyOutside,
  keyWithin,
  runOf,
  runOutside,
  type Search,
} from '../../proof/reach'
import { runDenied } from '../../proof/run-denied'
import { allows, type CommandLine } from '../../proof/command-line'
import { quote } from '../../resp/render'
import { type HeldEscalation, uncheckedSort } from '../escalation'
import { escalationsTo } from '../key-access/escalations'
import { memoize } from '../memoize'
import { readableLine, readableName } from '../readable-line'
import { connectionRefusal, logIn } from './connection'
import type { PolicyExpectation } from './expectation'
import { needsNone } from './policy-subject'
import { fails, holds, type Outcome, type Question } from './outcome'
import { wayOutcome } from './way-outcome'

/** The union of a statement's patterns, made once for all users. */
const patternsOf = memoize(union)

/** Decides a statement for one user. */
export function outcomeFor(question: Question, { origin, byOwnRules }: PolicyExpectation): Outcome {
  const { server, subject, verb, access } = question
  const { user } = subject
  const refused = origin === null ? null : connectionRefusal(server, origin)
  if (refused !== null) return verb === 'can' ? fails(`cannot: ${refused.why}`) : holds
  if (access.kind === 'log-in') return logInOutcome(user, verb, access.withoutPassword)
  if (!canLogIn(user)) return verb === 'can' ? fails(`cannot: ${logIn(user).why}`) : holds
  if (access.kind === 'become' || access.kind === 'reach') return wayOutcome(question, access)
  if (verb === 'can') return ability(question)
  const outcome = restriction(question)
  if (outcome.kind === 'fails' || byOwnRules) return outcome
  const escalation = escalationFor(question)
  return escalation === null
    ? outcome
    : {
        kind: 'fails',
        why: `can ${escalation.what}`,
        line: lineOf(question, escalation),
        hint: "To count its own rules only, add 'by its own rules'.",
        escalation: escalation.what,
        script: null,
      }
}

function logInOutcome(user: User, verb: Question['verb'], withoutPassword: boolean): Outcome {
  const may = canLogIn(user) && (!withoutPassword || user.nopass)
  if (may === (verb === 'can')) return holds
  if (may) return fails(withoutPassword ? 'logs in without a password' : 'can log in')
  return fails(withoutPassword && canLogIn(user) ? 'needs its password' : `cannot: ${logIn(user).why}`)
}

/** Decides `can`: everything that the statement names is possible. */
function ability({ subject, access, commands, db, server }: Question): Outcome {
  const options = { db: db ?? 0 }
  switch (access.kind) {
    case 'keys': {
      const keys = patternsOf(access.patterns)
      const gap = keyBeyond(subject, access.need, keys, options)
      if (gap.kind !== 'gap') return gap.kind === 'none' ? holds : { kind: 'undecided' }
      const isBeyond = (one: Bytes): boolean =>
        contains(keys, one) && keyBeyond(subject, access.need, union([exactly(one)]), options).kind === 'gap'
      return fails(
        `cannot ${access.need} the key ${shownName(readableName(gap.name, isBeyond))}`,
        null,
        'No command that its rules allow does. Add a key pattern or a command.',
      )
    }
    case 'channels': {
      const channels = patternsOf(access.patterns)
      const gap = channelBeyond(subject, channels, options)
      if (gap.kind !== 'gap') return gap.kind === 'none' ? holds : { kind: 'undecided' }
      const isBeyond = (one: Bytes): boolean =>
        contains(channels, one) && channelBeyond(subject, union([exactly(one)]), options).kind === 'gap'
      return fails(
        `cannot use the channel ${shownName(readableName(gap.name, isBeyond))}`,
        null,
        'Add a channel pattern, and a command such as PUBLISH or SUBSCRIBE.',
      )
    }
    case 'databases': {
      const missing = access.numbers.find((number) => databaseUse(subject, number).kind !== 'line')
      return missing === undefined ? holds : fails(`cannot use database ${missing}`)
    }
    case 'run': {
      const keys = access.keys === null ? null : patternsOf(access.keys)
      let isUndecided = false
      let named = 0
      for (const command of commands) {
        const denied = runDenied(subject, command, keys, options)
        if (denied.kind === 'undecided') isUndecided = true
        if (denied.kind !== 'no-keys') named++
        if (denied.kind !== 'denied') continue
        const reason = (line: CommandLine): string | null | undefined =>
          server.judge(subject.user, line.argv, { db: line.db })?.reason
        const line = readableLine(subject.target, denied.line, (one) => {
          const decision = server.judge(subject.user, one.argv, { db: one.db })
          return (
            decision?.reason === reason(denied.line) &&
            !allows(subject, one) &&
            (keys === null || (decision?.selectors[0]?.keys ?? []).every(({ use }) => contains(keys, use.key)))
          )
        })
        return fails(`cannot (${reason(line) ?? 'command'})`, line)
      }
      if (isUndecided) return { kind: 'undecided' }
      return named === 0 ? fails('cannot: none of these commands names a key') : holds
    }
    default:
      return holds
  }
}

/** Decides `cannot` and `can only`: no command line goes further. */
function restriction(question: Question): Outcome {
  const { subject, verb, access, commands, db } = question
  const options = { db }
  const isOnly = verb === 'can only'
  /** `isForbidden`: tells whether the statement forbids a name in place of the one that was found. */
  const ended = (
    found: Search,
    what: (name: string) => string,
    isForbidden: (name: Bytes) => boolean = () => true,
  ): Outcome => {
    if (found.kind === 'undecided') return { kind: 'undecided' }
    if (found.kind === 'none') return holds
    const { name, line } = found
    /** The words in place of the name. */
    const named = ({ argv }: CommandLine): readonly Bytes[] =>
      argv.filter((word, i) => line.argv[i] === name && word !== name)
    const shown = readableLine(subject.target, line, (one) => allows(subject, one) && named(one).every(isForbidden))
    return fails(what(name === null ? '' : shownName(named(shown)[0] ?? name)), shown)
  }
  switch (access.kind) {
    case 'keys': {
      const keys = patternsOf(access.patterns)
      const found = (isOnly ? keyOutside : keyWithin)(subject, access.need, keys, options)
      return ended(
        found,
        (name) => `can ${access.need} the key ${name}`,
        (name) => contains(keys, name) !== isOnly,
      )
    }
    case 'channels': {
      const channels = patternsOf(access.patterns)
      const found = (isOnly ? channelOutside : channelWithin)(subject, channels, options)
      return ended(
        found,
        (name) => `can use the channel ${name}`,
        (name) => contains(channels, name) !== isOnly,
      )
    }
    case 'databases':
      return databasesOutcome(question, access.numbers)
    case 'run': {
      const keys: Language | null = access.keys === null ? null : patternsOf(access.keys)
      if (!isOnly)
        return ended(
          runOf(subject, new Set(commands), keys, options),
          () => 'can',
          (name) => keys === null || contains(keys, name),
        )
      const named = new Set(commands)
      const others = subject.target.table.commands.filter((command) => !named.has(command) && !needsNone(command))
      const other = ended(runOf(subject, new Set(others), null, options), () => 'can')
      if (other.kind !== 'holds' || keys === null) return other
      return ended(
        runOutside(subject, named, keys, options),
        (name) => `can with the key ${name}`,
        (name) => !contains(keys, name),
      )
    }
    default:
      return holds
  }
}

function databasesOutcome({ server, subject, verb }: Question, numbers: readonly number[]): Outcome {
  const all = server.keyspace.databases.map((_, number) => number)
  const forbidden = verb === 'can only' ? all.filter((number) => !numbers.includes(number)) : numbers
  for (const number of forbidden) {
    const found = databaseUse(subject, number)
    if (found.kind === 'line') return fails(`can use database ${number}`, found.line)
  }
  return holds
}

/** A command by which a user could do what a statement forbids, without its own rules allowing it. */
function escalationFor({ server, subject, access, callers }: Question): HeldEscalation | null {
  const need = access.kind === 'keys' ? access.need : access.kind === 'channels' ? 'channel' : null
  return escalationsTo(server, subject, need, callers)[0] ?? null
}

/** The command that gives an escalation, with the arguments that it needs. */
function lineOf({ subject }: Question, { command, argv, escalation }: HeldEscalation): CommandLine {
  const found = runOf(subject, new Set([command]), null, { db: null })
  if (found.kind !== 'line') return { argv, db: 0 }
  // The elements of the list are then names of keys.
  return escalation === uncheckedSort
    ? { ...found.line, argv: [...found.line.argv, 'BY', 'nosort', 'GET', '*'] }
    : found.line
}

const shownName = (name: Bytes): string =>
  toText(/^[!-~\x80-\xff]+$/.test(name) && !/["'\\]|[.:;,]$/.test(name) ? name : quote(name))
