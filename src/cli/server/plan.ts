import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fromText, toText, type Bytes } from '../../acl/bytes'
import { compareFiles, type Comparison } from '../../analysis/compare'
import { explainRefusal, planUsers, printStep, type Plan, type PlanStep } from '../../analysis/plan'
import type { PlanRefusal } from '../../analysis/plan/types'
import type { Users } from '../../acl/users'
import { CannotRun } from '../cannot-run'
import { jsonComparison, renderComparison } from '../compare-report'
import { renderJson } from '../formats/json'
import { type Paint, painter, plural } from '../formats/text'
import { writePieces, type Io } from '../input'
import { onOneLine } from '../printable'
import { describeTarget, readSubject, startOrFail, type ServerOptions, type Subject } from '../subject'
import { addressOf, isServerAddress } from './address'
import { onceAsked } from './asking'
import { withoutCredentials } from './credentials'
import { nodesOf } from './discover'
import { refuseExisting, writePrivate } from '../write-file'
import { describeImpact, impactOf, type Impact } from './impact'
import type { ServerPolicy } from './read-policy'
import { replicaWarnings } from './replica-links'

export interface PlanOptions extends ServerOptions {
  readonly format: 'text' | 'json' | 'commands' | 'undo'
  /** The folder to which the commands of each server, and those that undo them, are written. */
  readonly save?: string
  readonly force: boolean
  /** Plans for all nodes that the servers tell of. */
  readonly discover?: boolean
  /** Other addresses to use for those that nodes announce. */
  readonly map?: ReadonlyMap<string, string>
}

/** The plan for one server, or the reason why there is none. */
export type Planned =
  | {
      readonly name: string
      readonly server: ServerPolicy
      /** The users of the server, and those of the file. Servers that have the same share them. */
      readonly current: Users
      readonly wanted: Users
      /** The file and the target. */
      readonly to: string
      readonly comparison: Comparison
      /** Sentences on what the comparison leaves out. */
      readonly limits: readonly string[]
      readonly plan: Plan
      /** The links of replicas that the commands break. */
      readonly warnings: readonly string[]
      /** The effect on the clients that are connected; null where they were not read. */
      readonly impact: readonly Impact[] | null
      readonly notes: readonly string[]
    }
  | { readonly name: string; readonly problem: string }

export type Ready = Exclude<Planned, { readonly problem: string }>

/**
 * Prints what deploying users.acl changes on each server, the commands that do it, and those that undo them. Returns 0
 * where all servers have the users of the file already, else 1. Throws CannotRun where a server cannot be read, or its
 * plan is refused.
 */
export async function plan(file: string, given: readonly string[], options: PlanOptions, terminal: Io): Promise<0 | 1> {
  const io = onceAsked(terminal)
  checkArguments(file, given)
  const servers = await nodesOf(given, options, io)
  if (file === '-' && servers.length > 1) throw new CannotRun('With several servers, name users.acl as a file.')
  const names = servers.map((argument) => addressOf(argument, process.env).name)
  const saved = options.save === undefined ? [] : names.flatMap((name) => pathsFor(options.save ?? '', name))
  refuseExisting(saved, options.force)
  const planned: Planned[] = []
  const planner = new Planner()
  for (const [i, argument] of servers.entries())
    planned.push(await planFor(file, argument, names[i] ?? '', planner, options, io))
  await print(planned, options, io)
  if (options.save !== undefined) save(planned, options.save, options.force, io)
  const failed = planned.flatMap((one) => ('problem' in one ? [one] : []))
  if (failed.length > 0) throw new CannotRun(failed.map(({ name, problem }) => prefixed(name, problem)).join('\n'))
  return planned.every((one) => 'plan' in one && one.plan.apply.length === 0) ? 0 : 1
}

/** Throws CannotRun unless the arguments are a file and the addresses of servers. */
export function checkArguments(file: string, servers: readonly string[]): void {
  if (isServerAddress(file)) throw new CannotRun('Give the file first, then the servers: users.acl redis://host:6379')
  const notServer = servers.find((argument) => !isServerAddress(argument))
  if (notServer !== undefined)
    throw new CannotRun(
      `${onOneLine(withoutCredentials(notServer))} is not the address of a server, such as redis://host:6379.`,
    )
}

export const prefixed = (name: string, problem: string): string =>
  problem.startsWith(onOneLine(name)) ? problem : `${onOneLine(name)}: ${problem}`

/** Reads a server, and the file as that server would load it. */
export async function readBoth(
  file: string,
  argument: string,
  options: ServerOptions,
  io: Io,
): Promise<{ readonly server: ServerPolicy; readonly before: Subject; readonly after: Subject }> {
  const before = await readSubject(argument, options, io)
  const { server } = before
  if (server === null) throw new CannotRun(`${onOneLine(withoutCredentials(argument))} is not a server.`)
  const read = await readSubject(file, { ...options, target: before.target.id, modules: before.target.modules }, io)
  return { server, before, after: { ...read, target: before.target, conf: read.conf ?? before.conf } }
}

