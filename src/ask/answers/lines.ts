import { toText, type Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import type { Decision } from '../../acl/decision'
import { canLogIn, type User } from '../../acl/user'
import { callsFunctions } from '../../analysis/escalation'
import { explain } from '../../analysis/explain'
import { runExpectation } from '../../analysis/expectations/run'
import { parseExpectation } from '../../analysis/expectations/parse'
import { escalationsTo } from '../../analysis/key-access/escalations'
import { withCommas } from '../../analysis/numbers'
import { plain } from '../../analysis/phrase'
import { disabledCommands, typedLine } from '../../analysis/typed-line'
import { runOf } from '../../proof/reach'
import { quote } from '../../resp/render'
import { hasArity } from '../../server/command-errors'
import type { SimulatedServer } from '../../server/server'
import { usesOf } from '../../targets/uses'
import { evidence, type Answer, type Evidence, type UserAnswer, type Verdict } from './answer'

/** The answer about a command line, or the start of one, for one user. */
interface LineAnswer {
  readonly verdict: Verdict
  readonly text: string
  readonly rules: readonly Evidence[]
}

/** Answers whether a user, or who, can run a command line, a command in some form, or any command of a category. */
export function answerRun(server: SimulatedServer, user: Bytes | null, argv: readonly Bytes[]): Answer {
  const about = questionOf(server, argv)
  if (typeof about === 'string') return { verdict: null, text: about }
  if (user !== null) {
    const { verdict, text, rules } = about(user)
    return { verdict, text: `${headOf(verdict)} ${text}`, rules }
  }
  const users: UserAnswer[] = []
  for (const { name } of server.users) {
    const found = about(name)
    if (found.verdict !== 'no') users.push({ name: toText(name), ...found })
  }
  return { verdict: null, text: whoText(users, escalating(server, users)), users }
}

const heads: Readonly<Record<Verdict, string>> = { yes: 'Yes.', no: 'No.', some: 'In part.', undecided: 'Not decided.' }
export const headOf = (verdict: Verdict): string => heads[verdict]

/** Returns the sentence that introduces a list of users. */
export function whoText(users: readonly UserAnswer[], others: readonly string[]): string {
  const count = (wanted: Verdict): number => users.filter(({ verdict }) => verdict === wanted).length
  const [able, partly, open] = [count('yes'), count('some'), count('undecided')]
  const inPart = partly === 0 ? '' : able === 0 ? `${people(partly)} can in part` : `, and ${partly} more in part`
  const none = open === 0 ? 'Nobody can' : 'Nobody is found who can'
  const who = able + partly === 0 ? none : `${able === 0 ? '' : `${people(able)} can`}${inPart}`
  const notDecided = open === 0 ? '' : ` Not decided for ${people(open).toLowerCase()}.`
  const around =
    others.length === 0
      ? ''
      : ` ${others.join(', ')} can change the rules or the configuration, and so allow it to ${others.length === 1 ? 'itself' : 'themselves'}.`
  return `${who}, by the rules as they are.${notDecided}${around}`
}

const people = (count: number): string => (count === 1 ? 'One user' : `${withCommas(count)} users`)

/** Returns the names of the other users that could give themselves any permission. */
export function escalating(server: SimulatedServer, users: readonly UserAnswer[]): string[] {
  const able = new Set(users.flatMap(({ name, verdict }) => (verdict === 'undecided' ? [] : [name])))
  const hidden = disabledCommands(server)
  const callers = (): User[] => [...server.users].filter(callsFunctions)
  return [...server.users].flatMap((user) => {
    const name = toText(user.name)
    if (able.has(name) || !canLogIn(user)) return []
    const ways = escalationsTo(server, { user, target: server.target, hidden }, null, callers)
    return ways.some(({ escalation }) => escalation.reaches === 'everything') ? [name] : []
  })
}

/** Answers why a command line is denied to a user; where it is not, says so. */
export function answerDenied(server: SimulatedServer, user: Bytes, argv: readonly Bytes[]): Answer {
  const about = questionOf(server, argv)
  if (typeof about === 'string') return { verdict: null, text: about }
  const { verdict, text, rules } = about(user)
  if (verdict !== 'yes') return { verdict, text, rules }
  const allowed = isWhole(server, argv)
    ? 'These rules allow it.'
    : 'These rules allow the command; what was denied may be a key, a channel or another form of it.'
  return { verdict, text: `${allowed} ${text}`, rules }
}

/** Answers which rules let a user run a command line; where none do, says why not. */
export function answerLets(server: SimulatedServer, user: Bytes, argv: readonly Bytes[]): Answer {
  const about = questionOf(server, argv)
  if (typeof about === 'string') return { verdict: null, text: about }
  const { verdict, text, rules } = about(user)
  return { verdict, text: verdict === 'no' ? `It is denied. ${text}` : text, rules }
}

/** Returns what decides a line for each user; or, in words, why it can be asked about nobody. */
function questionOf(server: SimulatedServer, argv: readonly Bytes[]): ((user: Bytes) => LineAnswer) | string {
  const { table, label } = server.target
  const [name = ''] = argv
  if (name.startsWith('@')) {
    const category = name.slice(1)
    const members = category === 'all' ? table.commands : (table.inCategory(category) ?? [])
    const commands = new Set(members.filter(({ flags }) => !flags.has('no_auth')))
    return (user) => {
      const found = someLine(server, user, commands, `a command of ${toText(name)}`)
      return found.verdict === 'yes' ? { ...found, verdict: 'some' } : found
    }
  }
  const command = table.resolve(argv)
  if (command === undefined) return `${label} has no command ${toText(argv.join(' ')).toUpperCase()}.`
  const words = command.name.split('|').length
  if (argv.length === words && !hasArity(command, argv)) return (user) => bareAnswer(server, user, command)
  if (hasArity(command, argv) && argv.length === words && (command.subcommands?.size ?? 0) > 0)
    return (user) => bareAnswer(server, user, command)
  const line = completed(server, command, argv)
  if (line === null)
    return `${toText(argv.join(' '))} is not a whole command line: the server rejects it before it checks the rules. Ask with all its arguments.`
  const pattern = usesOf(server.target, command, line, 0).keys.find(({ key }) => /[*?[]/.test(key))
  const note = pattern === undefined ? '' : ` ${toText(pattern.key)} is taken as the name of one key.`
  return (user) => {
    const found = wholeLine(server, user, line)
    return { ...found, text: found.text + note }
  }
}

/** Returns false for the name of a command alone, if it needs arguments. */
function isWhole({ target }: SimulatedServer, argv: readonly Bytes[]): boolean {
  const command = target.table.resolve(argv)
  return command !== undefined && (argv.length > command.name.split('|').length || hasArity(command, argv))
}

/** The stand-in for arguments that no rule checks. */
const argument = 'value'

/** Returns a line with the arguments that it lacks, if the rules do not check these; null where it cannot be a command. */
function completed(server: SimulatedServer, command: Command, argv: readonly Bytes[]): readonly Bytes[] | null {
  if (hasArity(command, argv)) return argv
  const missing = Math.abs(command.arity) - argv.length
  // How many keys there are may depend on what is missing.
  if (missing <= 0 || command.flags.has('movablekeys')) return null
  const line = [...argv, ...Array.from({ length: missing }, () => argument)]
  const uses = usesOf(server.target, command, line, 0)
  const isGiven = [...uses.keys, ...uses.channels].every(({ at }) => at < argv.length)
  return isGiven && uses.databases.length === 0 ? line : null
}

/** Decides a whole command line as the server does. */
function wholeLine(server: SimulatedServer, user: Bytes, argv: readonly Bytes[]): LineAnswer {
  const sentence = parseExpectation([quote(user), 'can', ...argv.map((word) => quote(word))].join(' '))
  if (sentence === null || 'message' in sentence)
    return { verdict: 'undecided', text: 'The line is too long to be decided.', rules: [] }
  const { state, message, hint, decision } = runExpectation(server, sentence)
  if (state === 'invalid') return { verdict: 'no', text: hint === null ? message : `${message} ${hint}`, rules: [] }
  // A refusal before the rules, such as off, or after them by a directive, depends on no rule.
  const isByRules = decision?.allowed === (state === 'holds')
  const rules = decision !== null && isByRules ? evidence(explain(decision).deciding) : []
  const inScript =
    state === 'holds' && decision !== null && /^(?:eval|fcall)/.test(decision.command.name)
      ? ' The commands in the script are checked by themselves.'
      : ''
  return { verdict: state === 'holds' ? 'yes' : 'no', text: `${message}${inScript}`, rules }
}

/** Decides whether a user can run a command in any form. */
function bareAnswer(server: SimulatedServer, user: Bytes, command: Command): LineAnswer {
  const commands = [command, ...(command.subcommands?.values() ?? [])]
  const found = someLine(server, user, new Set(commands), command.name.replace('|', ' ').toUpperCase())
  const person = server.users.get(user)
  if (found.verdict !== 'no' || person === undefined || !canLogIn(person)) return found
  const decision = server.judge(person, command.name.split('|'))
  const headline = decision === null ? null : commandDenied(decision)
  if (decision === null || headline === null) return found
  return { verdict: 'no', text: `Denied because command: ${headline}.`, rules: evidence(explain(decision).deciding) }
}

/** Returns the explanation of a decision in which no selector allows the command itself. */
function commandDenied(decision: Decision): string | null {
  const isDenied = decision.selectors.every(({ command }) => !command.allowed)
  return isDenied ? plain(explain(decision).headline) : null
}

function someLine(server: SimulatedServer, name: Bytes, commands: ReadonlySet<Command>, what: string): LineAnswer {
  const user = server.users.get(name)
  if (user === undefined) return { verdict: 'no', text: `There is no user ${toText(name)}.`, rules: [] }
  if (!canLogIn(user)) {
    const why = user.enabled ? 'it has no password' : 'it is off'
    return { verdict: 'no', text: `Nobody can log in as ${toText(name)}: ${why}.`, rules: [] }
  }
  const left = new Set(commands)
  const hidden = disabledCommands(server)
  let denied: LineAnswer | null = null
  for (;;) {
    const found = runOf({ user, target: server.target, hidden }, left, null, { db: null })
    if (found.kind === 'undecided')
      return { verdict: 'undecided', text: `The rules are too entangled to search through.`, rules: [] }
    if (found.kind === 'none')
      return denied ?? { verdict: 'no', text: `No rule lets ${toText(name)} run ${what} in any form.`, rules: [] }
    const { argv, text } = typedLine(server, found.line)
    if (found.line.db !== 0) {
      const decision = server.judge(user, argv, { db: found.line.db })
      const rules = decision === null ? [] : evidence(explain(decision).deciding)
      return { verdict: 'yes', text: `For example ${toText(text)} in database ${found.line.db}.`, rules }
    }
    const line = wholeLine(server, name, argv)
    if (line.verdict === 'yes') return { ...line, text: `For example ${toText(text)}. ${line.text}` }
    // A directive of redis.conf blocks what the rules allow.
    denied = line
    const command = server.target.table.resolve(found.line.argv)
    if (command === undefined || !left.delete(command)) return denied
  }
}
