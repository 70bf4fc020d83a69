import type { DecodeResult } from '../../workspace/codec'
import type { Before } from '../../workspace/before'
import { type EarlierWork, fingerprint } from '../../workspace/earlier-work'
import { type WorkspaceState, blankState } from '../../workspace/state'
import {
  type SaveResult,
  type Standing,
  type Stored,
  type StringStorage,
  WorkspaceStore,
} from '../../workspace/storage'
import { seemsToHoldPasswords } from '../../workspace/summary'
import { type Version, Versions, withRoom } from '../../workspace/versions'
import { defaultTargetId } from '../../targets/infos'
import type { Banner, BannerAction } from './banner'
import { Earlier } from './Earlier.svelte'
import type { Playground } from './Playground.svelte'
import { StartMarker } from './start-marker'
import { welcome } from './welcome'

/** The page around the keeper. */
export interface Around {
  readonly banner: Banner | null
  tell(banner: Banner | null): void
  /** Asks whether to open the workspace that waits, or stops asking. */
  ask(asking: boolean): void
  /** Another workspace takes the place of this one. */
  replacing(): void
  /** Shows the list of workspaces. */
  showEarlier(): void
  /** Shows a line of users.acl. */
  goTo(line: number): void
}

/** The way in which a workspace is opened. */
interface Opening {
  /** The work that would be lost with it as it is. */
  readonly standing: Standing
  /** The versions that users.acl was compared with, where the workspace continues. */
  readonly before?: Before | null
  /** The workspace's id, where it continues. */
  readonly id?: number
  /** Present where a lesson is opened: its workspace is stored elsewhere, and the own one left alone. */
  readonly lesson?: LessonKeeping | undefined
}

/** The storage of a lesson's workspace. */
export interface LessonKeeping {
  /** Called with the workspace whenever it changes. */
  readonly store: (state: WorkspaceState) => void
  /** Called when its files and connections are in place, before anything runs. */
  readonly placed: () => void
}

const noCommands = (hint: string): string =>
  `The commands of the server version could not be loaded. Check the connection${hint}`
const elsewhere = 'Another tab of this browser saved its work meanwhile. The work in this tab is not stored.'
const storedAsTyped =
  'Passwords are stored in this browser as you type them, so that your text is the same after a reload. Links and files hold their hashes.'
const noRoom =
  'This browser has no room to store the replaced workspace: it is lost when this page is closed. Delete workspaces that you do not need.'

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

/** Opens and stores workspaces: links, lessons, this browser's storage, and those that others took the place of. */
export class Keeper {
  readonly #playground: Playground
  readonly #around: Around
  readonly #store: WorkspaceStore | null
  readonly #earlier: Earlier
  readonly #versions: Versions | null
  readonly #marker: StartMarker | null
  #id = $state(0)
  /** The own workspace while a lesson is in view, and the storage of the lesson's. */
  #aside = $state.raw<{ readonly own: Stored; readonly lesson: LessonKeeping } | null>(null)
  /** The workspace as it was opened, and what would be lost with it. */
  #opened: { readonly print: string; readonly standing: Standing } = { print: '', standing: 'example' }
  #incoming = $state.raw<WorkspaceState | null>(null)
  #held = $state.raw<Stored | null>(null)
  #ready = $state(false)
  /** The page did not answer last time: nothing that a link carries is opened unasked. */
  #cautious = false
  /** The result of saving that was told last, and its banner. */
  #saved: SaveResult['kind'] = 'saved'
  #notice: Banner | null = null
  /** Counts links that were followed: the last one counts. */
  #followed = 0

  /** `storage`: where the workspace is kept; null: an embedded page, which reads and keeps nothing here. */
  constructor(playground: Playground, around: Around, storage: StringStorage | null) {
    this.#playground = playground
    this.#around = around
    this.#versions = storage && new Versions(storage)
    const roomy = storage && this.#versions && withRoom(storage, this.#versions)
    this.#store = roomy && new WorkspaceStore(roomy)
    this.#earlier = new Earlier(roomy)
    this.#marker = storage && new StartMarker(storage, (navigator as Partial<Navigator>).locks)
  }

  /** True once the first workspace is in place. */
  get ready(): boolean {
    return this.#ready
  }

  /** The workspace of a link that waits for an answer. */
  get incoming(): WorkspaceState | null {
    return this.#incoming
  }

  /** The page did not answer the last time that it opened what a link or this browser holds. */
  get cautious(): boolean {
    return this.#cautious
  }

  /** The stored workspace that is not opened unasked, as the page did not answer when it was opened last. */
  get held(): Stored | null {
    return this.#held
  }