async function planFor(
  file: string,
  argument: string,
  name: string,
  planner: Planner,
  options: PlanOptions,
  io: Io,
): Promise<Planned> {
  try {
    const { server, before, after } = await readBoth(file, argument, { ...options, connections: true }, io)
    return planner.plan(name, server, before, after)
  } catch (reason) {
    if (!(reason instanceof CannotRun)) throw reason
    return { name, problem: reason.message }
  }
}

type Change = Pick<Ready, 'current' | 'wanted' | 'comparison' | 'plan'>

/** Plans the changes of servers. Of servers that have the same users, one is compared with the file. */
export class Planner {
  readonly #known = new Map<string, Change | PlanRefusal>()

  /** Plans the change of a server that was read. */
  plan(name: string, server: ServerPolicy, before: Subject, after: Subject): Planned {
    const runner = fromText(server.user)
    const change = this.#changeOf(before, after, runner)
    if ('kind' in change) return { name, problem: `no plan: ${explainRefusal(change, runner)}` }
    const { current, wanted, plan } = change
    return {
      ...change,
      name,
      server,
      to: `${onOneLine(after.acl.name)} on ${describeTarget(before.target)}`,
      limits: before.limits,
      warnings: plan.apply.length === 0 ? [] : replicaWarnings(server.connections, current, wanted, before.target),
      impact: server.connections === null ? null : impactOf(server.connections, current, wanted, before.target),
      notes: notesOn(plan, current, wanted, runner),
    }
  }

  #changeOf(before: Subject, after: Subject, runner: Bytes): Change | PlanRefusal {
    const { target } = before
    // Where a server listens is nothing that users depend on.
    const files = [before, after].map(({ acl, conf }) => [acl.bytes, conf?.bytes.replace(/^(?:port|bind) .*$/gm, '')])
    const key = JSON.stringify([runner, target.id, target.release, target.modules, files])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const change = compared(before, after, runner)
    this.#known.set(key, change)
    return change
  }
}

function compared(before: Subject, after: Subject, runner: Bytes): Change | PlanRefusal {
  const current = startOrFail(before).users
  const wanted = startOrFail(after).users
  const result = planUsers({ current, wanted, runner }, before.target)
  if (!result.ok) return result.refusal
  const side = ({ target, acl, conf }: Subject): Parameters<typeof compareFiles>[0] => ({
    target,
    acl: acl.bytes,
    conf: conf?.bytes ?? '',
  })
  return { current, wanted, comparison: compareFiles(side(before), side(after)), plan: result.plan }
}

/** Returns what else the commands do. */
function notesOn({ apply }: Plan, current: Users, wanted: Users, runner: Bytes): string[] {
  const deleted = apply.filter(({ kind }) => kind === 'delete')
  const hashes = (users: Users): string =>
    (users.get(runner)?.passwords ?? [])
      .map(({ hash }) => hash)
      .sort()
      .join(' ')
  return [
    ...(deleted.length > 0
      ? [
          `Deleting ${deleted.length === 1 ? 'a user' : 'users'} closes the connections of ${deleted.length === 1 ? 'that user' : 'those users'}.`,
        ]
      : []),
    ...(hashes(current) === hashes(wanted)
      ? []
      : [
          `The passwords of ${toText(runner)}, who runs the commands, change: log in with one of the new ones afterwards.`,
        ]),
    ...(apply.length > 0
      ? [
          'The commands change the memory of the server. To keep the users over a restart, run ACL SAVE (with aclfile) or CONFIG REWRITE.',
        ]
      : []),
  ]
}

async function print(planned: readonly Planned[], options: PlanOptions, io: Io): Promise<void> {
  const ready = planned.flatMap((one) => ('plan' in one ? [one] : []))
  const lines = (steps: readonly PlanStep[]): string => steps.map((step) => `${printStep(step)}\n`).join('')
  switch (options.format) {
    case 'json':
      await writePieces(
        renderJson({
          command: 'plan',
          servers: planned.map((one) =>
            'problem' in one
              ? { server: one.name, problem: one.problem }
              : {
                  server: one.name,
                  user: one.server.user,
                  target: one.server.target,
                  comparison: jsonComparison(one.comparison, one.limits),
                  commands: one.plan.apply.map(printStep),
                  undo: one.plan.undo.map(printStep),
                  warnings: one.warnings,
                  impact: one.impact?.map(jsonImpact) ?? null,
                  notes: one.notes,
                },
          ),
        }),
        io,
      )
      return
    case 'commands':
    case 'undo': {
      const steps = ready.map(({ plan: { apply, undo } }) => lines(options.format === 'undo' ? undo : apply))
      if (new Set(steps).size > 1)
        throw new CannotRun('The servers need different commands: use --save, or give one server at a time.')
      // Standard output is for redis-cli.
      if (options.format === 'commands')
        for (const { name, warnings } of ready)
          for (const warning of warnings) io.err(`${onOneLine(name)}: warning: ${onOneLine(warning)}\n`)
      io.out(steps[0] ?? '')
      return
    }
    case 'text':
      printPlans(planned, io, true)
  }
}

