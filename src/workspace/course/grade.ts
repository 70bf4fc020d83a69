import { fromText, toText } from '../../acl/bytes'
import { splitWords } from '../../acl/split'
import { Users } from '../../acl/users'
import { Checker } from '../../analysis/diagnostics/checker'
import type { Expectation, ExpectationResult } from '../../analysis/expectations/expectation'
import { parseExpectations } from '../../analysis/expectations/parse'
import { runExpectation } from '../../analysis/expectations/run'
import { finish, type Steps } from '../../analysis/steps'
import type { SimulatedServer } from '../../server/server'
import { startServer } from '../../server/start'
import type { Target } from '../../targets/target'
import type { WorkspaceFiles } from '../state'
import { betweenUsers, byLine, ofResult, settingLine, type Counterexample, type Finding } from './counterexample'
import type { Goal, Lesson, RanCommand, RunOutcome } from './lesson'
import { outcomeOf } from './outcome'

/** The learner's work on a lesson. */
export interface Work {
  readonly files: WorkspaceFiles
  /** The commands that the learner ran, oldest first. */
  readonly ran: readonly RanCommand[]
}

/** The state of a goal. */
export interface GoalResult {
  readonly met: boolean
  /** The reason in a sentence, with code in backticks; null where the goal is met, or only waits for a command. */
  readonly message: string | null
  /** A command line that shows it. */
  readonly counterexample: Counterexample | null
  /** The search was given up, so that the goal is not met, but not shown to fail either. */
  readonly undecided: boolean
}

/** The longest file that is graded, in characters, and the most users: lessons have a few lines, and grading follows each key press. */
const MOST = { characters: 20_000, users: 100, commands: 2_000 } as const

const met: GoalResult = { met: true, message: null, counterexample: null, undecided: false }
const unmet = (message: string | null, counterexample: Counterexample | null = null): GoalResult => ({
  met: false,
  message,
  counterexample,
  undecided: false,
})
const shownBy = (found: Finding): GoalResult => unmet(found.text, 'line' in found ? found : null)
const undecided = (message: string): GoalResult => ({ ...unmet(message), undecided: true })

/** Starts the server that the files describe. Returns its error where it does not start. */
export function serverFor(target: Target, files: Pick<WorkspaceFiles, 'acl' | 'conf'>): SimulatedServer | string {
  const acl = fromText(files.acl)
  const started = startServer({
    target,
    conf: fromText(files.conf),
    files: { read: (path) => (path.endsWith('.acl') ? acl : null), write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
    memoryLimit: 1_000_000,
  })
  return started.started ? started.server : toText(started.problems[0]?.message ?? started.message)
}

/**
 * Grades the work on a lesson: one result for each goal. The files are judged as a server that starts with them now, not by
 * their words. Never throws; files beyond the size of a lesson are not graded.
 */
export function grade(lesson: Lesson, target: Target, work: Work): readonly GoalResult[] {
  return finish(gradeInSteps(lesson, target, work))
}

/** Same as `grade`, a goal a step. */
export function* gradeInSteps(lesson: Lesson, target: Target, work: Work): Steps<readonly GoalResult[]> {
  const goals = lesson.goals(target.id)
  const { acl, conf, expect = '' } = work.files
  if (Math.max(acl.length, conf.length, expect.length) > MOST.characters)
    return goals.map(() => undecided('These files are too long to be graded.'))
  const server = serverFor(target, work.files)
  if (typeof server !== 'string' && [...server.users].length > MOST.users)
    return goals.map(() => undecided('These files have too many users to be graded.'))
  const firstOfFiles = goals.find(({ kind }) => kind !== 'command')
  const results: GoalResult[] = []
  for (const goal of goals) {
    if (goal.kind === 'command') results.push(ofCommands(goal, work.ran))
    // One message is enough.
    else if (typeof server === 'string')
      results.push(unmet(goal === firstOfFiles ? `The server does not start: ${server}` : null))
    else results.push(ofFiles(goal, lesson, server, work))
    yield { done: results.length, of: goals.length }
  }
  return results
}

function ofCommands(goal: Goal & { readonly kind: 'command' }, ran: readonly RanCommand[]): GoalResult {
  const recent = ran.slice(-MOST.commands)
  return recent.some((run, i) => goal.isDone(run, recent.slice(0, i))) ? met : unmet(null)
}

function ofFiles(
  goal: Exclude<Goal, { readonly kind: 'command' }>,
  lesson: Lesson,
  server: SimulatedServer,
  { files }: Work,
): GoalResult {
  switch (goal.kind) {
    case 'sentence':
      return ofSentence(goal.sentence, server)
    case 'equivalent':
      return ofUsers(goal.user, lesson, server)
    case 'session':
      return ofSession(goal, server.target, files)
    case 'server':
      return goal.holds(server) ? met : ofSetting(goal.directive, server)
    case 'diagnostics':
      return ofDiagnostics(goal.codes, server.target, files.acl)
    case 'expectations':
      return ofExpectations(goal.atLeast, server, files)
    case 'catches':
      return ofMistake(goal.acl, server, files)
  }
}

function ofSetting(directive: string, server: SimulatedServer): GoalResult {
  const value = server.config.get(directive)
  return unmet(`\`${directive}\` is ${value === '' ? 'not set' : `\`${value}\``}.`, settingLine(server, directive))
}

function ofSentence(sentence: string, server: SimulatedServer): GoalResult {
  const [expectation] = parseExpectations(sentence).expectations
  if (expectation === undefined) return undecided(`This goal cannot be read: \`${sentence}\``)
  const result = runExpectation(server, expectation)
  if (result.state === 'holds') return met
  if (result.proof?.kind === 'undecided') return undecided(result.message)
  return shownBy(ofResult(server, result) ?? { text: result.message })
}

