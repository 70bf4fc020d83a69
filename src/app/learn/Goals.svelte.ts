import { untrack } from 'svelte'
import type { TargetId } from '../../targets/target'
import { goalText, type Goal, type Lesson } from '../../workspace/course/course'
import { exerciseId } from '../../workspace/course/exercise'
import type { GoalResult } from '../../workspace/course/grade'
import type { RanCommand } from '../../workspace/course/lesson'
import { attemptPause } from '../../workspace/course/calm'
import { outcomeOf } from '../../workspace/course/outcome'
import type { ShorterRules } from '../../workspace/course/shorter'
import type { Progress } from '../../workspace/course/progress'
import type { Exercise, WorkspaceFiles } from '../../workspace/state'
import { Asker, type Version } from '../state/engine'
import type { Entry } from '../state/Entry.svelte'
import type { Playground } from '../state/Playground.svelte'
import type { Observed } from '../state/run-line'
import { usersOf } from './users-of'

/** A goal with its state. */
export interface GoalRow {
  readonly text: string
  /** True for a sentence of the expectations language. */
  readonly isSentence: boolean
  /** Null before the first grading. A goal that is not met says why only once the learner has tried. */
  readonly result: GoalResult | null
}

/** Milliseconds after a change before the goals are graded. */
const PAUSE = 120
/** The most commands that are remembered for goals. */
const mostRan = 300

const textOf = ({ acl, conf, expect = '' }: WorkspaceFiles): string => [acl, conf, expect].join('\0')

const met: GoalResult = { met: true, message: null, counterexample: null, undecided: false }
const open: GoalResult = { ...met, met: false }
const late: GoalResult = { ...open, message: 'Grading took too long and was stopped.', undecided: true }

/** The goals of the lesson in view, graded while the learner works. */
export class Goals {
  readonly #playground: Playground
  readonly #progress: Progress
  readonly #targetOf: () => TargetId
  readonly #asker = new Asker()
  #lesson = $state.raw<Lesson | null>(null)
  #results = $state.raw<readonly GoalResult[] | null>(null)
  /** The text of the files that was graded. */
  #graded = ''
  /** The text of the files that the learner tried last: until they are tried, goals are met or open, and not wrong. */
  #tried = $state.raw<string | null>(null)
  /** The text of the files at the last change, and the timer after which it counts as an attempt. */
  #before = ''
  #attempt: ReturnType<typeof setTimeout> | undefined
  /** The indexes of goals that asked for a command, and were met. */
  #commands = $state.raw<readonly number[]>([])
  #shorter = $state.raw<readonly ShorterRules[]>([])
  /** Goes up when a lesson is done. */
  #edition = $state(0)
  #news = $state('')
  #ran: readonly RanCommand[] = []
  /** The number of entries that the lesson's own commands made. */
  #own = 0
  /** The number of entries seen so far, of which the first ones are the lesson's own, and the last one. */
  #seen: { readonly count: number; readonly last: Entry | null } = { count: 0, last: null }

  /** `targetOf`: returns the target that the lesson is shown for. */
  constructor(playground: Playground, progress: Progress, targetOf: () => TargetId) {
    this.#playground = playground
    this.#progress = progress
    this.#targetOf = targetOf
  }

  readonly #goals = $derived.by<readonly Goal[]>(() => this.#lesson?.goals(this.#targetOf()) ?? [])

