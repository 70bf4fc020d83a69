import { fromText } from '../../acl/bytes'
import type { Users } from '../../acl/users'
import { explainRefusal } from '../../analysis/plan'
import { planPhases } from '../../analysis/plan/phases'
import type { PhasedResult } from '../../analysis/plan/types'
import { CannotRun } from '../cannot-run'
import { debugTo } from '../debug'
import type { Io } from '../input'
import { onOneLine } from '../printable'
import { readSubject, startOrFail, type ServerOptions, type Subject } from '../subject'
import { refuseExisting } from '../write-file'
import { addressOf } from './address'
import { Run, type ApplyCode, type ApplyOptions, type Change } from './apply-run'
import { onceAsked } from './asking'
import { argumentOf, nodesOf } from './discover'
import { journalNode, readJournal, statesIn, type Journal } from './journal'
import { NodeChange, type Surroundings } from './node-change'
import { checkArguments, Planner, prefixed, printPlans, readBoth, type Ready } from './plan'
import type { ServerPolicy } from './read-policy'

type ServerSubject = Subject & { readonly server: ServerPolicy }

/** Makes the users of servers those of a file, in two phases, and verifies them; on a failure, undoes all of it. */
export async function apply(
  file: string | undefined,
  given: readonly string[],
  options: ApplyOptions,
  terminal: Io,
): Promise<ApplyCode> {
  const io = onceAsked(terminal)
  const { resume, undo } = options
  const journal = resume ?? undo
  if (resume !== undefined && undo !== undefined) throw new CannotRun('Choose one of --resume and --undo.')
  if (journal !== undefined) {
    const servers = file === undefined ? [] : [file, ...given]
    return goOn(journal, servers, undo !== undefined, options, surroundings(options, io))
  }
  if (file === undefined || given.length === 0)
    throw new CannotRun('Give the file, then the servers: users.acl redis://host:6379')
  checkArguments(file, given)
  if (file === '-') throw new CannotRun('Name users.acl as a file.')
  return applyTo(given, (argument, connect) => readBoth(file, argument, connect, io), options, io)
}

/** Returns a server as it is and as it should be, and a password that the user who applies may have later. */
export type Wanted = (
  argument: string,
  options: ServerOptions,
) => Promise<{ readonly before: Subject; readonly after: Subject; readonly password?: string }>

/** Makes the users of servers those that are wanted, as `apply` does. */
export async function applyTo(
  given: readonly string[],
  wanted: Wanted,
  options: ApplyOptions,
  io: Io,
): Promise<ApplyCode> {
  const path = options.journal ?? `apply-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.journal`
  refuseExisting([path], false)
  const around = surroundings(options, io)
  return new Run(await planAll(given, wanted, options, around), path, around, options).start()
}

function surroundings(options: ApplyOptions, io: Io): Surroundings {
  let isStopped = false
  void io.interrupted?.().then(() => {
    isStopped = true
  })
  return {
    options,
    io,
    debug: debugTo(io, options.debug === true),
    goOn: () => {
      if (isStopped) throw new CannotRun('Stopped.')
    },
  }
}

/** Goes on with a run that was killed, or undoes it. */
async function goOn(
  path: string,
  servers: readonly string[],
  isUndo: boolean,
  options: ApplyOptions,
  around: Surroundings,
): Promise<ApplyCode> {
  if (options.dryRun) throw new CannotRun('--dry-run is for a new run: --resume and --undo change the servers.')
  const journal = readJournal(path)
  try {
    const run = new Run(await changesIn(journal, servers, around), path, around, {
      ...options,
      save: options.save && journal.save,
    })
    return await run.goOn(journal.saving, isUndo)
  } catch (reason) {
    if (!(reason instanceof CannotRun)) throw reason
    around.io.err(`${reason.message}\nThe servers are as that run left them.\n`)
    return 3
  }
}

