import { toText, type Bytes } from '../../acl/bytes'
import { type User, canLogIn } from '../../acl/user'
import { logIn } from '../../analysis/expectations/connection'
import type { ExpectationResult, PolicyExpectation } from '../../analysis/expectations/expectation'
import { readableLine, readableName } from '../../analysis/readable-line'
import { disabledCommands, typedLine } from '../../analysis/typed-line'
import { exactly } from '../../proof/automaton'
import { allows } from '../../proof/command-line'
import { contains, union } from '../../proof/language'
import type { Subject } from '../../proof/permissions'
import { channelBeyond, keyBeyond } from '../../proof/reach'
import { beyond, type Difference } from '../../proof/users'
import type { SimulatedServer } from '../../server/server'
import type { Origin } from '../../server/types'
import { runnable, type Side } from './runnable'

/** A command line that tells the learner's files from those that the goal asks for. It can be run as it stands. */
export interface Counterexample {
  /** The user to log in as; null for a connection as the server opens it. */
  readonly user: string | null
  /** The origin of the connection; null for `127.0.0.1`. */
  readonly origin: Origin | null
  /** The database to select first. */
  readonly db: number
  readonly line: string
  /** The learner's files allow the line and should not, or deny it and should not; null where it only shows a setting. */
  readonly says: 'also allows' | 'does not allow' | null
  /** The finding as a sentence: "Your rules also let app run `DEL other:1`." */
  readonly text: string
}

type Says = Counterexample['says']

/** A counterexample to a goal: a command line, or only words where no command line shows it. */
export type Finding = Counterexample | Pick<Counterexample, 'text'>

const originText = (origin: Origin | null): string =>
  origin === null || origin.kind === 'loopback'
    ? ''
    : origin.kind === 'unix'
      ? ' on the Unix socket'
      : ` from ${origin.address}`

function tell(user: string | null, line: string, says: Says, origin: Origin | null, db: number): string {
  if (says === null) return `Run \`${line}\` to see the setting.`
  const [who, where] = [user ?? 'a client', `${db === 0 ? '' : ` in database ${db}`}${originText(origin)}`]
  const subject = user === null || where !== '' ? 'Your files' : 'Your rules'
  return `${subject} ${says === 'also allows' ? 'also let' : 'do not let'} ${who} run \`${line}\`${where}.`
}

/** Returns a counterexample of a known command line. */
export function byLine(
  user: string | null,
  line: string,
  says: Says,
  origin: Origin | null = null,
  db = 0,
): Counterexample {
  return { user, origin, db, line, says, text: tell(user, line, says, origin, db) }
}

/** Returns a command line that shows a setting, for a user that may run it; null where there is none. */
export function settingLine(server: SimulatedServer, directive: string): Counterexample | null {
  const argv = ['config', 'get', directive]
  const line = toText(typedLine(server, { argv, db: 0 }).text)
  const mayRun = (user: User): boolean => canLogIn(user) && server.judge(user, argv, { db: 0 })?.allowed === true
  const { defaultUser } = server
  if (defaultUser.nopass && mayRun(defaultUser)) return byLine(null, line, null)
  const user = [...server.users].find(mayRun)
  return user === undefined ? null : byLine(toText(user.name), line, null)
}

/** Returns the log-in that fails or succeeds against what the goal says; only words where it needs a password that nobody knows. */
function byLogIn(server: SimulatedServer, user: User, says: Says, origin: Origin | null): Finding {
  const { text: line } = typedLine(server, { argv: ['auth', user.name, 'password'], db: 0 })
  const shown = byLine(null, toText(line), says, origin)
  const name = toText(user.name)
  if (says === 'does not allow') return { ...shown, text: `${logIn(user).why}.` }
  return user.nopass
    ? { ...shown, text: `Anybody can log in as ${name} with any password: \`${shown.line}\`.` }
    : { text: `Whoever knows the password can log in as ${name}.` }
}

