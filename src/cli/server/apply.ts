import { fromText } from '../../acl/bytes'
import { explainRefusal } from '../../analysis/plan'
import { planPhases } from '../../analysis/plan/phases'
import { CannotRun } from '../cannot-run'
import { debugTo } from '../debug'
import { renderJson } from '../formats/json'
import { painter, plural } from '../formats/text'
import { writePieces, type Io } from '../input'
import { onOneLine } from '../printable'
import { readSubject, startOrFail, type Subject } from '../subject'
import { refuseExisting } from '../write-file'
import { addressOf } from './address'
import { onceAsked } from './asking'
import { argumentOf, nodesOf, type DiscoverOptions } from './discover'
import {
  deleteJournal,
  journalNode,
  readJournal,
  statesIn,
  writeJournal,
  type Journal,
  type JournalNode,
} from './journal'
import { NodeChange, type Surroundings } from './node-change'
import { checkArguments, planBetween, prefixed, printPlans, readBoth, type Planned } from './plan'
import type { ServerPolicy } from './read-policy'

export interface ApplyOptions extends DiscoverOptions {
  readonly format: 'text' | 'json'
  /** Applies without asking. */
  readonly yes: boolean
  /** Shows what would change, and changes nothing. */
  readonly dryRun: boolean
  /** False to leave the users in the memory of the servers only. */
  readonly save: boolean
  /** The journal of a run that was killed, to go on with. */
  readonly resume?: string
  /** The journal of a run that was killed, to undo. */
  readonly undo?: string
  /** The journal to write; absent: a file with the time in its name. */
  readonly journal?: string
}

/** 0: applied and verified, or nothing to do. 1: declined, or something would change. 2: failed, undone. 3: not wholly undone. */
type ApplyCode = 0 | 1 | 2 | 3

type ServerSubject = Subject & { readonly server: ServerPolicy }

interface Change {
  readonly node: NodeChange
  readonly journal: JournalNode
}

/** Makes the users of servers those of a file, in two phases, and verifies them; on a failure, undoes all of it. */
export async function apply(
  file: string | undefined,
  given: readonly string[],
  options: ApplyOptions,
  terminal: Io,
): Promise<ApplyCode> {
  const io = onceAsked(terminal)
  const { resume, undo } = options
  let isStopped = false
  void terminal.interrupted?.().then(() => {
    isStopped = true
  })
  const around: Surroundings = {
    options,
    io,
    debug: debugTo(io, options.debug === true),
    goOn: () => {
      if (isStopped) throw new CannotRun('Stopped.')
    },
  }
  if (resume !== undefined && undo !== undefined) throw new CannotRun('Choose one of --resume and --undo.')
  const old = resume ?? undo
  if (old !== undefined) {
    if (file !== undefined)
      throw new CannotRun('The journal names the users and the servers: give only --resume or --undo.')
    const journal = readJournal(old)
    try {
      const run = new Run(await changesIn(journal, around), old, around)
      return await run.goOn(journal.saving, undo !== undefined)
    } catch (reason) {
      if (!(reason instanceof CannotRun)) throw reason
      io.err(`${reason.message}\nThe servers are as that run left them.\n`)
      return 3
    }
  }
  if (file === undefined || given.length === 0)
    throw new CannotRun('Give the file, then the servers: users.acl redis://host:6379')
  checkArguments(file, given)
  if (file === '-') throw new CannotRun('Name users.acl as a file.')
  const path = options.journal ?? `apply-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.journal`
  refuseExisting([path], false)
  return new Run(await planAll(file, given, around), path, around).start()
}

/** Reads all servers, shows what changes, and plans it. Throws CannotRun where one is not read, or has no plan. */
async function planAll(file: string, given: readonly string[], around: Surroundings): Promise<readonly Change[]> {
  const { options, io } = around
  const planned: Planned[] = []
  const changes: Change[] = []
  const problems: string[] = []
  for (const argument of await nodesOf(given, options, io)) {
    const { name } = addressOf(argument, process.env)
    try {
      const { server, before, after } = await readBoth(file, argument, { ...options, replicas: true }, io)
      planned.push(planBetween(name, server, before, after))
      changes.push(changeOf(argument, { ...before, server }, after, around))
    } catch (reason) {
      if (!(reason instanceof CannotRun)) throw reason
      problems.push(prefixed(name, reason.message))
    }
  }
  if (problems.length > 0) throw new CannotRun([...problems, 'Nothing was changed.'].join('\n'))
  if ((options as ApplyOptions).format === 'text') printPlans(planned, io, false)
  return changes
}

