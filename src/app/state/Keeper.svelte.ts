import { decodeLink } from '../../workspace/codec'
import type { Before } from '../../workspace/before'
import type { WorkspaceState } from '../../workspace/state'
import { blankState } from '../../workspace/state'
import type { SaveResult, StringStorage } from '../../workspace/storage'
import { WorkspaceStore } from '../../workspace/storage'
import { defaultTargetId } from '../../targets/infos'
import type { Banner } from './App.svelte'
import type { Playground } from './Playground.svelte'
import { welcome } from './welcome'

/** What the keeper needs of the page around it. */
export interface Around {
  readonly banner: Banner | null
  tell(banner: Banner | null): void
  /** Asks whether to open the workspace that waits, or stops asking. */
  ask(asking: boolean): void
  /** Another workspace takes the place of this one. */
  replacing(): void
}

const noCommands = (hint: string): string => `The server’s commands could not be loaded. Check the connection${hint}`
const elsewhere = 'Another tab of this browser saved its work in the meantime. What you do in this one is not kept.'

/** Where workspaces come from and go to: links, this browser's storage, and what was replaced last. */
export class Keeper {
  readonly #playground: Playground
  readonly #around: Around
  readonly #store: WorkspaceStore | null
  /** What a first visitor finds: nobody's work. */
  #untouched = ''
  #incoming = $state.raw<WorkspaceState | null>(null)
  #ready = $state(false)
  /** What became of saving, as it was told last, and in which banner. */
  #saved: SaveResult['kind'] = 'saved'
  #notice: Banner | null = null
  /** Counts links that were followed: the last one counts. */
  #followed = 0

  /** `storage`: where the workspace is kept; null: an embedded page, which reads and keeps nothing here. */
  constructor(playground: Playground, around: Around, storage: StringStorage | null) {
    this.#playground = playground
    this.#around = around
    this.#store = storage && new WorkspaceStore(storage)
  }

  /** The first workspace stands. */
  get ready(): boolean {
    return this.#ready
  }

  /** The workspace of a link that waits for an answer. */
  get incoming(): WorkspaceState | null {
    return this.#incoming
  }

  /** Starts from what this browser kept, else from the first visitor's example. */
  async begin(): Promise<'kept' | 'first' | 'failed'> {
    const stored = this.#store?.load() ?? { kind: 'none' }
    const kept = stored.kind === 'state' ? stored : null
    try {
      await this.#playground.restore(kept?.state ?? welcome, kept?.before)
    } catch {
      this.#around.tell({
        kind: 'error',
        text: noCommands('.'),
        action: { label: 'Try again', run: () => location.reload() },
      })
      return 'failed'
    }
    this.#untouched = JSON.stringify(welcome)
    if (kept !== null) this.#store?.settle(this.#playground.snapshot(), this.#playground.before)
    if (stored.kind === 'unreadable') this.#around.tell({ kind: 'error', text: stored.message, action: null })
    this.#ready = true
    return kept === null ? 'first' : 'kept'
  }

  /** Opens what the address carries. Asks first where it would replace work. */
  async followLink(): Promise<void> {
    // The address is looked at again when the first workspace stands.
    if (!this.#ready) return
    const followed = ++this.#followed
    const link = await decodeLink(location.hash)
    if (link.kind === 'none' || followed !== this.#followed) return
    // An embedded page is loaded again by its address.
    if (this.#store !== null) history.replaceState(null, '', location.pathname + location.search)
    if (link.kind === 'error') {
      this.#around.tell({ kind: 'error', text: `${link.message} Nothing here was changed.`, action: null })
      return
    }
    const state = link.kind === 'new' ? blankState(defaultTargetId) : link.state
    const current = JSON.stringify(this.#playground.snapshot())
    if (current === JSON.stringify(state)) return
    if (current === this.#untouched || this.#store === null) await this.replace(state, null)
    else {
      this.#incoming = state
      this.#around.ask(true)
    }
  }

  /** Answers the question whether to open the link's workspace. */
  async answerIncoming(open: boolean): Promise<void> {
    const state = this.#incoming
    this.#incoming = null
    this.#around.ask(false)
    if (open && state !== null) await this.replace(state, 'Opened the link.')
  }

  /** Puts another workspace in place of this one, which can be brought back. */
  async replace(state: WorkspaceState, words: string | null, before: Before | null = null): Promise<void> {
    const was = { state: this.#playground.snapshot(), before: this.#playground.before }
    this.#around.replacing()
    try {
      if (!(await this.#playground.restore(state, before))) return
    } catch {
      this.#around.tell({ kind: 'error', text: noCommands(' and try again.'), action: null })
      return
    }
    this.#around.tell(
      words === null
        ? null
        : {
            kind: 'info',
            text: words,
            action: { label: 'Bring back what was here', run: () => void this.replace(was.state, null, was.before) },
          },
    )
  }

  /**
   * Keeps the workspace in this browser. Says once where that does not work, and where another tab's work would be lost by it.
   * @param over whether to keep it even so
   */
  save(state: WorkspaceState, before: Before, over = false): void {
    if (this.#store === null || !this.#ready) return
    const result = this.#store.save(state, before, over)
    // Nobody's work is lost where there is none yet.
    if (result.kind === this.#saved || (result.kind !== 'saved' && JSON.stringify(state) === this.#untouched)) return
    this.#saved = result.kind
    if (this.#notice !== null && this.#around.banner === this.#notice) this.#around.tell(null)
    this.#notice =
      result.kind === 'saved'
        ? null
        : result.kind === 'failed'
          ? { kind: 'error', text: result.message, action: null }
          : {
              kind: 'error',
              text: elsewhere,
              action: {
                label: 'Keep this one instead',
                run: () => this.save(this.#playground.snapshot(), this.#playground.before, true),
              },
            }
    if (this.#notice !== null) this.#around.tell(this.#notice)
  }

  /** Whether work would be lost with this page. */
  get losesWork(): boolean {
    return this.#saved !== 'saved'
  }
}