  /** The number of workspaces besides the one in view. */
  get earlierCount(): number {
    return this.#earlier.count
  }

  /** The workspaces besides the one in view, the one that was left last first. */
  get earlier(): readonly EarlierWork[] {
    return this.#earlier.all
  }

  /** The workspace in view; while a lesson is in view, the own one that waits. */
  get current(): Stored {
    return this.#aside?.own ?? this.#inView
  }

  /** True while a lesson is in view, and the own workspace waits. */
  get inLesson(): boolean {
    return this.#aside !== null
  }

  /** The earlier versions of the workspace in view, the newest first. */
  versions(id = this.#id): readonly Version[] {
    return this.#versions?.of(id) ?? []
  }

  get #inView(): Stored {
    const state = this.#playground.snapshot()
    const isAsOpened = fingerprint(state) === this.#opened.print
    const standing = isAsOpened ? this.#opened.standing : 'edited'
    return { id: this.#id, state, before: this.#playground.before, standing }
  }

  /** The work that would be lost with the workspace as it is. */
  get #standing(): Standing {
    return this.current.standing
  }

  /**
   * Starts from what this browser kept, else from the first visitor's example; blank where the address asks for that.
   * `held`: nothing was opened, as the page did not answer last time.
   */
  async begin(): Promise<'kept' | 'first' | 'held' | 'failed'> {
    const stored = this.#store?.load() ?? { kind: 'none' }
    const isBlank = this.#store !== null && location.hash === '#new'
    this.#cautious = (await this.#marker?.isStuck()) ?? false
    if (isBlank) return this.#beginBlank(stored.kind === 'state' ? stored : null)
    if (stored.kind === 'state' && this.#cautious) {
      this.#held = stored
      return 'held'
    }
    const begun = await this.#beginWith(stored.kind === 'state' ? stored : null)
    if (stored.kind === 'unreadable') this.#around.tell({ kind: 'error', text: stored.message, action: null })
    return begun
  }

  /** Opens the workspace that was held back. */
  async openHeld(): Promise<void> {
    const held = this.#held
    this.#held = null
    if (held !== null) await this.#beginWith(held)
  }

  /** Starts blank, and puts the workspace that was held back aside. */
  async dismissHeld(): Promise<void> {
    const held = this.#held
    this.#held = null
    if (held !== null) await this.#beginBlank(held)
  }

  async #beginWith(kept: Stored | null): Promise<'kept' | 'first' | 'failed'> {
    const opening: Opening = { standing: 'example', ...kept }
    if (!(await this.#open(kept?.state ?? welcome, opening, '.', () => location.reload()))) return 'failed'
    if (kept !== null) this.#store?.settle(this.#inView)
    this.#versions?.retain([this.#id, ...this.earlier.map(({ id }) => id)])
    this.#ready = true
    if (kept !== null && kept.standing !== 'edited') this.#offerEarlier()
    return kept === null ? 'first' : 'kept'
  }

  async #beginBlank(stored: Stored | null): Promise<'kept' | 'failed'> {
    if (location.hash === '#new') history.replaceState(null, '', location.pathname + location.search)
    const words = 'Started blank.'
    const isKept = stored === null || stored.standing === 'example' || this.#earlier.put(stored)
    const state = blankState(defaultTargetId)
    if (!(await this.#open(state, { standing: 'example' }, '.', () => location.reload()))) return 'failed'
    this.#ready = true
    if (stored !== null) this.#tellOpened(words, isKept, null)
    return 'kept'
  }

  /** Puts a workspace in place; false where its version's commands could not be loaded, or another was asked for meanwhile. */
  async #open(
    state: WorkspaceState,
    { standing, before = null, id = 0, lesson }: Opening,
    hint: string,
    retry: (() => void) | null,
  ): Promise<boolean> {
    this.#marker?.begin()
    const own = lesson && this.current
    const placed = (): void => {
      this.#aside = own && lesson ? { own, lesson } : null
      lesson?.placed()
      if (own) return
      this.#opened = { print: standing === 'edited' ? '' : fingerprint(state), standing }
      this.#id = id === 0 && standing !== 'edited' ? Math.max(Date.now(), this.#id + 1) : id
      this.#versions?.begin(this.#id, state, Date.now())
    }
    try {
      if (!(await this.#playground.restore(state, before, { asks: standing === 'opened', placed }))) return false
      this.#marker?.opened()
      return true
    } catch {
      this.#marker?.clear()
      const action = retry && { label: 'Try again', run: retry }
      this.#around.tell({ kind: 'error', text: noCommands(hint), action })
      return false
    }
  }

  /** Runs what a session held back, and its scripts: the person agreed, and is not asked again. */
  resumeSession(): void {
    if (this.#playground.connections.session?.halt === 'scripts') this.#opened = { print: '', standing: 'edited' }
    this.#playground.connections.session?.resume()
  }

  /** The page is left. */
  leave(): void {
    this.#marker?.leave()
  }

  /** Opens what the address carries. Asks first where it would replace work. */
  async followLink(): Promise<void> {
    // The address is looked at again when the first workspace stands.
    if (!this.#ready) return
    const followed = ++this.#followed
    const link = await decode(location.hash)
    if (link.kind === 'none' || followed !== this.#followed) return
    // An embedded page is loaded again by its address.
    if (this.#store !== null) history.replaceState(null, '', location.pathname + location.search)
    if (link.kind === 'error') {
      this.#around.tell({ kind: 'error', text: `${link.message} Nothing here was changed.`, action: null })
      return
    }
    if (link.kind === 'new') {
      await this.replace(blankState(defaultTargetId), 'Started blank.', { standing: 'example' })
      return
    }
    const { state } = link
    const current = fingerprint(this.#playground.snapshot())
    if (current === fingerprint(state)) return this.#goToLine(state)
    const isUntouched = this.#standing === 'example' && !this.#cautious
    if (isUntouched || this.#store === null)
      await this.replace(state, this.#earlier.count > 0 ? 'Opened the link.' : null, { standing: 'opened' })
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
    if (open && state !== null) await this.replace(state, 'Opened the link.', { standing: 'opened' })
  }

  /**
   * Puts another workspace in place of this one, which can be restored.
   * @param words the message, which offers the way back; null: no message
   */
  async replace(state: WorkspaceState, words: string | null, opening: Opening): Promise<boolean> {
    const was = this.current
    this.#storeLesson()
    const isKept = this.#putAside()
    this.#around.replacing()
    if (!(await this.#open(state, opening, ' and try again.', null))) return false
    this.#cautious = false
    if (words === null && isKept) this.#around.tell(null)
    else this.#tellOpened(words ?? '', isKept, was)
    this.#goToLine(state)
    return true
  }

  /** Shows the line that a link names. */
  #goToLine({ line }: WorkspaceState): void {
    if (line !== undefined) this.#around.goTo(line)
  }

  /** Puts the workspace aside before another takes its place; false where the browser has no room for it. */
  #putAside(): boolean {
    const { current } = this
    this.#versions?.keep()
    return current.standing === 'example' || this.#earlier.put(current)
  }

  /** Stores the files as a version, before something rewrites them. */
  keepVersion(): void {
    if (this.#aside !== null) return
    this.#versions?.note(this.#id, this.#playground.snapshot(), Date.now())
    this.#versions?.keep()
  }

  /** Replaces the content of the workspace, which stays the same one: the files so far become a version. */
  async revise(state: WorkspaceState): Promise<void> {
    this.keepVersion()
    this.#around.replacing()
    const { id, before } = this.#inView
    await this.#open(state, { standing: 'edited', id, before, lesson: this.#aside?.lesson }, ' and try again.', null)
  }

  /** Opens a lesson's workspace; the own one waits. */
  async openLesson(state: WorkspaceState, lesson: LessonKeeping): Promise<boolean> {
    if (this.#aside === null) this.save(this.#playground.snapshot(), this.#playground.before)
    this.#storeLesson()
    this.#around.replacing()
    return this.#open(state, { standing: 'example', lesson }, ' and try again.', null)
  }

  /** Leaves the lesson, and opens the own workspace again. */
  async leaveLesson(): Promise<void> {
    if (this.#aside === null) return
    this.#storeLesson()
    const { own } = this.#aside
    this.#around.replacing()
    await this.#open(own.state, own, ' and try again.', null)
  }

  #storeLesson(): void {
    this.#aside?.lesson.store(this.#playground.snapshot())
  }

  #tellOpened(words: string, isKept: boolean, was: Stored | null): void {
    const undo: BannerAction | null = was && { label: 'Undo', run: () => void this.goBack(was) }
    this.#around.tell({
      kind: isKept ? 'info' : 'error',
      text: isKept ? words : `${words} ${noRoom}`.trim(),
      action: this.#restoreAction ?? undo,
      ...(this.#earlier.count > 1 && { more: this.#listAction }),
    })
  }

  /** Tells of the person's own work where an example is in view. */
  #offerEarlier(): void {
    const action = this.#restoreAction
    if (action === null) return
    this.#around.tell({
      kind: 'info',
      text: 'Your work is stored in this browser.',
      action,
      ...(this.#earlier.count > 1 && { more: this.#listAction }),
    })
  }

  get #restoreAction(): BannerAction | null {
    return this.#earlier.count === 0 ? null : { label: 'Restore my work', run: () => void this.restoreLatest() }
  }

  get #listAction(): BannerAction {
    return { label: `All workspaces (${this.#earlier.count + 1})`, run: () => this.#around.showEarlier() }
  }

  /** Restores what was edited last. */
  async restoreLatest(): Promise<void> {
    const work = this.#earlier.latest
    if (work !== null) await this.restore(work)
  }

  /** Opens another workspace. The one in view is put aside. */
  async restore({ id, at, state, before, edited }: EarlierWork): Promise<void> {
    if (!(await this.replace(state, null, { standing: edited ? 'edited' : 'opened', before, id }))) return
    this.save(this.#playground.snapshot(), this.#playground.before)
    if (this.#saved === 'saved') this.#earlier.remove(at)
  }

  /** Opens the workspace again that another one took the place of. */
  async goBack(was: Stored): Promise<void> {
    const print = fingerprint(was.state)
    const work = this.earlier.find(({ id, state }) => id === was.id && fingerprint(state) === print)
    if (work !== undefined) await this.restore(work)
    else await this.replace(was.state, null, was)
  }

  /** Drops the workspace in view: the one that was left last opens in its place, or a blank one. */
  async discard(): Promise<void> {
    const [next] = this.earlier
    const state = next?.state ?? blankState(defaultTargetId)
    const standing = next === undefined ? 'example' : next.edited ? 'edited' : 'opened'
    this.#around.replacing()
    if (!(await this.#open(state, { standing, ...(next && { id: next.id, before: next.before }) }, '.', null))) return
    this.save(this.#playground.snapshot(), this.#playground.before)
    if (next !== undefined && this.#saved === 'saved') this.#earlier.remove(next.at)
  }

  /** Stores a workspace beside the one in view. Returns false where the browser has no room for it. */
  addEarlier(stored: Stored): boolean {
    return this.#earlier.put(stored)
  }

  /** Removes a workspace besides the one in view. */
  removeEarlier(at: number): void {
    this.#earlier.remove(at)
  }

  /** Changes a workspace besides the one in view. */
  changeEarlier(at: number, change: (work: EarlierWork) => EarlierWork): void {
    this.#earlier.change(at, change)
  }

  /** Copies the versions of a workspace to its duplicate. */
  copyVersions(from: number, to: number): void {
    this.#versions?.copy(from, to)
  }

  /**
   * Keeps the workspace in this browser. Says once where that does not work, and where another tab's work would be lost by it.
   * @param over true to replace another tab's workspace, which is put aside
   */
  save(state: WorkspaceState, before: Before, over = false): void {
    if (this.#store === null || !this.#ready) return
    if (this.#aside !== null) return this.#aside.lesson.store(state)
    this.#versions?.note(this.#id, state, Date.now())
    const others = over ? this.#store.others : null
    if (others !== null && others.standing !== 'example') this.#earlier.put(others)
    const standing = fingerprint(state) === this.#opened.print ? this.#opened.standing : 'edited'
    const result = this.#store.save({ id: this.#id, state, before, standing }, over)
    if (result.kind === 'saved' && standing === 'edited') this.#tellOfPasswords(state)
    // Nobody's work is lost where there is none yet.
    if (result.kind === this.#saved || (result.kind !== 'saved' && standing === 'example')) return
    this.#saved = result.kind
    if (this.#notice !== null && this.#around.banner === this.#notice) this.#around.tell(null)
    this.#notice = this.#noticeOf(result)
    if (this.#notice !== null) this.#around.tell(this.#notice)
  }

  /** Says once that passwords are stored as typed. */
  #tellOfPasswords(state: WorkspaceState): void {
    const isFree = this.#around.banner === null && this.#store !== null
    if (isFree && seemsToHoldPasswords(state) && this.#store.tellOfPasswords())
      this.#around.tell({ kind: 'info', text: storedAsTyped, action: null })
  }

  #noticeOf(result: SaveResult): Banner | null {
    if (result.kind === 'saved') return null
    if (result.kind === 'failed')
      return { kind: 'error', text: result.message, action: this.#earlier.count > 0 ? this.#listAction : null }
    const run = (): void => this.save(this.#playground.snapshot(), this.#playground.before, true)
    return { kind: 'error', text: elsewhere, action: { label: 'Keep this one instead', run } }
  }

  /** True where work would be lost with this page. */
  get losesWork(): boolean {
    return (this.#saved !== 'saved' && this.#standing !== 'example') || this.#earlier.losesWork
  }
}
