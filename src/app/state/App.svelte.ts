import { flushSync } from 'svelte'
import type { World } from '../../editor/world'
import { embedOptions } from '../../workspace/embed'
import { blankState, type WorkspaceFiles, type WorkspaceState } from '../../workspace/state'
import type { Checklist } from '../checklist/Checklist.svelte'
import { Diagnostics } from '../diagnostics/Diagnostics.svelte'
import { Expectations } from '../expectations/Expectations.svelte'
import { views } from '../shell/views'
import { Address } from './Address'
import { ArgumentHints } from './ArgumentHints.svelte'
import type { Banner } from './banner'
import { browserStorage, lastingStorage } from './browser-storage'
import { ConsoleInput } from './ConsoleInput'
import { Dialogs } from './Dialogs.svelte'
import { DrawnParts } from './DrawnParts'
import { DroppedFiles } from './DroppedFiles'
import { Editors } from './Editors.svelte'
import type { Entry } from './Entry.svelte'
import { FirstVisit } from './FirstVisit.svelte'
import { IncomingLink } from './IncomingLink.svelte'
import { Keeper } from './Keeper.svelte'
import { Layout } from './Layout.svelte'
import { LazyEditors, type LoadEditors } from './LazyEditors.svelte'
import { Playground } from './Playground.svelte'
import { RunsAs } from './RunsAs.svelte'
import { Spotlight } from './Spotlight.svelte'
import { userOfLine } from './user-of-line'
import { worldOf } from './world'

/** The page around the workspace: dialogs, the banner, the editors, and ways to go from one to another. */
export class App {
  /** The options of `?embed`, a part of another page: nothing is read from or stored in this browser then. */
  readonly embed = embedOptions(location.search)
  readonly embedded = this.embed !== null
  /** True where the files cannot be edited here. */
  readonly isReadOnly = this.embed?.readOnly === true
  readonly layout = new Layout(browserStorage, this.embed?.theme)
  readonly firstVisit = new FirstVisit(this.embedded ? null : browserStorage)
  readonly playground = new Playground()
  readonly dialogs = new Dialogs()
  readonly drawnParts = new DrawnParts()
  readonly droppedFiles = new DroppedFiles(this.dialogs)
  readonly input = new ConsoleInput(this.playground, this.layout, this.dialogs)
  readonly hints = new ArgumentHints(this.playground)
  readonly runsAs = new RunsAs()
  readonly spotlight = new Spotlight(() => this.playground.host.server)
  readonly lazyEditors: LazyEditors
  readonly editors = new Editors(this.playground, this.layout)
  readonly expectations = new Expectations(this.playground)
  readonly diagnostics = new Diagnostics(this.playground)
  readonly keeper = new Keeper(this.playground, this, this.embedded ? null : lastingStorage)
  readonly link = new IncomingLink(this.playground, this.keeper, this, this.embedded)
  readonly address = new Address(this, views, this.link)
  /** The heading of the lesson; null until its pane is loaded. */
  lessonHeading: HTMLElement | null = null
  /** The button of the top bar that opens the lessons. */
  lessonsButton: HTMLElement | null = null
  /** True while each user of users.acl is explained under the editor. */
  explainsUsers = $state(false)
  /** The denial of the example that is open at first; null on other visits. */
  firstRefusal: Entry | null = null
  /**
   * False in a phone's page that nobody has touched: what is not in view there, and takes a phone's processor, waits until
   * somebody has. Other pages are true from the start.
   */
  inUse = $state(!('matchMedia' in globalThis && matchMedia('(max-width: 759px)').matches))
  #lesson = $state.raw<string | null>(null)
  #checklist = $state.raw<Checklist | null>(null)
  #banner = $state.raw<Banner | null>(null)
  constructor(loadEditors: LoadEditors) {
    this.lazyEditors = new LazyEditors(loadEditors)
  }

