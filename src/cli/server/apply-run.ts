import { renderJson } from '../formats/json'
import { painter, plural } from '../formats/text'
import { CannotRun } from '../cannot-run'
import { writePieces, type Io } from '../input'
import { onOneLine } from '../printable'
import type { DiscoverOptions } from './discover'
import { deleteJournal, writeJournal, type JournalNode } from './journal'
import type { NodeChange, Surroundings } from './node-change'

export interface ApplyOptions extends DiscoverOptions {
  /** The name of the command, for reports. */
  readonly command: 'apply' | 'rotate'
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
export type ApplyCode = 0 | 1 | 2 | 3

/** The change of a server, and how the journal describes it. */
export interface Change {
  readonly node: NodeChange
  readonly journal: JournalNode
}

/** The outcome for a server. */
type Outcome = 'applied' | 'unchanged' | 'undone' | 'not changed' | 'not undone'

/** Applies the changes of servers, undoes them where one fails, and reports what became of each. */
export class Run {
  readonly #io: Io
  /** The servers whose users change. */
  readonly #needed: readonly NodeChange[]
  #isJournalWritten = false
  /** True where a run that was killed may have saved users. */
  #mayBeSaved = false

  constructor(
    readonly changes: readonly Change[],
    readonly path: string,
    readonly around: Surroundings,
    readonly options: ApplyOptions,
  ) {
    this.#io = around.io
    this.#needed = changes.map(({ node }) => node).filter((node) => node.isNeeded)
  }

  /** Asks, and applies the change. */
  async start(): Promise<ApplyCode> {
    if (this.#needed.length === 0) return this.#report(0, null)
    if (this.options.dryRun) return this.#report(1, null)
    if (!(await this.#confirmed('Apply to', this.#needed.length)))
      return this.#report(1, 'Declined: nothing was changed.')
    return this.#apply()
  }

  /** Goes on with a change that was cut off, or undoes it. */
  async goOn(mayBeSaved: boolean, isUndo: boolean): Promise<ApplyCode> {
    this.#isJournalWritten = true
    this.#mayBeSaved = mayBeSaved
    const nodes = this.changes.map(({ node }) => node)
    // Throws where somebody else changed the users since.
    if (!isUndo) for (const node of nodes) void node.counts
    if (!(await this.#confirmed(isUndo ? 'Undo on' : 'Go on with', nodes.length)))
      return this.#report(3, 'Declined: the servers are as that run left them.')
    // The run that was killed may have changed any of them.
    for (const node of nodes) node.isTouched = true
    return isUndo ? this.#undo('Undone.', 0) : this.#apply(nodes)
  }

  async #confirmed(what: string, count: number): Promise<boolean> {
    if (this.options.yes) return true
    this.around.goOn()
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
      if (this.options.save) {
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
      await node.verifyUndone(this.#mayBeSaved)
      if (node.problem === null) this.#progress(node, 'undone, verified')
      node.close()
    }
    const isUndone = nodes.every(({ problem }) => problem === null)
    if (isUndone) deleteJournal(this.path)
    return this.#report(isUndone ? code : 3, why)
  }

  #writeJournal(saving: boolean): void {
    const nodes = this.changes.map(({ journal }) => journal)
    writeJournal(this.path, { save: this.options.save, saving, nodes })
  }

  #progress(node: NodeChange, what: string): void {
    this.#io.err(`${onOneLine(node.name)}: ${what}\n`)
  }

  async #report(code: ApplyCode, why: string | null): Promise<ApplyCode> {
    const { format, dryRun } = this.options
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
          command: this.options.command,
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
    if (this.options.dryRun) return
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
    if (nodes.some(({ outcome }) => outcome === 'applied')) out('Applied and verified.\n')
    else if (why !== null) out(`${onOneLine(why)}\n`)
    if (code === 3) out(`To try again: acl-playground apply --undo ${onOneLine(this.path)} (or --resume, to go on)\n`)
  }
}
