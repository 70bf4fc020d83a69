import { loadTables } from '../../targets/load'
import type { Target } from '../../targets/target'
import type { GradeAnswer, GradeRequest } from './protocol'

/** Milliseconds after which grading is given up: an exercise may come from anyone. */
const PATIENCE = 8_000

/** The worker that grades: one request at a time, and of those that wait the newest. */
export class Grader {
  #worker: Worker | null = null
  /** The target that the worker has. */
  #known: Target | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #newest = 0

  /** Resolves to null where a newer request took its place, and to `failed` where it took too long. Never rejects. */
  ask(target: Target, request: Omit<GradeRequest, 'target'>): Promise<GradeAnswer | null> {
    const id = ++this.#newest
    const turn = this.#turn
      .then(() => (id === this.#newest ? this.#carryOut(target, request) : null))
      .catch((): GradeAnswer => ({ kind: 'failed' }))
    this.#turn = turn
    return turn
  }

  async #carryOut(target: Target, request: Omit<GradeRequest, 'target'>): Promise<GradeAnswer> {
    const tables = this.#known === target ? null : await loadTables(target.id, { modules: target.modules })
    const worker = (this.#worker ??= new Worker(new URL('./grade.worker.ts', import.meta.url), {
      type: 'module',
      name: 'grade',
    }))
    this.#known = target
    return new Promise((resolve) => {
      const fail = (): void => {
        clearTimeout(timer)
        this.end()
        resolve({ kind: 'failed' })
      }
      const timer = setTimeout(fail, PATIENCE)
      worker.onerror = fail
      worker.onmessage = ({ data }: MessageEvent<GradeAnswer>) => {
        clearTimeout(timer)
        resolve(data)
      }
      worker.postMessage({ ...request, ...(tables !== null && { target: { id: target.id, tables } }) })
    })
  }

  /** Ends the worker. */
  end(): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#known = null
  }
}
