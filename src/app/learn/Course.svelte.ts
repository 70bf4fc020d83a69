import { untrack } from 'svelte'
import { targetInfos } from '../../targets/infos'
import type { TargetId } from '../../targets/target'
import { course, goalText, lessonOf, lessonState, type Goal, type Lesson } from '../../workspace/course/course'
import { exerciseId, lessonOfExercise } from '../../workspace/course/exercise'
import type { GoalResult } from '../../workspace/course/grade'
import type { RanCommand, RunStep } from '../../workspace/course/lesson'
import { outcomeOf } from '../../workspace/course/outcome'
import { Progress } from '../../workspace/course/progress'
import { fingerprint } from '../../workspace/earlier-work'
import type { WorkspaceState } from '../../workspace/state'
import type { App } from '../state/App.svelte'
import { browserStorage } from '../state/browser-storage'
import type { Entry } from '../state/Entry.svelte'
import type { Observed } from '../state/run-line'
import { Grader } from './grader'
import type { ShorterRules } from './protocol'
import { runHere } from './run-here'
import { usersOf } from './users-of'

/** A goal with its state. */
export interface GoalRow {
  readonly text: string
  /** True for a sentence of the expectations language. */
  readonly isSentence: boolean
  /** Null before the first grading. */
  readonly result: GoalResult | null
}

/** Milliseconds after a change before the goals are graded. */
const PAUSE = 120
/** The most commands that are remembered for goals. */
const mostRan = 300

const met: GoalResult = { met: true, message: null, counterexample: null, undecided: false }
const open: GoalResult = { ...met, met: false }
const late: GoalResult = { ...open, message: 'Grading took too long and was stopped.', undecided: true }

const isSame = (a: WorkspaceState, b: WorkspaceState): boolean => fingerprint(a) === fingerprint(b)

/** The lesson in view: its workspace, its goals while the learner works, and the progress in the course. */
export class Course {
  readonly #app: App
  readonly #progress = new Progress(browserStorage)
  readonly #grader = new Grader()
  #lesson = $state.raw<Lesson | null>(null)
  /** The target that the lesson is not available on; null where it is. */
  #lacking = $state.raw<TargetId | null>(null)
  /** The target of the own workspace while it is in view beside a lesson that is not available. */
  #ownTarget: TargetId | null = null
  #unknown = $state('')
  /** True while the lesson's workspace is in place. */
  #placed = $state(false)
  #results = $state.raw<readonly GoalResult[] | null>(null)
  /** The indexes of goals that asked for a command, and were met. */
  #commands = $state.raw<readonly number[]>([])
  #hints = $state(0)
  #shorter = $state.raw<readonly ShorterRules[]>([])
  /** Goes up with the progress. */
  #edition = $state(0)
  #news = $state('')
  #ran: readonly RanCommand[] = []
  /** The workspace that the lesson opened with. */
  #start: WorkspaceState | null = null
  /** The number of entries seen so far, of which the first ones are the lesson's own, and the last one. */
  #seen: { readonly count: number; readonly last: Entry | null } = { count: 0, last: null }
  #turn = 0

  constructor(app: App) {
    this.#app = app
  }

  /** The lesson in view; null for the list. */
  get lesson(): Lesson | null {
    return this.#lesson
  }

  /** The target that the lesson is not available on; null where it is. */
  get lacking(): TargetId | null {
    return this.#lacking
  }

  /** The id of a lesson that was asked for and does not exist; empty where there is none. */
  get unknown(): string {
    return this.#unknown
  }

  get isExercise(): boolean {
    return this.#lesson?.id === exerciseId
  }

  /** The target that the lesson is shown for. */
  get target(): TargetId {
    return this.#lacking ?? this.#app.playground.host.targetId
  }

  /** True once the lesson's workspace is in place. */
  get placed(): boolean {
    return this.#placed
  }

  readonly #goals = $derived.by<readonly Goal[]>(() => this.#lesson?.goals(this.target) ?? [])