/** Returns what shows that an expectation fails; null where it is not about a command line. */
export function ofResult(server: SimulatedServer, result: ExpectationResult): Finding | null {
  const { expectation, state, verdict, proof } = result
  if (state !== 'fails') return null
  const { origin } = expectation
  if (expectation.kind === 'line') {
    const user = server.users.get(expectation.user)
    const says = expectation.verb === 'can' ? 'does not allow' : 'also allows'
    if (user === undefined || (says === 'also allows' && verdict?.allowed !== true)) return null
    const { action } = expectation
    const isOut = verdict?.reason === 'off' || verdict?.reason === 'no-password'
    if (isOut || action.kind === 'log-in') return byLogIn(server, user, says, origin)
    const line = typedLine(server, { argv: action.argv, db: 0 })
    return byLine(toText(user.name), toText(line.text), says, origin, expectation.db ?? 0)
  }
  if (proof?.kind !== 'disproved') return null
  const user = server.users.get(proof.user)
  if (user === undefined) return null
  const says = expectation.verb === 'can' && expectation.subject.kind !== 'nobody' ? 'does not allow' : 'also allows'
  if (expectation.access.kind === 'log-in' || !canLogIn(user)) return byLogIn(server, user, says, origin)
  const line = proof.line ?? missing(server, user, expectation)
  if (line === null) return null
  const { text } = typedLine(server, runnable(line, [{ server, user }]))
  const shown = byLine(toText(user.name), toText(text), says, origin, line.db)
  const { escalation } = proof
  return escalation === null
    ? shown
    : { ...shown, text: `${shown.text} With it, ${toText(user.name)} can ${escalation}.` }
}

/** Returns a command line that a user lacks, where it can reach no key or channel of a statement by any command. */
function missing(
  server: SimulatedServer,
  user: User,
  { access, db }: PolicyExpectation,
): { readonly argv: readonly Bytes[]; readonly db: number } | null {
  const subject: Subject = { user, target: server.target, hidden: disabledCommands(server) }
  const options = { db: db ?? 0 }
  if (access.kind === 'databases') {
    return { argv: ['select', String(access.numbers[0] ?? 0)], db: 0 }
  }
  if (access.kind !== 'keys' && access.kind !== 'channels') return null
  const patterns = union(access.patterns)
  const gap =
    access.kind === 'keys'
      ? keyBeyond(subject, access.need, patterns, options)
      : channelBeyond(subject, patterns, options)
  if (gap.kind !== 'gap') return null
  const isBeyond = (name: Bytes): boolean => {
    if (!contains(patterns, name)) return false
    const only = union([exactly(name)])
    const left =
      access.kind === 'keys' ? keyBeyond(subject, access.need, only, options) : channelBeyond(subject, only, options)
    return left.kind === 'gap'
  }
  const name = readableName(gap.name, isBeyond)
  if (access.kind === 'channels') return { argv: ['publish', name, 'hello'], db: options.db }
  return { argv: access.need === 'write' ? ['set', name, 'x'] : ['get', name], db: options.db }
}

/** Compares the learner's user with the one that the goal asks for, over all command lines. */
export function betweenUsers(mine: Side, wanted: Side): Finding | 'equal' | 'undecided' {
  const { server } = mine
  if (canLogIn(mine.user) !== canLogIn(wanted.user))
    return byLogIn(server, mine.user, canLogIn(wanted.user) ? 'does not allow' : 'also allows', null)
  const [own, theirs] = [mine, wanted].map((side): Subject => ({
    user: side.user,
    target: side.server.target,
    hidden: disabledCommands(side.server),
  }))
  if (own === undefined || theirs === undefined) return 'undecided'
  const databases = server.keyspace.databases.length
  const more = beyond(own, theirs, { databases })
  const less = beyond(theirs, own, { databases })
  const name = toText(mine.user.name)
  for (const [found, says] of [
    [more, 'also allows'],
    [less, 'does not allow'],
  ] as const) {
    const shown = plainest(found.differences)
    if (shown === null) continue
    const readable = readableLine(
      server.target,
      shown.witness,
      (line) =>
        allows(own, line) === allows(own, shown.witness) && allows(theirs, line) === allows(theirs, shown.witness),
    )
    const { text } = typedLine(server, runnable(readable, [mine, wanted]))
    return byLine(name, toText(text), says, null, shown.witness.db)
  }
  return more.undecided.length + less.undecided.length > 0 ? 'undecided' : 'equal'
}

/** Commands that learners know, which make the plainest examples. */
const familiar = [
  'get',
  'set',
  'del',
  'ping',
  'publish',
  'subscribe',
  'keys',
  'flushall',
  'config|set',
  'hget',
  'lpush',
]

/** Returns the difference that is easiest to read. */
function plainest(differences: readonly Difference[]): Difference | null {
  const rank = ({ unusual, witness }: Difference): number => {
    const place = familiar.indexOf(witness.argv[0]?.toLowerCase() ?? '')
    return (unusual ? 1_000 : 0) + (place < 0 ? familiar.length : place)
  }
  return [...differences].sort((a, b) => rank(a) - rank(b))[0] ?? null
}