function changeOf(argument: string, subject: ServerSubject, after: Subject, around: Surroundings): Change {
  const current = startOrFail(subject).users
  const wanted = startOrFail(after).users
  const runner = fromText(subject.server.user)
  const result = planPhases({ current, wanted, runner }, subject.target)
  if (!result.ok) throw new CannotRun(`no plan: ${explainRefusal(result.refusal, runner)}`)
  const states = { before: current, middle: result.middle, after: wanted }
  const user = subject.server.user === 'default' ? null : subject.server.user
  const address = argumentOf({ ...addressOf(argument, process.env), user, password: null })
  return {
    node: new NodeChange(argument, subject, states, around),
    journal: journalNode(address, states, subject.target),
  }
}

/** Reads the servers of a journal. */
async function changesIn({ nodes }: Journal, around: Surroundings): Promise<readonly Change[]> {
  const { options, io } = around
  const changes: Change[] = []
  for (const journal of nodes) {
    const subject = await readSubject(
      journal.address,
      { ...options, target: journal.target, modules: journal.modules },
      io,
    )
    const { server } = subject
    if (server === null) throw new CannotRun('The journal names something else than servers.')
    const node = new NodeChange(journal.address, { ...subject, server }, statesIn(journal, subject.target), around)
    changes.push({ node, journal })
  }
  return changes
}

/** What became of a server. */
type Outcome = 'applied' | 'unchanged' | 'undone' | 'not changed' | 'not undone'

class Run {
  readonly #options: ApplyOptions
  readonly #io: Io
  /** The servers whose users change. */
  readonly #needed: readonly NodeChange[]
  #isJournalWritten = false
  #isSaving = false

  constructor(
    readonly changes: readonly Change[],
    readonly path: string,
    readonly around: Surroundings,
  ) {
    this.#options = around.options as ApplyOptions
    this.#io = around.io
    this.#needed = changes.map(({ node }) => node).filter((node) => node.isNeeded)
  }

