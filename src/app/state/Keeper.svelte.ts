import type { Before } from '../../workspace/before'
import { type EarlierWork, fingerprint } from '../../workspace/earlier-work'
import { type WorkspaceFiles, type WorkspaceState, blankState } from '../../workspace/state'
import { hasReader, loadReader } from '../../workspace/reader'
import { type Stored, type StringStorage, WorkspaceStore } from '../../workspace/storage'
import type { Version } from '../../workspace/version'
import { Versions, withRoom } from '../../workspace/versions'
import { defaultTargetId } from '../../targets/infos'
import type { TargetId } from '../../targets/target'
import { type BannerPlace, notLoaded } from './banner'
import { Earlier } from './Earlier.svelte'
import type { LessonKeeping, Opening } from './opening'
import type { Playground } from './Playground.svelte'
import { Saver } from './Saver'
import { StartMarker } from './start-marker'
import { welcome, welcomeFiles } from './welcome'
import { WorkspaceBanners } from './WorkspaceBanners'

/** The page around the keeper. */
export interface Around extends BannerPlace {
  /** Another workspace takes the place of this one. */
  replacing(): void
  /** Shows the list of workspaces. */
  showEarlier(): void
  /** Shows the line of users.acl that a link names. */
  goTo(line: number): void
}

const reload = (): void => location.reload()