  /** The goals and their states. */
  get rows(): readonly GoalRow[] {
    return this.#goals.map((goal, i) => ({
      text: goalText(goal),
      isSentence: goal.kind === 'sentence' && goal.say === undefined,
      result: goal.kind === 'command' ? (this.#commands.includes(i) ? met : open) : (this.#results?.[i] ?? null),
    }))
  }

  /** True while all goals are met. */
  get isDone(): boolean {
    const { rows } = this
    return rows.length > 0 && rows.every(({ result }) => result?.met === true)
  }

  /** The number of hints in view. */
  get hints(): number {
    return this.#hints
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
  wasDone(id: string): boolean {
    void this.#edition
    return this.#progress.of(id).done
  }

  /** The lesson before or after the one in view; null where there is none. */
  neighbour(step: -1 | 1): Lesson | null {
    const at = course.findIndex(({ id }) => id === this.#lesson?.id)
    return at < 0 ? null : (course[at + step] ?? null)
  }

  /** Returns the target nearest to the current one on which a lesson is available; null where there is none. */
  nearestTarget(lesson: Lesson): TargetId | null {
    const ids = targetInfos.map(({ id }) => id)
    const at = ids.indexOf(this.target)
    const product = targetInfos[at]?.product
    const rank = (i: number): number => Math.abs(i - at) + (targetInfos[i]?.product === product ? 0 : ids.length)
    const able = ids.flatMap((id, i) => (lesson.isAvailable(id) ? [i] : []))
    return ids[able.sort((a, b) => rank(a) - rank(b))[0] ?? -1] ?? null
  }

  /** Opens the lesson that the address names; the list for an empty id. */
  async open(id: string): Promise<void> {
    const turn = ++this.#turn
    const { keeper, playground } = this.#app
    this.#unknown = ''
    if (id === exerciseId && playground.about.exercise !== undefined)
      return this.#show(lessonOfExercise(playground.about))
    const lesson = lessonOf(id)
    if (lesson === null) {
      this.#unknown = id
      this.#show(null)
      return keeper.leaveLesson()
    }
    await this.#place(lesson, this.target, turn)
  }

  /** Returns the workspace as the learner left it, or as the lesson opens on this target. */
  #savedState(lesson: Lesson, target: TargetId): WorkspaceState | null {
    const { state } = this.#progress.of(lesson.id)
    if (state !== null && lesson.isAvailable(state.target)) return state
    if (!lesson.isAvailable(target)) return null
    return state === null ? lessonState(lesson, target) : { ...state, target }
  }

  /** Shows a lesson, and puts its workspace in place; the own one where it is not available on the target. */
  async #place(
    lesson: Lesson,
    target: TargetId,
    turn = ++this.#turn,
    state = this.#savedState(lesson, target),
  ): Promise<void> {
    const { keeper, playground, layout } = this.#app
    this.#ownTarget = null
    if (state === null) {
      this.#show(lesson, target)
      await keeper.leaveLesson()
      if (turn === this.#turn) this.#ownTarget = playground.host.targetId
      return
    }
    this.#show(lesson)
    this.#placed = false
    const start = lessonState(lesson, state.target)
    const isOpen = await keeper.openLesson(state, {
      store: (now) => this.#progress.set(lesson.id, { state: isSame(now, start) ? null : now }),
      placed: () => {
        this.#start = start
        this.#seen = { count: 0, last: null }
        playground.connections.observe = (observed) => this.#observe(observed)
      },
    })
    if (turn !== this.#turn) return
    if (!isOpen) return this.#app.openLesson(null)
    layout.fileTab = 'acl'
    this.#placed = true
  }

  #show(lesson: Lesson | null, lacking: TargetId | null = null): void {
    this.#lesson = lesson
    this.#lacking = lacking
    this.#results = null
    this.#shorter = []
    this.#news = ''
    this.#ran = []
    const { commands, hints } = this.#progress.of(lesson?.id ?? '')
    this.#commands = commands
    this.#hints = lesson?.id === exerciseId ? 0 : hints
    this.#placed = lesson?.id === exerciseId
  }

  /** Starts the lesson again; its progress stays. */
  async reset(): Promise<void> {
    const lesson = this.#lesson
    if (lesson === null) return
    const { playground, editors, keeper } = this.#app
    if (this.isExercise) {
      keeper.keepVersion()
      return editors.write('acl', playground.files.opened)
    }
    const { targetId } = playground.host
    this.#progress.set(lesson.id, { commands: [], hints: 0, state: null })
    await this.#place(lesson, targetId)
  }

  /** Opens the lesson on another target. */
  async useTarget(id: TargetId): Promise<void> {
    const lesson = this.#lesson
    if (lesson !== null) await this.#placeNew(lesson, id)
  }

  async #placeNew(lesson: Lesson, target: TargetId): Promise<void> {
    await this.#place(lesson, target, ++this.#turn, lessonState(lesson, target))
  }

  /** Opens an untouched or unavailable lesson anew, as another target was chosen. */
  async followTarget(): Promise<void> {
    const lesson = this.#lesson
    const { playground } = this.#app
    const { targetId } = playground.host
    const start = this.#start
    if (lesson === null || this.isExercise) return
    if (this.#ownTarget !== null && this.#ownTarget !== targetId) return this.#place(lesson, targetId)
    if (!this.#placed || start === null || start.target === targetId) return
    if (!lesson.isAvailable(targetId)) return this.#place(lesson, targetId, ++this.#turn, null)
    const { target, modules } = start
    if (isSame({ ...playground.snapshot(), target, modules }, start)) await this.#placeNew(lesson, targetId)
  }

  /** The pane is closed: the own workspace comes back. */
  async leave(): Promise<void> {
    this.#turn++
    this.#grader.end()
    this.#app.playground.connections.observe = null
    await this.#app.keeper.leaveLesson()
  }

  // Goals

  #observe({ entry, user, connection, exchange }: Observed): void {
    if (entry !== this.#seen.last) this.#seen = { count: this.#seen.count + 1, last: entry }
    if (this.#seen.count <= (this.#start?.entries.length ?? 0)) return
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
    const { files, host } = this.#app.playground
    const { target } = host
    const lesson = this.#lesson
    if (lesson === null || !this.#placed || target === null) return undefined
    const work = { files: files.snapshot(), lesson: this.#app.playground.about.exercise ?? lesson.id }
    const timer = setTimeout(
      () => void this.#grade(lesson, target, work),
      untrack(() => this.#results) === null ? 0 : PAUSE,
    )
    return () => clearTimeout(timer)
  }

  async #grade(
    lesson: Lesson,
    target: Parameters<Grader['ask']>[0],
    work: Pick<Parameters<Grader['ask']>[1], 'files' | 'lesson'>,
  ): Promise<void> {
    const answer = await this.#grader.ask(target, { ...work, shorten: [] })
    if (answer === null || lesson !== this.#lesson) return
    const before = this.rows
    const isFirst = this.#results === null
    this.#results = answer.kind === 'graded' ? answer.results : this.#goals.map(() => late)
    this.#shorter = []
    this.#announce(before, isFirst)
    const users = this.isDone ? usersOf(this.#goals, work.files.acl) : []
    if (users.length === 0) return
    const shortened = await this.#grader.ask(target, { ...work, shorten: users })
    if (shortened?.kind === 'shortened' && lesson === this.#lesson) this.#shorter = shortened.shorter
  }

  /** Tells of the goals that were met since; the first grading tells only that all are. */
  #announce(before: readonly GoalRow[], isFirst: boolean): void {
    const { rows } = this
    const fresh = rows.filter(({ result }, i) => result?.met === true && before[i]?.result?.met !== true)
    if (this.isDone) {
      this.#news = 'All goals met.'
      if (this.#lesson !== null && !this.isExercise) this.#progress.set(this.#lesson.id, { done: true })
      this.#edition++
    } else if (fresh.length > 0 && !isFirst)
      this.#news = `Goal met: ${fresh.map(({ text }) => text.replaceAll('`', '')).join('; ')}`
  }

  // Help

  /** Shows the next hint. */
  showHint(): void {
    this.#hints++
    if (this.#lesson !== null && !this.isExercise) this.#progress.set(this.#lesson.id, { hints: this.#hints })
  }

  /** Fills in the solution: runs its commands, and writes its files, which can be undone in the editor. */
  async fillIn(): Promise<void> {
    const lesson = this.#lesson
    if (lesson === null) return
    const { playground, editors } = this.#app
    const { first = [], files = {}, runs = [] } = lesson.solution(playground.host.targetId)
    await this.#run(first)
    for (const file of ['acl', 'expect', 'conf'] as const) {
      const text = files[file]
      if (text !== undefined) editors.write(file, text)
    }
    if (files.conf !== undefined) playground.start()
    await this.#run(runs)
  }

  async #run(steps: readonly RunStep[]): Promise<void> {
    for (const { as, line, from } of steps) await runHere(this.#app, { user: as, origin: from ?? null, db: 0, line })
  }

  /** Writes shorter rules in place of a user's. */
  shorten({ user, rules }: ShorterRules): void {
    const { playground, editors } = this.#app
    const lines = playground.files.acl.text.split('\n')
    const isOf = (line: string): boolean => line.trim().split(/\s+/).slice(0, 2).join(' ') === `user ${user}`
    editors.write('acl', lines.map((line) => (isOf(line) ? `user ${user} ${rules}` : line)).join('\n'))
  }
}
