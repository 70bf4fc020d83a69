import { targetFrom } from '../targets/load'
import type { Target } from '../targets/target'
import { answers } from './answers'
import type { Environment } from './environment'
import { Dropped, Job, type Turn } from './job'
import type { FromEngine, Kind, News, Request, TargetReference, ToEngine } from './protocol'

/** Answers questions, in a worker or in process. Questions take turns. */
export class Engine {
  readonly #environment: Environment
  readonly #post: (answer: FromEngine) => void
  readonly #targets = new Map<string, Promise<Target>>()
  readonly #jobs = new Map<number, Job>()
  readonly #turn: Turn = { id: 0 }

  constructor(environment: Environment, post: (answer: FromEngine) => void) {
    this.#environment = environment
    this.#post = post
  }

  hear(message: ToEngine): void {
    if ('cancel' in message) this.#jobs.get(message.cancel)?.drop()
    else void this.#answer(message)
  }

  /** Cancels all questions. */
  end(): void {
    for (const job of this.#jobs.values()) job.drop()
  }

  async #answer<K extends Kind>({ id, kind, input, targets }: Request<K>): Promise<void> {
    const post = (news: News): void => this.#post({ id, ...news })
    const job = new Job<K>(id, post, this.#environment, this.#turn)
    this.#jobs.set(id, job)
    try {
      const known = await Promise.all(targets.map((reference) => this.#targetOf(reference)))
      await job.begin()
      post({ kind: 'done', result: await answers[kind](input, job, known) })
    } catch (error) {
      post({ kind: error instanceof Dropped ? 'dropped' : 'failed' })
    }
    this.#jobs.delete(id)
  }

  #targetOf({ key, stored }: TargetReference): Promise<Target> {
    if (stored !== undefined) this.#targets.set(key, targetFrom(stored.id, stored.tables, stored.release))
    const target = this.#targets.get(key)
    if (target === undefined) throw new Error('The first request names its target.')
    return target
  }
}
