import type { CommandDocs } from '../../targets/docs'
import { loadDocs } from '../../targets/load'
import type { Playground } from './Playground.svelte'
import type { HintOf } from './preview'

/** The grammar of the arguments of the target's commands, and the hints that come from it. */
export class ArgumentHints {
  readonly #playground: Playground
  #docs = $state.raw<CommandDocs | null>(null)
  #hintOf = $state.raw<HintOf | null>(null)

  constructor(playground: Playground) {
    this.#playground = playground
  }

  /** The grammar; null until it is loaded. */
  get docs(): CommandDocs | null {
    return this.#docs
  }

  /** Returns the arguments that can follow in a command line; null until their grammar is loaded. */
  get hintOf(): HintOf | null {
    return this.#hintOf
  }

  /** Loads the grammar of the target's arguments; hints are left out without it. */
  async load(): Promise<void> {
    const { host } = this.#playground
    const { targetId, modules } = host
    this.#docs = this.#hintOf = null
    try {
      const [docs, { argumentHint }] = await Promise.all([loadDocs(targetId, { modules }), import('./argument-hint')])
      if (host.targetId !== targetId || host.modules !== modules) return
      this.#docs = docs
      this.#hintOf = (command, argv, open) => argumentHint(command, argv, open, docs)
    } catch {
      // Hints are a help, not a need.
    }
  }
}
