import * as v from 'valibot'
import { readState } from '../read-state'
import type { WorkspaceState } from '../state'
import type { StringStorage } from '../storage'

const key = 'acl-playground.learn'

/** The longest workspace of a lesson that is stored, in characters of JSON. */
const LONGEST = 100_000

/** The learner's progress in a lesson. */
export interface LessonProgress {
  /** True once all goals were met. */
  readonly done: boolean
  /** The indexes of goals that ask for a command, and were met. */
  readonly commands: readonly number[]
  /** The number of hints that were shown. */
  readonly hints: number
  /** The workspace as the learner left it; null where it is as the lesson opens. */
  readonly state: WorkspaceState | null
}

const untouched: LessonProgress = { done: false, commands: [], hints: 0, state: null }

const schema = v.object({
  done: v.boolean(),
  commands: v.array(v.number()),
  hints: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10)),
  state: v.unknown(),
})

/** The progress in the course, in the browser's storage. Tabs share it. Never throws; where storage is full it lasts as long as the page. */
export class Progress {
  readonly #storage: StringStorage
  /** The lessons that storage had no room for. */
  readonly #unsaved = new Map<string, LessonProgress>()

  constructor(storage: StringStorage) {
    this.#storage = storage
  }

  of(id: string): LessonProgress {
    const unsaved = this.#unsaved.get(id)
    if (unsaved !== undefined) return unsaved
    const { success, output } = v.safeParse(schema, this.#read()[id])
    return success ? { ...output, state: readState(output.state) } : untouched
  }

  /** Changes the progress in a lesson. */
  set(id: string, change: Partial<LessonProgress>): void {
    const next = { ...this.of(id), ...change }
    const isLong = next.state !== null && JSON.stringify(next.state).length > LONGEST
    const stored = isLong ? { ...next, state: null } : next
    if (this.#write({ ...this.#read(), [id]: stored }) && !isLong) this.#unsaved.delete(id)
    else this.#unsaved.set(id, next)
  }

  #read(): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(this.#storage.getItem(key) ?? '{}')
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
    } catch {
      return {}
    }
  }

  #write(all: Readonly<Record<string, unknown>>): boolean {
    try {
      this.#storage.setItem(key, JSON.stringify(all))
      return true
    } catch {
      return false
    }
  }
}