/**
 * Prints what changes on each server; servers that need the same are shown once.
 * @param withCommands true to print the commands, and those that undo them
 */
export function printPlans(planned: readonly Planned[], io: Io, withCommands: boolean): void {
  const paint = painter(io.color)
  const ready = planned.flatMap((one) => ('plan' in one ? [one] : []))
  const rendered: { readonly of: readonly unknown[]; readonly text: string }[] = []
  const changesOf = ({ to, comparison, limits }: Ready): string => {
    const of = [comparison, to, ...limits]
    const known = rendered.find((one) => one.of.length === of.length && one.of.every((part, i) => part === of[i]))
    if (known !== undefined) return known.text
    const text = renderComparison(to, comparison, [], limits, 'text', paint)
    rendered.push({ of, text })
    return text
  }
  const all = ready.map((one) => ({ name: one.name, shown: render(one, changesOf(one), paint, withCommands) }))
  for (const { names, shown } of grouped(all)) io.out(`${titleOf(names)} → ${shown}`)
  for (const { name, impact } of ready)
    if (impact !== null && impact.length > 0) {
      const lines = impact.map((one) => `  ${describeImpact(one)}\n`).join('')
      io.out(`${paint('bold', `Clients of ${onOneLine(name)}`)}\n${lines}\n`)
    }
  if (planned.length > 1) io.out(`${summary(planned, paint)}\n`)
}

function jsonImpact({ user, effect, command, connections }: Impact): object {
  return {
    user: toText(user),
    effect,
    ...(command !== null && { command: toText(command) }),
    connections: connections.map(({ address, name }) => ({ address: toText(address), name: toText(name) })),
  }
}

/** Renders a plan without the name of its server. */
function render(
  { server, plan: { apply, undo }, warnings, notes }: Ready,
  changes: string,
  paint: Paint,
  withCommands: boolean,
): string {
  const part = (heading: string, lines: readonly string[]): string =>
    `\n${paint('bold', heading)}\n${lines.map((line) => `${line}\n`).join('')}`
  if (apply.length === 0) return changes
  const commands = (): string[] => [
    part(`Commands, for ${onOneLine(server.user)} to run with redis-cli`, apply.map(printStep)),
    part('Commands that undo them', undo.map(printStep)),
    notes.map((note) => `\n${paint('dim', onOneLine(note))}`).join(''),
    '\n',
  ]
  return [
    changes,
    ...warnings.map((warning) => `\n${paint('yellow', `Warning: ${onOneLine(warning)}`)}\n`),
    ...(withCommands ? commands() : []),
    '\n',
  ].join('')
}

/** Gathers the servers about which the same is shown, in the order of the first of each group. */
function grouped(
  all: readonly { readonly name: string; readonly shown: string }[],
): readonly { readonly names: readonly string[]; readonly shown: string }[] {
  const groups = new Map<string, string[]>()
  for (const { name, shown } of all) groups.set(shown, [...(groups.get(shown) ?? []), name])
  return [...groups].map(([shown, names]) => ({ names, shown }))
}

const titleOf = (names: readonly string[]): string =>
  `${names.length === 1 ? '' : `${names.length} servers: `}${names.map(onOneLine).join(', ')}`

function summary(planned: readonly Planned[], paint: Paint): string {
  const failed = planned.filter((one) => 'problem' in one).length
  const changing = planned.filter((one) => 'plan' in one && one.plan.apply.length > 0).length
  const parts = [
    ...(changing > 0 ? [`${changing} to change`] : []),
    ...(planned.length - failed - changing > 0 ? [`${planned.length - failed - changing} unchanged`] : []),
    ...(failed > 0 ? [paint('red', `${failed} without a plan`)] : []),
  ]
  return `${paint('bold', plural(planned.length, 'server'))}: ${parts.join(', ')}`
}

/** Returns the files for a server: `prod-6379.apply.txt` and `prod-6379.undo.txt`. */
function pathsFor(folder: string, name: string): readonly [apply: string, undo: string] {
  const base = name
    .replace(/^\w+:(?:\/\/)?/, '')
    .replace(/[^\w.]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return [join(folder, `${base}.apply.txt`), join(folder, `${base}.undo.txt`)]
}

function save(planned: readonly Planned[], folder: string, force: boolean, io: Io): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const one of planned) {
    if ('problem' in one || one.plan.apply.length === 0) continue
    const paths = pathsFor(folder, one.name)
    for (const [i, steps] of [one.plan.apply, one.plan.undo].entries()) {
      const path = paths[i] ?? ''
      writePrivate(path, steps.map((step) => `${printStep(step)}\n`).join(''), force)
      io.err(`${onOneLine(path)}: ${plural(steps.length, 'command')}\n`)
    }
  }
}