  /** The goals and their states. */
  get rows(): readonly GoalRow[] {
    return this.#goals.map((goal, i) => ({
      text: goalText(goal),
      isSentence: goal.kind === 'sentence' && goal.say === undefined,
      result: goal.kind === 'command' ? (this.#commands.includes(i) ? met : open) : this.#shown(i),
    }))
  }

  #shown(i: number): GoalResult | null {
    const result = this.#results?.[i] ?? null
    if (result === null || result.met) return result
    const text = textOf(this.#playground.files.snapshot())
    return this.#tried === text && this.#graded === text ? result : open
  }

  /** True while all goals are met. */
  get areMet(): boolean {
    const { rows } = this
    return rows.length > 0 && rows.every(({ result }) => result?.met === true)
  }

  /** Rules in fewer words that are proved to be equal, for users of a lesson that is done. */
  get shorter(): readonly ShorterRules[] {
    return this.#shorter
  }

  /** The last goals that were met, for a live region. */
  get news(): string {
    return this.#news
  }

  /** Returns true where all goals of a lesson were met once. */
  wereMet(id: string): boolean {
    void this.#edition
    return this.#progress.of(id).done
  }

  /** Shows the goals of a lesson; null for none. */
  show(lesson: Lesson | null): void {
    this.#lesson = lesson
    this.#results = null
    const { files } = this.#playground
    this.#began(files.snapshot(), files.acl.text !== files.opened)
    this.#shorter = []
    this.#news = ''
    this.#ran = []
    this.#commands = this.#progress.of(lesson?.id ?? '').commands
  }

  /**
   * Observes the commands that run in the lesson's workspace, which was put in place.
   * @param own the number of entries that the lesson's own commands make
   * @param start the files that the lesson opens with: others are an attempt
   */
  observe(own: number, start: WorkspaceFiles): void {
    this.#own = own
    const files = this.#playground.files.snapshot()
    this.#began(files, textOf(files) !== textOf(start))
    this.#seen = { count: 0, last: null }
    this.#playground.connections.observe = (observed) => this.#see(observed)
  }

  #began(files: WorkspaceFiles, isAttempt: boolean): void {
    clearTimeout(this.#attempt)
    this.#before = textOf(files)
    this.#tried = isAttempt ? this.#before : null
  }

  /** Ends grading and observing. */
  end(): void {
    clearTimeout(this.#attempt)
    this.#asker.cancel()
    this.#playground.connections.observe = null
  }

  #see({ entry, user, connection, exchange }: Observed): void {
    if (entry !== this.#seen.last) this.#seen = { count: this.#seen.count + 1, last: entry }
    if (this.#seen.count <= this.#own) return
    const outcome = exchange === null ? 'closed' : outcomeOf(connection, exchange)
    const run = { user, origin: connection.origin, argv: entry.argv, outcome, replies: exchange?.replies ?? [] }
    const earlier = this.#ran
    this.#ran = [...earlier, run].slice(-mostRan)
    const found = this.#goals.flatMap((goal, i) =>
      goal.kind === 'command' && !this.#commands.includes(i) && goal.isDone(run, earlier) ? [i] : [],
    )
    if (found.length === 0) return
    const before = this.rows
    this.#commands = [...this.#commands, ...found]
    if (this.#lesson !== null) this.#progress.set(this.#lesson.id, { commands: this.#commands })
    this.#announce(before, false)
  }

  /** Grades the goals after each change of the files. */
  follow(): (() => void) | undefined {
    const { files, host, about } = this.#playground
    const { target } = host
    const lesson = this.#lesson
    if (lesson === null || target === null) return undefined
    const work = { files: files.snapshot(), lesson: about.exercise ?? lesson.id }
    const timer = setTimeout(
      () => void this.#grade(lesson, target, work),
      untrack(() => this.#results) === null ? 0 : PAUSE,
    )
    this.#awaitAttempt(textOf(work.files))
    return () => clearTimeout(timer)
  }

  /** Counts the files as an attempt after a pause. */
  #awaitAttempt(text: string): void {
    const before = this.#before
    if (text === before) return
    clearTimeout(this.#attempt)
    this.#before = text
    this.#attempt = setTimeout(() => (this.#tried = text), attemptPause(before, text))
  }

  async #grade(
    lesson: Lesson,
    version: Version,
    work: { readonly lesson: string | Exercise; readonly files: WorkspaceFiles },
  ): Promise<void> {
    const results = await this.#asker.ask('grade', [version], work).catch(() => this.#goals.map(() => late))
    if (results === null || lesson !== this.#lesson) return
    const before = this.rows
    const isFirst = this.#results === null
    this.#graded = textOf(work.files)
    this.#results = results
    this.#shorter = []
    this.#announce(before, isFirst)
    const { acl } = work.files
    const users = this.areMet ? usersOf(this.#goals, acl) : []
    if (users.length === 0) return
    const shorter = await this.#asker.ask('shorten', [version], { acl, users }).catch(() => null)
    if (shorter !== null && lesson === this.#lesson) this.#shorter = shorter
  }

  /** Tells of the goals that were met since; the first grading tells only that all are. */
  #announce(before: readonly GoalRow[], isFirst: boolean): void {
    const { rows } = this
    const fresh = rows.filter(({ result }, i) => result?.met === true && before[i]?.result?.met !== true)
    if (this.areMet) {
      this.#news = 'All goals met.'
      if (this.#lesson !== null && this.#lesson.id !== exerciseId) this.#progress.set(this.#lesson.id, { done: true })
      this.#edition++
    } else if (fresh.length > 0 && !isFirst)
      this.#news = `Goal met: ${fresh.map(({ text }) => text.replaceAll('`', '')).join('; ')}`
  }
}