function ofUsers(name: string, lesson: Lesson, server: SimulatedServer): GoalResult {
  const { target } = server
  const start = lesson.start(target.id).files
  const reference = serverFor(target, { ...start, ...lesson.solution(target.id).files })
  const wanted = typeof reference === 'string' ? undefined : reference.users.get(fromText(name))
  if (wanted === undefined || typeof reference === 'string')
    return undecided('This goal has no solution to compare with.')
  const user = server.users.get(fromText(name))
  if (user === undefined) return unmet(`There is no user ${name}.`)
  const found = betweenUsers({ server, user }, { server: reference, user: wanted })
  if (found === 'equal') return met
  return found === 'undecided' ? undecided('These rules are too entangled to compare.') : shownBy(found)
}

function ofSession(
  { lines, isAllowed, origin }: Goal & { readonly kind: 'session' },
  target: Target,
  files: WorkspaceFiles,
): GoalResult {
  // A server of its own: the commands may change it.
  const server = serverFor(target, files)
  if (typeof server === 'string') return unmet(server)
  const connection = server.connect(origin ?? { kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
  let outcome: RunOutcome = connection.refused === null ? 'allowed' : 'closed'
  for (const line of lines) {
    const argv = splitWords(fromText(line))?.map(({ text }) => text) ?? []
    outcome = connection.closed ? 'closed' : outcomeOf(connection, connection.send(argv))
  }
  if ((outcome === 'allowed') === isAllowed) return met
  const shown = byLine(null, lines.at(-1) ?? '', isAllowed ? 'does not allow' : 'also allows', origin ?? null)
  return unmet(shown.text, shown)
}

function ofDiagnostics(codes: readonly string[], target: Target, acl: string): GoalResult {
  const checker = new Checker(new Users(target.table, target.behaviours), target)
  const found = checker.diagnose(acl).find(({ code }) => codes.includes(code))
  return found === undefined ? met : unmet(`Line ${found.span.line}: ${toText(found.message)}`)
}

function expectationsIn({ expect = '' }: WorkspaceFiles): {
  readonly problem: string | null
  readonly list: readonly Expectation[]
} {
  const { expectations, problems } = parseExpectations(expect)
  const [first] = problems
  return {
    problem: first === undefined ? null : `Line ${first.place.line}: ${first.message} ${first.hint}`,
    list: expectations,
  }
}

const resultsOf = (server: SimulatedServer, list: readonly Expectation[]): readonly ExpectationResult[] =>
  list.slice(0, MOST.users).map((expectation) => runExpectation(server, expectation))

function ofExpectations(atLeast: number, server: SimulatedServer, files: WorkspaceFiles): GoalResult {
  const { problem, list } = expectationsIn(files)
  if (problem !== null) return unmet(problem)
  if (list.length < atLeast)
    return unmet(
      `users.expect has ${list.length} ${list.length === 1 ? 'sentence' : 'sentences'}, and needs ${atLeast}.`,
    )
  const failed = resultsOf(server, list).find(({ state }) => state !== 'holds')
  if (failed === undefined) return met
  const text = `Line ${failed.expectation.place.line} does not hold: ${failed.message}`
  return shownBy({ ...ofResult(server, failed), text })
}

/** Returns a finding about the file with a mistake as part of a sentence. */
function clauseOf(found: Finding): string {
  return 'line' in found && found.user !== null
    ? `${found.user} can ${found.says === 'also allows' ? 'also' : 'no longer'} run \`${found.line}\``
    : found.text.replace(/^(?:Anybody|Whoever)/, (word) => word.toLowerCase()).replace(/\.$/, '')
}

function ofMistake(acl: string, server: SimulatedServer, files: WorkspaceFiles): GoalResult {
  const mistaken = serverFor(server.target, { conf: files.conf, acl })
  if (typeof mistaken === 'string') return undecided(mistaken)
  const holding = expectationsIn(files).list.filter((one) => runExpectation(server, one).state === 'holds')
  if (resultsOf(mistaken, holding).some(({ state }) => state === 'fails')) return met
  for (const user of mistaken.users) {
    const own = server.users.get(user.name)
    const found = own === undefined ? 'equal' : betweenUsers({ server: mistaken, user }, { server, user: own })
    if (typeof found !== 'string')
      return unmet(`With that mistake ${clauseOf(found)}, and none of your sentences fails.`)
  }
  return unmet('None of your sentences fails on the file with that mistake.')
}