/** Reads all servers, shows what changes, and plans it. Throws CannotRun where one is not read, or has no plan. */
async function planAll(
  given: readonly string[],
  wanted: Wanted,
  options: ApplyOptions,
  around: Surroundings,
): Promise<readonly Change[]> {
  const { io, goOn } = around
  const planner = new Planner()
  const phases = new Map<Users, PhasedResult>()
  const planned: Ready[] = []
  const changes: Change[] = []
  const problems: string[] = []
  for (const argument of await nodesOf(given, options, io)) {
    goOn()
    const { name } = addressOf(argument, process.env)
    if (planned.some((one) => one.name === name)) continue
    try {
      const { before, after, password } = await wanted(argument, { ...options, connections: true })
      const { server } = before
      if (server === null) throw new CannotRun('this is not a server.')
      const one = planner.plan(name, server, before, after)
      if ('problem' in one) throw new CannotRun(one.problem)
      planned.push(one)
      const passwords = password === undefined ? passwordsIn(after.acl.text, server.user) : [password]
      changes.push(changeOf(argument, { ...before, server }, one, passwords, phases, around))
    } catch (reason) {
      if (!(reason instanceof CannotRun)) throw reason
      problems.push(prefixed(name, reason.message))
    }
  }
  if (problems.length > 0) throw new CannotRun([...problems, 'Nothing was changed.'].join('\n'))
  if (options.format === 'text') printPlans(planned, io, false)
  return changes
}

/** @param phases the phases of other servers, by their users */
function changeOf(
  argument: string,
  subject: ServerSubject,
  { current, wanted }: Ready,
  passwords: readonly string[],
  phases: Map<Users, PhasedResult>,
  around: Surroundings,
): Change {
  const runner = fromText(subject.server.user)
  const result = phases.get(current) ?? planPhases({ current, wanted, runner }, subject.target)
  phases.set(current, result)
  if (!result.ok) throw new CannotRun(`no plan: ${explainRefusal(result.refusal, runner)}`)
  const states = { before: current, middle: result.middle, after: wanted }
  const user = subject.server.user === 'default' ? null : subject.server.user
  const address = argumentOf({ ...addressOf(argument, process.env), user, password: null })
  return {
    node: new NodeChange({ argument, subject, now: current, states, passwords }, around),
    journal: journalNode(address, states, subject.target),
  }
}

/** Returns the passwords that a file has in plain text for a user. */
function passwordsIn(acl: string, user: string): string[] {
  const lines = acl.split(/\r?\n/).map((line) => line.trim().split(/ +/))
  return lines.flatMap(([of, name, ...rules]) =>
    of === 'user' && name === user ? rules.filter((rule) => rule.startsWith('>')).map((rule) => rule.slice(1)) : [],
  )
}

/**
 * Reads the servers of a journal.
 * @param servers their addresses, where they are reached otherwise than before: with another password
 */
async function changesIn(
  { nodes }: Journal,
  servers: readonly string[],
  around: Surroundings,
): Promise<readonly Change[]> {
  const { options, io } = around
  checkArguments('', servers)
  const nameOf = (argument: string): string => addressOf(argument, process.env).name
  const unknown = servers.find((argument) => !nodes.some(({ address }) => nameOf(address) === nameOf(argument)))
  if (unknown !== undefined) throw new CannotRun(`The journal has no server ${onOneLine(nameOf(unknown))}.`)
  const changes: Change[] = []
  for (const journal of nodes) {
    const given = servers.find((argument) => nameOf(argument) === nameOf(journal.address))
    const argument = given ?? journal.address
    const subject = await readSubject(argument, { ...options, target: journal.target, modules: journal.modules }, io)
    const { server } = subject
    if (server === null) throw new CannotRun('The journal names something else than servers.')
    const now = startOrFail(subject).users
    const states = statesIn(journal, subject.target)
    const node = new NodeChange({ argument, subject: { ...subject, server }, now, states, passwords: [] }, around)
    changes.push({ node, journal })
  }
  return changes
}
