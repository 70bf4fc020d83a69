import type { Answer, Progress, Results, Work } from './protocol'

/** A worker for long work, one piece at a time: a newer piece ends the one before. */
export class Background {
  #worker: Worker | null = null
  /** Ends the piece at work without a result. */
  #drop: (() => void) | null = null

  /**
   * Carries out a piece of work off the page's thread. Resolves to null where a newer piece took its place; rejects where
   * the worker failed.
   */
  carryOut<K extends keyof Results>(
    work: Extract<Work, { readonly kind: K }>,
    onProgress?: (progress: Progress) => void,
  ): Promise<Results[K] | null> {
    if (this.#drop !== null) this.end()
    const worker = (this.#worker ??= new Worker(new URL('./background.worker.ts', import.meta.url), {
      type: 'module',
      name: 'background',
    }))
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        this.#drop = null
        this.end()
        reject(new Error('The worker failed.'))
      }
      this.#drop = () => resolve(null)
      worker.onerror = fail
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.kind === 'progress') return onProgress?.(data)
        if (data.kind === 'failed') return fail()
        this.#drop = null
        // The worker answers work of a kind with a result of that kind.
        resolve(data.result as Results[K])
      }
      worker.postMessage(work)
    })
  }

  /** Ends the worker, and what it works on. */
  end(): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#drop?.()
    this.#drop = null
  }
}
