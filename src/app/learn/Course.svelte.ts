import { targetInfos } from '../../targets/infos'
import type { TargetId } from '../../targets/target'
import { course, lessonOf, lessonState, type Lesson } from '../../workspace/course/course'
import { diagnosticsOf } from '../../workspace/course/lesson'
import { exerciseId, lessonOfExercise } from '../../workspace/course/exercise'
import { Progress } from '../../workspace/course/progress'
import { fingerprint } from '../../workspace/earlier-work'
import type { SavedEntry, WorkspaceState } from '../../workspace/state'
import type { App } from '../state/App.svelte'
import { browserStorage } from '../state/browser-storage'
import { Goals } from './Goals.svelte'

const isSame = (a: WorkspaceState, b: WorkspaceState): boolean => fingerprint(a) === fingerprint(b)

const linesOf = (entries: readonly SavedEntry[]): string => JSON.stringify(entries.map(({ on, line }) => [on, line]))

/**
 * Returns a workspace that loads the learner's users.acl behind the lesson's own commands, which run under the lesson's; null
 * where there are none, where both are the same, or where the server has another redis.conf.
 */
function behindItsOwn(state: WorkspaceState, start: WorkspaceState): WorkspaceState | null {
  const own = start.entries.length
  const isOther = state.files.acl !== start.files.acl && state.files.conf === start.files.conf
  if (own === 0 || !isOther || linesOf(state.entries.slice(0, own)) !== linesOf(start.entries)) return null
  return { ...state, entries: state.entries.toSpliced(own, 0, { on: 0, line: '' }) }
}

/** The lesson in view: its workspace, its goals, and the progress in the course. */
export class Course {
  readonly #app: App
  readonly #progress = new Progress(browserStorage)
  readonly goals: Goals
  #lesson = $state.raw<Lesson | null>(null)
  /** The target that the lesson is not available on; null where it is. */
  #lacking = $state.raw<TargetId | null>(null)
  /** The target of the own workspace while it is in view beside a lesson that is not available. */
  #ownTarget: TargetId | null = null
  #unknown = $state('')
  /** True while the lesson's workspace is in place. */
  #placed = $state(false)
  #hints = $state(0)
  /** The workspace that the lesson opened with. */
  #start: WorkspaceState | null = null
  #turn = 0

  constructor(app: App) {
    this.#app = app
    this.goals = new Goals(app.playground, this.#progress, () => this.target)
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

  /** The codes of the diagnostics that are shown in the lesson's files: others would tell the solution. Null outside a lesson. */
  get diagnostics(): readonly string[] | null {
    return this.#lesson !== null && this.#lacking === null ? diagnosticsOf(this.#lesson, this.target) : null
  }

  /** The number of hints in view. */
  get hints(): number {
    return this.#hints
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
      await keeper.leaveLesson()
      return
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
      const own = await keeper.leaveLesson()
      if (turn !== this.#turn) return
      this.#ownTarget = own
      // Another target may have been chosen before the commands of the own workspace had run.
      const { targetId } = playground.host
      if (targetId !== own && lesson.isAvailable(targetId)) await this.#place(lesson, targetId)
      return
    }
    this.#show(lesson)
    this.#placed = false
    const start = lessonState(lesson, state.target)
    const later = behindItsOwn(state, start)
    const isOpen = await keeper.openLesson(later ?? state, {
      ...(later !== null && { first: start.files.acl }),
      store: (now) => this.#progress.set(lesson.id, { state: isSame(now, start) ? null : now }),
      placed: () => {
        this.#start = start
        this.goals.observe(start.entries.length, start.files)
      },
    })
    if (turn !== this.#turn) return
    if (!isOpen) return this.#app.openLesson(null)
    layout.fileTab = 'acl'
    this.#placed = true
    // Another target may have been chosen before the lesson's commands had run.
    await this.followTarget()
  }

  #show(lesson: Lesson | null, lacking: TargetId | null = null): void {
    this.#lesson = lesson
    this.#lacking = lacking
    this.goals.show(lesson)
    this.#hints = lesson?.id === exerciseId ? 0 : this.#progress.of(lesson?.id ?? '').hints
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
    this.goals.end()
    await this.#app.keeper.leaveLesson()
  }

  /** Grades the goals after each change of the files. */
  follow(): (() => void) | undefined {
    return this.#placed ? this.goals.follow() : undefined
  }

  /** Shows the next hint. */
  showHint(): void {
    this.#hints++
    if (this.#lesson !== null && !this.isExercise) this.#progress.set(this.#lesson.id, { hints: this.#hints })
  }
}
