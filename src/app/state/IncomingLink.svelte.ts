import type { DecodeResult } from '../../workspace/codec'
import { fingerprint } from '../../workspace/earlier-work'
import type { TargetId } from '../../targets/target'
import { type WorkspaceFiles, type WorkspaceState, blankState } from '../../workspace/state'
import { defaultTargetId } from '../../targets/infos'
import type { BannerPlace } from './banner'
import type { Keeper } from './Keeper.svelte'
import { pause } from './pace'
import type { Playground } from './Playground.svelte'

const blank = blankState(defaultTargetId)

/** The page around a link that is opened. */
interface Around extends BannerPlace {
  /** Asks whether to open the workspace that waits, or stops asking. */
  ask(asking: boolean): void
  /** Shows a line of users.acl. */
  goTo(line: number): void
  /** Brings into view what a link's workspace is about. */
  showLinked(state: WorkspaceState): void
}

/** A link that was opened, and what it put in place. */
interface OpenedLink {
  readonly hash: string
  readonly target: TargetId
  readonly files: WorkspaceFiles
  readonly entries: number
}

/** Returns what a message says of a link that was opened. An exercise shows its note beside the files. */
function openedWords({ title, note, exercise }: WorkspaceState): string {
  const name = title === undefined ? 'Opened the link.' : `Opened “${title}”.`
  return note === undefined || exercise !== undefined ? name : `${name} ${note}`
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
  #waiting = $state.raw<{ readonly state: WorkspaceState; readonly hash: string } | null>(null)
  #opened = $state.raw<OpenedLink | null>(null)
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
    return this.#waiting?.state ?? null
  }

  /** The hash of the link that was opened last; empty where there is none. */
  get own(): string {
    return this.#opened?.hash ?? ''
  }

  /** The hash of the link that opens what is in view; empty where there is none, or it was changed since. */
  get address(): string {
    const opened = this.#opened
    if (opened === null) return ''
    const { target, files, entries } = this.#inView
    const isSame =
      target === opened.target &&
      entries === opened.entries &&
      files.acl === opened.files.acl &&
      files.conf === opened.files.conf &&
      files.expect === opened.files.expect
    return isSame ? opened.hash : ''
  }

  get #inView(): Omit<OpenedLink, 'hash'> {
    const { host, files, connections } = this.#playground
    return {
      target: host.targetId,
      files: files.snapshot(),
      entries: connections.all.reduce((sum, { entries }) => sum + entries.length, 0),
    }
  }

  /** Opens what the address carries. Asks first where it would replace work. */
  async follow(): Promise<void> {
    const keeper = this.#keeper
    // The address is looked at again when the first workspace stands.
    if (!keeper.ready) return
    const followed = ++this.#followed
    const { hash } = location
    const link = await decode(hash)
    if (link.kind === 'none' || followed !== this.#followed) return
    // It stands there again once it is open: a link that the page does not survive is not opened again by a reload.
    if (!this.#isEmbedded) history.replaceState(null, '', location.pathname + location.search)
    if (link.kind === 'error') {
      this.#around.tell({ kind: 'error', text: `${link.message} Nothing here was changed.`, action: null })
      return
    }
    if (link.kind === 'new') {
      await keeper.replace(blank, 'Started blank.', { standing: 'example' })
      return
    }
    const { state } = link
    if (fingerprint(this.#playground.snapshot()) === fingerprint(state)) {
      if (state.line !== undefined) this.#around.goTo(state.line)
      this.#remember(hash)
      return
    }
    const isUntouched = keeper.current.standing === 'example' && !keeper.cautious
    if (!isUntouched && !this.#isEmbedded) {
      this.#waiting = { state, hash }
      this.#around.ask(true)
      return
    }
    const isWorthWords = keeper.earlier.count > 0 || (!this.#isEmbedded && openedWords(state) !== openedWords(blank))
    await this.#open(state, hash, isWorthWords ? openedWords(state) : null)
  }

  async #open(state: WorkspaceState, hash: string, words: string | null): Promise<void> {
    if (!(await this.#keeper.replace(state, words, { standing: 'opened' }))) return
    this.#remember(hash)
    this.#around.showLinked(state)
  }

  #remember(hash: string): void {
    if (!this.#isEmbedded) this.#opened = { hash, ...this.#inView }
  }

  /** Answers the question whether to open the link's workspace. */
  async answer(open: boolean): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = null
    this.#around.ask(false)
    if (!open || waiting === null) return
    // The dialog closes in a task of its own.
    await pause()
    await this.#open(waiting.state, waiting.hash, openedWords(waiting.state))
  }
}
