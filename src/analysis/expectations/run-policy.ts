import { toText, type Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { type User, canLogIn } from '../../acl/user'
import type { CommandLine } from '../../proof/command-line'
import type { SimulatedServer } from '../../server/server'
import { callsFunctions } from '../escalation'
import { explain } from '../explain'
import { waysOn, type Ways } from '../ways/search'
import { withCommas } from '../numbers'
import { holderOf } from '../role-holder'
import { finish, type Steps } from '../steps'
import { disabledCommands, typedLine } from '../typed-line'
import type { ExpectationResult, PolicyExpectation } from './expectation'
import type { KnownOutcomes } from './known-outcomes'
import type { Outcome, Question } from './outcome'
import { outcomeFor } from './policy-outcome'
import { checkBecome, checkDatabases, commandsOf, filledIn, usersOf, type Asked, type Invalid } from './policy-subject'

/** Commands that tell the names of keys that they do not name themselves. */
const leaking = ['keys', 'scan', 'randomkey', 'clusterscan']

/** The outcome of the search for a statement, as plain data. */
export type Finding =
  | ({ readonly kind: 'invalid' } & Invalid)
  /** The first user that it fails for, and the number of all of them. */
  | { readonly kind: 'fails'; readonly user: Bytes; readonly outcome: Failure; readonly failures: number }
  /** The first user that the search was given up for. */
  | { readonly kind: 'undecided'; readonly user: Bytes }
  | {
      readonly kind: 'proved'
      /** The first of the users that it is about, and their number. */
      readonly user: Bytes
      readonly users: number
      /** A further sentence, with a space before it; or empty. */
      readonly note: string
    }

type Failure = Outcome & { readonly kind: 'fails' }

/**
 * Decides a statement about every command line of some users: by search over what their rules allow, with a command line as
 * the counterexample where it fails. Users that may change the rules count as if they could do everything, unless the statement
 * says `by its own rules`. Never throws.
 */
export function runPolicy(server: SimulatedServer, expectation: PolicyExpectation): ExpectationResult {
  return resultOf(server, expectation, finish(findInSteps(server, expectation)))
}

/**
 * Decides a statement as `runPolicy` does, a user a step.
 * @param known the outcomes of the same statement for the same configuration, which are used and added to
 */
export function* findInSteps(
  server: SimulatedServer,
  expectation: PolicyExpectation,
  known?: KnownOutcomes,
): Steps<Finding> {
  const commands = commandsOf(server, expectation)
  if ('message' in commands) return { kind: 'invalid', ...commands }
  const users = usersOf(server, expectation)
  if ('message' in users) return { kind: 'invalid', ...users }
  const become = checkBecome(server, expectation)
  if (become !== null) return { kind: 'invalid', ...become }
  const databases = checkDatabases(server, expectation)
  if (databases !== null) return { kind: 'invalid', ...databases }
  let failed: { readonly user: Bytes; readonly outcome: Failure } | null = null
  let failures = 0
  let undecided: Bytes | null = null
  let done = 0
  for (const question of questions(server, expectation, users, commands)) {
    const user = question.subject.user.name
    const outcome = known?.decide(question, expectation) ?? outcomeFor(question, expectation)
    if (outcome.kind === 'undecided') undecided ??= user
    else if (outcome.kind === 'fails') {
      failures++
      failed ??= { user, outcome }
    }
    yield { done: ++done, of: users.length }
  }
  if (failed !== null) return { kind: 'fails', ...failed, failures }
  if (undecided !== null) return { kind: 'undecided', user: undecided }
  const note = namesStillShown(server, expectation, users)
  return { kind: 'proved', user: users[0]?.user.name ?? '', users: users.length, note }
}

/** Returns the result of a statement in words, from what was found on a server with the same users. */
export function resultOf(server: SimulatedServer, expectation: PolicyExpectation, found: Finding): ExpectationResult {
  const base = { expectation, verdict: null, reply: null, decision: null }
  switch (found.kind) {
    case 'invalid':
      return { ...base, state: 'invalid', message: found.message, hint: found.hint, place: found.place }
    case 'fails':
      return failure(server, expectation, found)
    case 'undecided':
      return {
        ...base,
        state: 'fails',
        message: `Not decided for ${toText(found.user)}: its rules are too entangled to search through.`,
        hint: 'Write the patterns simpler, or state single command lines.',
        place: expectation.place,
        proof: { kind: 'undecided' },
      }
    case 'proved':
      if (isWay(expectation))
        return {
          ...base,
          state: 'holds',
          message: wayHolds(expectation, found),
          hint: null,
          place: expectation.place,
          proof: { kind: verbFor(expectation) === 'can' ? 'proved' : 'no-way' },
        }
      return {
        ...base,
        state: 'holds',
        message: `Proved ${found.users === 1 ? `for ${toText(found.user)}` : `for each of ${withCommas(found.users)} users`}, over all command lines${expectation.byOwnRules ? ' that its own rules allow' : ''}.${found.note}`,
        hint: null,
        place: expectation.place,
        proof: { kind: 'proved' },
      }
  }
}

/** Tells whether a statement is about any number of steps. */
export const isWay = ({ access: { kind } }: PolicyExpectation): boolean => kind === 'become' || kind === 'reach'

function wayHolds(
  expectation: PolicyExpectation,
  { user, users, note }: Finding & { readonly kind: 'proved' },
): string {
  const who = users === 1 ? toText(user) : `each of ${withCommas(users)} users`
  return verbFor(expectation) === 'can'
    ? `There is a way for ${who}.`
    : `No way for ${who} within these kinds of steps: see “Ways” in What is proved.${note}`
}

/** Returns the questions that a statement asks, one for each user; none where it names something that is not there. */
export function questionsOf(server: SimulatedServer, expectation: PolicyExpectation): Iterable<Question> {
  const commands = commandsOf(server, expectation)
  const users = usersOf(server, expectation)
  return 'message' in commands || 'message' in users || checkBecome(server, expectation) !== null
    ? []
    : questions(server, expectation, users, commands)
}

function* questions(
  server: SimulatedServer,
  expectation: PolicyExpectation,
  users: readonly Asked[],
  commands: readonly Command[],
): Generator<Question> {
  const hidden = disabledCommands(server)
  const { access, db } = expectation
  let known: readonly User[] | null = null
  let ways: Ways | null = null
  const callers = (): readonly User[] => (known ??= [...server.users].filter(callsFunctions))
  for (const { user, id } of users)
    yield {
      server,
      subject: { user, target: server.target, hidden },
      verb: verbFor(expectation),
      access: id === null ? access : filledIn(expectation, id),
      commands,
      db,
      callers,
      ways: () => (ways ??= waysOn(server)),
    }
}

/** Returns the verb as it applies to each user: `nobody … can` means that each cannot. */
const verbFor = ({ subject, verb }: Pick<PolicyExpectation, 'subject' | 'verb'>): PolicyExpectation['verb'] =>
  subject.kind === 'nobody' ? 'cannot' : verb

function failure(
  server: SimulatedServer,
  expectation: PolicyExpectation,
  { user: userName, outcome: { why, line, hint, escalation, script }, failures }: Finding & { readonly kind: 'fails' },
): ExpectationResult {
  const name = toText(userName)
  const { subject } = expectation
  const user =
    subject.kind === 'role' ? (holderOf(server.users, subject.role) ?? undefined) : server.users.get(userName)
  const shown = line === null ? null : shownLine(server, line)
  const decision =
    line === null || user === undefined ? null : server.judge(user, shown?.argv ?? line.argv, { db: line.db })
  const deciding = decision?.allowed === true ? explain(decision).deciding : []
  const said = shown?.text ?? script?.map(({ text }) => text).join(', then ') ?? null
  // A rule that allows two keys decides twice.
  const rules = new Set(deciding.map(({ text }) => toText(text)))
  const by = rules.size === 0 ? '' : ` Allowed by ${[...rules].join(', ')}.`
  const more =
    failures > 1 ? ` It fails for ${withCommas(failures - 1)} more ${failures === 2 ? 'user' : 'users'} too.` : ''
  return {
    expectation,
    state: 'fails',
    verdict: null,
    reply: null,
    decision,
    message: `${name} ${why}${said === null ? '' : `: ${said}`}.${by}${more}`,
    hint,
    place: expectation.places.action,
    proof: {
      kind: 'disproved',
      user: userName,
      line: line === null ? null : { argv: shown?.argv ?? line.argv, db: line.db },
      escalation,
      script,
    },
  }
}

/** A command line as it is typed, with its database where that is not 0. */
function shownLine(
  server: SimulatedServer,
  line: CommandLine,
): { readonly argv: readonly Bytes[]; readonly text: string } {
  const { argv, text } = typedLine(server, line)
  return { argv, text: `${toText(text)}${line.db === 0 ? '' : ` in database ${line.db}`}` }
}

/** A note on commands that tell key names without naming them. */
function namesStillShown(
  server: SimulatedServer,
  { access, subject, verb }: PolicyExpectation,
  users: readonly Asked[],
): string {
  if (
    (access.kind !== 'keys' && access.kind !== 'reach') ||
    (access.kind === 'keys' && access.need === 'write') ||
    verbFor({ subject, verb }) === 'can'
  )
    return ''
  const names = access.kind === 'reach' ? [...leaking, 'client|tracking'] : leaking
  const commands = names.flatMap((name) => server.target.table.find(name) ?? [])
  const known = users.filter(
    ({ user }) =>
      canLogIn(user) && user.selectors.some(({ commands: set }) => commands.some(({ index }) => set.has(index))),
  )
  const [first] = known
  if (first === undefined) return ''
  const who = known.length === 1 ? toText(first.user.name) : `${withCommas(known.length)} users`
  return ` Names of keys are another matter: ${who} can list them (KEYS, SCAN, RANDOMKEY${access.kind === 'reach' ? ', CLIENT TRACKING' : ''}).`
}