  /** The security checklist; null until that part of the page is loaded. */
  get checklist(): Checklist | null {
    return this.#checklist
  }
  /** Takes the checklist, unless there is one, and returns the one that counts. */
  takeChecklist(made: Checklist): Checklist {
    return (this.#checklist ??= made)
  }
  async loadChecklist(): Promise<void> {
    const { Checklist: Loaded } = await import('../checklist/Checklist.svelte')
    this.takeChecklist(new Loaded(this.playground, this.diagnostics))
  }
  /** The id of the lesson beside the files, `exercise` for the workspace's own, empty for the list of lessons; null where none is open. */
  get lesson(): string | null {
    return this.#lesson
  }
  get banner(): Banner | null {
    return this.#banner
  }
  /** True once the first workspace is in place. */
  get ready(): boolean {
    return this.keeper.ready
  }

  /** Opens a lesson beside the files: by its id, or empty for the list; null closes it. */
  openLesson(id: string | null): void {
    this.#lesson = id
    this.explainsUsers = false
    if (id !== null) this.layout.pane = 'learn'
    else if (this.layout.pane === 'learn') this.layout.pane = 'rules'
  }

  /** Closes the lesson, and moves the keyboard from it to the button that opens lessons. */
  closeLesson(): void {
    this.openLesson(null)
    flushSync()
    if (document.activeElement === document.body) this.lessonsButton?.focus()
  }

  /** Explains each user of users.acl in a sentence. */
  explainUsers(): void {
    this.dialogs.show(null)
    this.layout.fileTab = 'acl'
    this.layout.pane = 'rules'
    this.explainsUsers = true
  }

  /** Opens the lesson that was open last, or the list of lessons, and moves the keyboard to it. */
  focusLesson(): void {
    // Its pane takes the keyboard when it opens and nothing else has it.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    this.openLesson(this.lesson ?? '')
    flushSync()
    this.lessonHeading?.focus()
  }

  /** Shows a line of users.acl, or of redis.conf. */
  goTo(line: number, file: 'acl' | 'conf' = 'acl'): void {
    this.dialogs.show(null)
    this.editors.goToLine(file, line)
  }

  /** Shows the next expectation that does not hold, and opens its reasons. */
  openFailing(): void {
    const line = this.expectations.nextFailing(this.editors.cursor.expect.line)
    if (line !== null) this.editors.goToLine('expect', line)
  }

  /** Shows the next diagnostic of the files, or applies its fix. */
  toDiagnostic(command: 'next' | 'fix'): void {
    const { acl, conf } = this.playground.files
    const inExpectations = this.layout.fileTab === 'expect' && this.expectations.judged.diagnostics.length > 0
    const file = inExpectations ? 'expect' : acl.errors.length > 0 || conf.errors.length === 0 ? 'acl' : 'conf'
    this.editors.run(command, file)
  }

  /** The user whose line in users.acl the cursor is on; null where users.acl is not in view, or it is on no user's line. */
  get userAtCursor(): string | null {
    const { acl } = this.playground.files
    if (this.layout.fileTab !== 'acl') return null
    return userOfLine(acl.text, this.editors.cursor.acl.line)
  }

  /** Runs an editor command in the file in view; expectations have no users to rename and no format. */
  edit(command: 'rename' | 'format' | 'find'): void {
    const { fileTab } = this.layout
    this.editors.run(command, fileTab === 'expect' && command !== 'find' ? 'acl' : fileTab)
  }

  /** Runs what has the keyboard: restarts the server in redis.conf, opens a line's result in expectations, else runs the console's line. */
  runInView(): void {
    const { views, cursor } = this.editors
    if (views.conf?.hasFocus === true) void this.playground.restart()
    else if (views.expect?.hasFocus === true) this.expectations.toggle(cursor.expect.line)
    else this.input.runDraft()
  }

  /** Returns a function that closes the banner, the result of an expectation, or the reasons that were opened last; null where nothing is open. */
  get #closing(): (() => void) | null {
    if (this.#banner !== null) return () => (this.#banner = null)
    if (this.expectations.opened !== null && this.layout.fileTab === 'expect') return () => this.expectations.close()
    const entry = this.playground.connections.current?.entries.findLast((one) => one.open)
    if (entry === undefined) return null
    return () => {
      entry.open = false
      this.spotlight.toggled(entry)
    }
  }
  get canCloseLast(): boolean {
    return this.#closing !== null
  }
  closeLast(): void {
    this.#closing?.()
  }

  /** Opens or closes the question whether to open a link's workspace. */
  ask(asking: boolean): void {
    this.dialogs.show(asking ? 'incoming' : null)
  }

  /** Clears the spotlight before another workspace replaces this one. */
  replacing(): void {
    this.spotlight.putOut()
  }

  /** Brings into view what a link's workspace is about: on a phone, its files where it holds no commands. */
  showLinked({ entries }: WorkspaceState): void {
    if (this.lesson === null) this.layout.pane = entries.length === 0 ? 'rules' : 'console'
  }

  showEarlier(): void {
    this.dialogs.show('workspaces')
  }

  /**
   * Replaces the workspace by another one; the replaced one can be restored.
   * @param words the message about it
   * @param standing `example` where nothing would be lost with the new one
   */
  async replace(state: WorkspaceState, words: string, standing: 'example' | 'opened'): Promise<void> {
    this.firstVisit.end()
    await this.keeper.replace(state, words, { standing })
  }

  /**
   * Replaces an example by the person's own users.acl: nothing of it stays but the files that they wrote.
   * @param own the files that are theirs
   * @param words the message about it, which offers the way back
   */
  async replaceExample(acl: string, own: Partial<WorkspaceFiles>, words: string, title?: string): Promise<void> {
    const { targetId, release, modules } = this.playground.host
    const blank = { ...blankState(targetId), ...(release !== null && { release }) }
    const files = { ...blank.files, ...own, acl }
    await this.replace({ ...blank, modules, files, ...(title !== undefined && { title }) }, words, 'opened')
  }

  /** Undoes a change of this workspace, and closes the message about it. */
  async takeBack(state: WorkspaceState): Promise<void> {
    this.tell(null)
    await this.keeper.revise(state)
  }

  tell(banner: Banner | null): void {
    this.#banner = banner
  }

  /** The workspace as completion and hovers see it; null before a server version is loaded. */
  world(): World | null {
    return worldOf(this.playground)
  }

  /**
   * Opens the stored workspace or the first visitor's example, then what the address carries.
   * @param isFirstVisit true where this browser is known to hold nothing
   */
  async begin(isFirstVisit = false): Promise<void> {
    const begun = await this.keeper.begin(isFirstVisit)
    if (begun === 'first') this.#openFirstRefusal()
    if (begun !== 'failed' && begun !== 'held') await this.#begun()
  }

  /** Opens the workspace that was held back because the page did not answer when it was opened last. */
  async openHeld(): Promise<void> {
    await this.keeper.openHeld()
    await this.#begun()
  }

  /** Starts blank instead; the workspace that was held back is put aside. */
  async dismissHeld(): Promise<void> {
    await this.keeper.dismissHeld()
    await this.#begun()
  }

  async #begun(): Promise<void> {
    if (!this.ready) return
    await this.followAddress()
  }

  /** Opens what the address bar asks for: a view, or the workspace of a link. */
  async followAddress(): Promise<void> {
    // The address is looked at again when the first workspace is in place. An embedded page has a link only.
    if (!this.ready) return
    if (this.embedded || !this.address.follow()) await this.link.follow()
    this.address.write('replace')
  }

  #openFirstRefusal(): void {
    const entry = this.playground.connections.current?.entries.find(({ now }) => now?.allowed === false)
    if (!entry) return
    this.firstRefusal = entry
    entry.open = true
    this.spotlight.toggled(entry)
  }

  /** Loads the modules of the server version in use. */
  switchModulesOn(): void {
    const { targetId, release } = this.playground.host
    void this.useTarget(targetId, true, release)
  }

  async useTarget(id: WorkspaceState['target'], modules: boolean, release: string | null = null): Promise<void> {
    try {
      await this.playground.use(id, modules, release)
    } catch {
      this.tell({
        kind: 'error',
        text: 'The commands of this server version could not be loaded. Check the connection and try again.',
        action: null,
      })
    }
  }
}