  /** Asks, and applies the change. */
  async start(): Promise<ApplyCode> {
    if (this.#needed.length === 0) return this.#report(0, null)
    if (this.#options.dryRun) return this.#report(1, null)
    if (!(await this.#confirmed('Apply to', this.#needed.length)))
      return this.#report(1, 'Declined: nothing was changed.')
    return this.#apply()
  }

  /** Goes on with a change that was cut off, or undoes it. */
  async goOn(isSaving: boolean, isUndo: boolean): Promise<ApplyCode> {
    this.#isJournalWritten = true
    this.#isSaving = isSaving
    const nodes = this.changes.map(({ node }) => node)
    if (isUndo) {
      if (!(await this.#confirmed('Undo on', nodes.length))) return this.#report(1, 'Declined: nothing was changed.')
      for (const node of nodes) node.isTouched = true
      return this.#undo('Undone.', 0)
    }
    for (const node of nodes) void node.counts
    if (!(await this.#confirmed('Go on with', nodes.length))) return this.#report(1, 'Declined: nothing was changed.')
    // The run that was killed may have changed any of them.
    for (const node of nodes) node.isTouched = true
    return this.#apply(nodes)
  }

  async #confirmed(what: string, count: number): Promise<boolean> {
    if (this.#options.yes) return true
    const answer = await this.#io.answer?.(`${what} ${plural(count, 'server')}? Only 'yes' is accepted: `)
    if (answer === undefined || answer === null)
      throw new CannotRun('Nothing was changed: without a terminal, apply needs --yes.')
    return answer === 'yes'
  }

  async #apply(nodes: readonly NodeChange[] = this.#needed): Promise<ApplyCode> {
    if (!this.#isJournalWritten) {
      this.#writeJournal(false)
      this.#isJournalWritten = true
    }
    try {
      // A server that is not reached stops the change before it begins.
      for (const node of nodes) await node.open()
      for (const phase of [0, 1] as const)
        for (const node of nodes) {
          this.around.goOn()
          const count = await node.advance(phase)
          this.#progress(node, `${phase === 0 ? 'granted' : 'taken away'} (${plural(count, 'command')}), verified`)
        }
      if (this.#options.save) {
        this.#isSaving = true
        this.#writeJournal(true)
        for (const node of nodes) {
          this.around.goOn()
          await node.save()
        }
      }
      // A server that was restarted meanwhile has its old users again.
      for (const node of nodes) await node.verify()
    } catch (reason) {
      return await this.#undo(reason instanceof Error ? reason.message : String(reason), 2)
    } finally {
      for (const node of nodes) node.close()
    }
    deleteJournal(this.path)
    return this.#report(0, null)
  }

  async #undo(why: string, code: 0 | 2): Promise<ApplyCode> {
    const nodes = this.changes.map(({ node }) => node).filter(({ isTouched }) => isTouched)
    const reversed = [...nodes].reverse()
    if (code === 2 && nodes.length > 0) this.#io.err(`${onOneLine(why)} Undoing.\n`)
    for (const part of [0, 1] as const) for (const node of reversed) await node.undo(part)
    for (const node of reversed) {
      await node.verifyUndone(this.#isSaving)
      if (node.problem === null) this.#progress(node, 'undone, verified')
      node.close()
    }
    const isUndone = nodes.every(({ problem }) => problem === null)
    if (isUndone) deleteJournal(this.path)
    return this.#report(isUndone ? code : 3, why)
  }

  #writeJournal(saving: boolean): void {
    writeJournal(
      this.path,
      this.changes.map(({ journal }) => journal),
      saving,
    )
  }

  #progress(node: NodeChange, what: string): void {
    this.#io.err(`${onOneLine(node.name)}: ${what}\n`)
  }

  async #report(code: ApplyCode, why: string | null): Promise<ApplyCode> {
    const { format, dryRun } = this.#options
    const isApplied = code === 0 && why === null
    const outcomeOf = (node: NodeChange): Outcome =>
      isApplied
        ? this.#needed.includes(node) || node.saved !== null
          ? 'applied'
          : 'unchanged'
        : node.problem !== null
          ? 'not undone'
          : node.isTouched
            ? 'undone'
            : 'not changed'
    const nodes = this.changes.map(({ node }) => ({ node, outcome: outcomeOf(node) }))
    if (format === 'json')
      await writePieces(
        renderJson({
          command: 'apply',
          exitCode: code,
          ...(why !== null && { reason: why }),
          ...(code === 3 && { journal: this.path }),
          servers: nodes.map(({ node, outcome }) => ({
            server: node.name,
            outcome,
            ...(dryRun && { commands: node.counts }),
            ...(node.saved !== null &&
              isApplied &&
              ('by' in node.saved ? { saved: node.saved.by } : { notSaved: node.saved.why })),
            ...(node.problem !== null && { problem: node.problem }),
          })),
        }),
        this.#io,
      )
    else this.#print(code, why, nodes)
    return code
  }

  #print(
    code: ApplyCode,
    why: string | null,
    nodes: readonly { readonly node: NodeChange; readonly outcome: Outcome }[],
  ): void {
    const { out, color } = this.#io
    const paint = painter(color)
    if (this.#options.dryRun) return
    for (const { node, outcome } of nodes) {
      const saved =
        node.saved === null || outcome !== 'applied'
          ? ''
          : 'by' in node.saved
            ? `, saved by ${node.saved.by}`
            : `, ${paint('yellow', `not saved (${onOneLine(node.saved.why)}): after a restart the server has the users of its own file or configuration. Deploy the users there too.`)}`
      const left = node.problem === null ? '' : `: ${onOneLine(node.problem)}`
      out(`${onOneLine(node.name)}: ${paint(outcome === 'not undone' ? 'red' : 'bold', outcome)}${saved}${left}\n`)
    }
    if (code === 0 && why === null && this.#needed.length > 0) out('Applied and verified.\n')
    else if (why !== null) out(`${onOneLine(why)}\n`)
    if (code === 3)
      out(
        `Not all of it is undone. To try again: acl-playground apply --undo ${onOneLine(this.path)} (or --resume to go on)\n`,
      )
  }
}