/** Opens and stores workspaces: lessons, this browser's storage, and those that others took the place of. */
export class Keeper {
  /** The workspaces besides the one in view. */
  readonly earlier: Earlier
  readonly #playground: Playground
  readonly #around: Around
  readonly #store: WorkspaceStore | null
  readonly #banners: WorkspaceBanners
  readonly #saver: Saver | null
  readonly #versions: Versions | null
  readonly #marker: StartMarker | null
  #id = $state(0)
  /** The own workspace while a lesson is in view, and the storage of the lesson's. */
  #aside = $state.raw<{ readonly own: Stored; readonly lesson: LessonKeeping } | null>(null)
  /** The workspace as it was opened, and what would be lost with it. */
  #opened: { readonly print: string; readonly standing: Stored['standing']; readonly files: WorkspaceFiles | null } = {
    print: '',
    standing: 'example',
    files: null,
  }
  #held = $state.raw<Stored | null>(null)
  #ready = $state(false)
  /** The page did not answer last time: nothing that a link carries is opened unasked. */
  #cautious = false

  /** `storage`: where the workspace is kept; null: an embedded page, which reads and keeps nothing here. */
  constructor(playground: Playground, around: Around, storage: StringStorage | null) {
    this.#playground = playground
    this.#around = around
    this.#versions = storage && new Versions(storage)
    const roomy = storage && this.#versions && withRoom(storage, this.#versions)
    this.#store = roomy && new WorkspaceStore(roomy)
    this.earlier = new Earlier(roomy)
    this.#banners = new WorkspaceBanners(this.earlier, around, () => void this.restoreLatest())
    this.#saver = this.#store && new Saver(this.#store, this.earlier, around, this.#banners, () => this.#save(true))
    this.#marker = storage && new StartMarker(storage, (navigator as Partial<Navigator>).locks)
  }

  /** True once the first workspace is in place. */
  get ready(): boolean {
    return this.#ready
  }

  /** The page did not answer the last time that it opened what a link or this browser holds. */
  get cautious(): boolean {
    return this.#cautious
  }

  /** The stored workspace that is not opened unasked, as the page did not answer when it was opened last. */
  get held(): Stored | null {
    return this.#held
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

  /**
   * The files that are the person's own where users.acl is an example that nobody edited, or that was emptied; null elsewhere.
   * Other users do not join the example's: they replace it.
   */
  get besideExample(): Partial<Pick<WorkspaceFiles, 'conf' | 'expect'>> | null {
    const { files, host } = this.#playground
    if (this.inLesson || host.target === null) return null
    const { acl, conf, expect } = files.snapshot()
    const opened = this.#opened.standing === 'example' ? this.#opened.files : null
    const example = [opened ?? [], welcomeFiles(host.target)].flat().find((one) => {
      if (one.acl.trim() === '') return false
      return acl === one.acl || (acl.trim() === '' && expect !== undefined && expect === one.expect)
    })
    if (example === undefined) return null
    return {
      ...(conf !== example.conf && { conf }),
      ...(expect !== undefined && expect !== example.expect && { expect }),
    }
  }

  get #inView(): Stored {
    return this.#stored(this.#playground.snapshot(), this.#playground.before)
  }

  #stored(state: WorkspaceState, before: Before): Stored {
    const standing = fingerprint(state) === this.#opened.print ? this.#opened.standing : 'edited'
    return { id: this.#id, state, before, standing }
  }

  /**
   * Starts from what this browser kept, else from the first visitor's example; blank where the address asks for that.
   * `held`: nothing was opened, as the page did not answer last time.
   * @param isFirstVisit true where this browser is known to hold nothing
   */
  async begin(isFirstVisit: boolean): Promise<'kept' | 'first' | 'held' | 'failed'> {
    if (!isFirstVisit && this.#store !== null && !(await this.#canRead())) return 'failed'
    this.earlier.begin()
    const stored = this.#store?.load() ?? { kind: 'none' }
    const kept = stored.kind === 'state' ? stored : null
    const isBlank = this.#store !== null && location.hash === '#new'
    this.#cautious = (await this.#marker?.isStuck()) ?? false
    if (isBlank) return this.#beginBlank(kept)
    if (kept !== null && this.#cautious) {
      this.#held = kept
      return 'held'
    }
    const begun = await this.#beginWith(kept)
    if (stored.kind === 'unreadable') this.#around.tell({ kind: 'error', text: stored.message, action: null })
    return begun
  }

  /** Resolves to false, and says so, where what reads stored workspaces cannot be loaded. */
  async #canRead(): Promise<boolean> {
    try {
      await loadReader()
      return true
    } catch {
      this.#around.tell(notLoaded)
      return false
    }
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
    if (!(await this.#open(kept?.state ?? welcome, { standing: 'example', ...kept }, '.', reload))) return 'failed'
    if (kept !== null) this.#store?.settle(this.#inView)
    this.#versions?.retain([this.#id, ...this.earlier.all.map(({ id }) => id)])
    this.#ready = true
    if (kept !== null && kept.standing !== 'edited') this.#banners.offerEarlier()
    return kept === null ? 'first' : 'kept'
  }

  async #beginBlank(stored: Stored | null): Promise<'kept' | 'failed'> {
    if (location.hash === '#new') history.replaceState(null, '', location.pathname + location.search)
    const isKept = stored === null || stored.standing === 'example' || this.earlier.put(stored)
    if (!(await this.#open(blankState(defaultTargetId), { standing: 'example' }, '.', reload))) return 'failed'
    this.#ready = true
    if (stored !== null) this.#banners.tellOpened('Started blank.', isKept, null)
    return 'kept'
  }

  /** Puts a workspace in place; false where its version's commands could not be loaded, or another was asked for meanwhile. */
  async #open(
    state: WorkspaceState,
    { standing, before = null, id = 0, lesson }: Opening,
    hint = ' and try again.',
    retry: (() => void) | null = null,
  ): Promise<boolean> {
    this.#marker?.begin()
    const own = lesson && this.current
    const placed = (): void => {
      this.#aside = own && lesson ? { own, lesson } : null
      lesson?.placed()
      if (own) return
      this.#opened = { print: standing === 'edited' ? '' : fingerprint(state), standing, files: state.files }
      this.#id = id === 0 && standing !== 'edited' ? Math.max(Date.now(), this.#id + 1) : id
      this.#versions?.begin(this.#id, state, Date.now())
    }
    try {
      if (
        !(await this.#playground.restore(state, before, { asks: standing === 'opened', placed, first: lesson?.first }))
      )
        return false
      this.#marker?.opened()
      return true
    } catch {
      this.#marker?.clear()
      this.#banners.tellNoCommands(hint, retry)
      return false
    }
  }

  /** Runs what a session held back, and its scripts: the person agreed, and is not asked again. */
  resumeSession(): void {
    if (this.#playground.connections.session?.halt === 'scripts')
      this.#opened = { print: '', standing: 'edited', files: null }
    this.#playground.connections.session?.resume()
  }

  /** The page is left. Work that another tab's would be lost by becomes a version of that, or is put aside where it is another workspace. */
  leave(): void {
    if (this.#saver?.isElsewhere === true && this.current.standing !== 'example') {
      if (this.#store?.others?.id === this.#id) this.#versions?.keep()
      else this.earlier.put(this.current)
    }
    this.#marker?.leave()
  }

  /**
   * Puts another workspace in place of this one, which can be restored.
   * @param words the message, which offers the way back; null: no message
   */
  async replace(state: WorkspaceState, words: string | null, opening: Opening): Promise<boolean> {
    if (this.#store !== null && !(await this.#canRead())) return false
    const was = this.current
    this.#storeLesson()
    this.#versions?.keep()
    const isKept = was.standing === 'example' || this.earlier.put(was)
    this.#around.replacing()
    if (!(await this.#open(state, opening))) return false
    this.#cautious = false
    if (words === null && isKept) this.#around.tell(null)
    else this.#banners.tellOpened(words ?? '', isKept, () => void this.goBack(was))
    if (state.line !== undefined) this.#around.goTo(state.line)
    return true
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
    await this.#open(state, { ...this.#inView, standing: 'edited', lesson: this.#aside?.lesson })
  }

  /** Opens a lesson's workspace; the own one waits. */
  async openLesson(state: WorkspaceState, lesson: LessonKeeping): Promise<boolean> {
    if (this.#aside === null) this.#save()
    this.#storeLesson()
    this.#around.replacing()
    return this.#open(state, { standing: 'example', lesson })
  }

  /** Leaves the lesson, and opens the own workspace again. Resolves to the target that it was left with. */
  async leaveLesson(): Promise<TargetId> {
    if (this.#aside === null) return this.#playground.host.targetId
    this.#storeLesson()
    const { own } = this.#aside
    this.#around.replacing()
    await this.#open(own.state, own)
    return own.state.target
  }

  #storeLesson(): void {
    this.#aside?.lesson.store(this.#playground.snapshot())
  }

  /** Restores what was edited last. */
  async restoreLatest(): Promise<void> {
    const work = this.earlier.latest
    if (work !== null) await this.restore(work)
  }

  /** Opens another workspace. The one in view is put aside. */
  async restore({ id, at, state, before, edited }: EarlierWork): Promise<void> {
    if (!(await this.replace(state, null, { standing: edited ? 'edited' : 'opened', before, id }))) return
    this.#save()
    if (this.#isSaved) this.earlier.remove(at)
  }

  /** Opens the workspace again that another one took the place of. */
  async goBack(was: Stored): Promise<void> {
    const work = this.earlier.find(was)
    if (work !== undefined) await this.restore(work)
    else await this.replace(was.state, null, was)
  }

  /** Drops the workspace in view: the one that was left last opens in its place, or a blank one. */
  async discard(): Promise<void> {
    const [next] = this.earlier.all
    const state = next?.state ?? blankState(defaultTargetId)
    const standing = next === undefined ? 'example' : next.edited ? 'edited' : 'opened'
    this.#around.replacing()
    if (!(await this.#open(state, { standing, ...(next && { id: next.id, before: next.before }) }, '.'))) return
    this.#save()
    if (next !== undefined && this.#isSaved) this.earlier.remove(next.at)
  }

  /** Copies the versions of a workspace to its duplicate. */
  copyVersions(from: number, to: number): void {
    this.#versions?.copy(from, to)
  }

  /** Saves the workspace in this browser; a lesson's where that is in view. */
  save(state: WorkspaceState, before: Before, over = false): void {
    if (this.#saver === null || !this.#ready) return
    if (!hasReader()) return void loadReader().then(() => this.#save(over))
    if (this.#aside !== null) return this.#aside.lesson.store(state)
    this.#versions?.note(this.#id, state, Date.now())
    this.#saver.save(this.#stored(state, before), over)
  }

  #save(over = false): void {
    this.save(this.#playground.snapshot(), this.#playground.before, over)
  }

  get #isSaved(): boolean {
    return this.#saver?.works !== false
  }

  /** True where work would be lost with this page. */
  get losesWork(): boolean {
    return (!this.#isSaved && this.current.standing !== 'example') || this.earlier.losesWork
  }
}
