import type { DecodeResult } from '../../workspace/codec'
import { fingerprint } from '../../workspace/earlier-work'
import { type WorkspaceState, blankState } from '../../workspace/state'
import { defaultTargetId } from '../../targets/infos'
import type { BannerPlace } from './banner'
import type { Keeper } from './Keeper.svelte'
import { pause } from './pace'
import type { Playground } from './Playground.svelte'

/** The page around a link that is opened. */
interface Around extends BannerPlace {
  /** Asks whether to open the workspace that waits, or stops asking. */
  ask(asking: boolean): void
  /** Shows a line of users.acl. */
  goTo(line: number): void
}

/** Decodes the hash of the address by a part of the page that most visits do not need. */
async function decode(hash: string): Promise<DecodeResult> {
  if (hash === '') return { kind: 'none' }
  try {
    const { decodeLink } = await import('../../workspace/codec')
    return await decodeLink(hash)
  } catch {
    return { kind: 'error', message: 'The part of the page that reads links could not be loaded. Reload the page.' }
  }
}

/** Opens the workspace that the address carries; asks first where that would replace work. */
export class IncomingLink {
  readonly #playground: Playground
  readonly #keeper: Keeper
  readonly #around: Around
  readonly #isEmbedded: boolean
  #waiting = $state.raw<WorkspaceState | null>(null)
  /** Counts links that were followed: the last one counts. */
  #followed = 0

  /** `isEmbedded`: an embedded page, which asks nothing and leaves its address as it is. */
  constructor(playground: Playground, keeper: Keeper, around: Around, isEmbedded: boolean) {
    this.#playground = playground
    this.#keeper = keeper
    this.#around = around
    this.#isEmbedded = isEmbedded
  }

  /** The workspace of a link that waits for an answer. */
  get waiting(): WorkspaceState | null {
    return this.#waiting
  }

  /** Opens what the address carries. Asks first where it would replace work. */
  async follow(): Promise<void> {
    const keeper = this.#keeper
    // The address is looked at again when the first workspace stands.
    if (!keeper.ready) return
    const followed = ++this.#followed
    const link = await decode(location.hash)
    if (link.kind === 'none' || followed !== this.#followed) return
    // An embedded page is loaded again by its address.
    if (!this.#isEmbedded) history.replaceState(null, '', location.pathname + location.search)
    if (link.kind === 'error') {
      this.#around.tell({ kind: 'error', text: `${link.message} Nothing here was changed.`, action: null })
      return
    }
    if (link.kind === 'new') {
      await keeper.replace(blankState(defaultTargetId), 'Started blank.', { standing: 'example' })
      return
    }
    const { state } = link
    if (fingerprint(this.#playground.snapshot()) === fingerprint(state)) {
      if (state.line !== undefined) this.#around.goTo(state.line)
      return
    }
    const isUntouched = keeper.current.standing === 'example' && !keeper.cautious
    if (isUntouched || this.#isEmbedded)
      await keeper.replace(state, keeper.earlier.count > 0 ? 'Opened the link.' : null, { standing: 'opened' })
    else {
      this.#waiting = state
      this.#around.ask(true)
    }
  }

  /** Answers the question whether to open the link's workspace. */
  async answer(open: boolean): Promise<void> {
    const state = this.#waiting
    this.#waiting = null
    this.#around.ask(false)
    if (!open || state === null) return
    // The dialog closes in a task of its own.
    await pause()
    await this.#keeper.replace(state, 'Opened the link.', { standing: 'opened' })
  }
}
