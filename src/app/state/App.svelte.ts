import type { EditorView } from '@codemirror/view'
import { fromText, toText } from '../../acl/bytes'
import type { Span } from '../../acl/decision'
import type { World } from '../../editor/world'
import { Expectations } from '../expectations/Expectations.svelte'
import type { CommandDocs } from '../../targets/docs'
import { loadDocs } from '../../targets/load'
import { isEmbed } from '../../workspace/codec'
import type { WorkspaceState } from '../../workspace/state'
import { Diagnostics } from '../diagnostics/Diagnostics.svelte'
import { Checklist } from '../checklist/Checklist.svelte'
import type { Banner } from './banner'
import { browserStorage, lastingStorage } from './browser-storage'
import { knownChannels } from './channels'
import { Keeper } from './Keeper.svelte'
import { type FileTab, Layout } from './Layout.svelte'
import { LazyEditors, type LoadEditors } from './LazyEditors.svelte'
import { Playground } from './Playground.svelte'
import { Spotlight } from './Spotlight.svelte'

export type DialogName =
  | 'gallery'
  | 'share'
  | 'palette'
  | 'shortcuts'
  | 'incoming'
  | 'connect'
  | 'differences'
  | 'diagnostics'
  | 'checklist'
  | 'password'
  | 'exchange'
  | 'compare'
  | 'replay'
  | 'earlier'

/** A file that was dropped on the page or chosen: its text, or what is wrong with it. */
export interface DroppedFile {
  readonly name: string
  readonly text: string
  readonly problem: string
}

/** The one stretch in which two texts differ, as an edit: places outside it stay where they are. */
function difference(
  old: string,
  text: string,
): { readonly from: number; readonly to: number; readonly insert: string } {
  const shorter = Math.min(old.length, text.length)
  let start = 0
  while (start < shorter && old[start] === text[start]) start++
  let end = 0
  while (end < shorter - start && old.at(-1 - end) === text.at(-1 - end)) end++
  return { from: start, to: old.length - end, insert: text.slice(start, text.length - end) }
}

/** The page around the playground: dialogs, the banner, the editors, and ways to go from one to another. */
export class App {
  /** `?embed`: a part of somebody’s page. Nothing is read from or kept in this browser then. */
  readonly embedded = isEmbed(location.search)
  readonly layout = new Layout(browserStorage)
  readonly playground = new Playground()
  readonly spotlight = new Spotlight(() => this.playground.server)
  readonly lazyEditors: LazyEditors
  readonly expectations = new Expectations(this.playground)
  readonly diagnostics = new Diagnostics(this.playground)
  readonly checklist = new Checklist(this.playground, this.diagnostics)
  readonly keeper = new Keeper(this.playground, this, this.embedded ? null : lastingStorage)
  readonly editors: Record<FileTab, EditorView | null> = { acl: null, conf: null, expect: null }
  /** What the editors can do about problems; null until they are there. */
  editorCommands: Readonly<
    Record<'next' | 'fix' | 'rename' | 'format' | 'find', (view: EditorView) => boolean>
  > | null = null
  /** Where the cursor is in each file. */
  readonly cursor = $state({
    acl: { line: 1, column: 1 },
    conf: { line: 1, column: 1 },
    expect: { line: 1, column: 1 },
  })
  /** The console's input: what has the keyboard there. */
  consoleField: { focus(): void } | null = null
  /** What was typed for the list of actions before it was there; `enter`: and confirmed. */
  typedAhead = { text: '', enter: false }
  /** What had the keyboard before the first dialog opened. */
  #opener: Element | null = null
  #dialog = $state.raw<DialogName | null>(null)
  #banner = $state.raw<Banner | null>(null)
  #docs = $state.raw<CommandDocs | null>(null)
  /** A file that was dropped on the page, for the import to take. */
  dropped = $state.raw<DroppedFile | null>(null)
  /** Asks the top bar to open its list of versions. */
  wantsTargets = $state(false)

  constructor(loadEditors: LoadEditors) {
    this.lazyEditors = new LazyEditors(loadEditors)
  }

  get dialog(): DialogName | null {
    return this.#dialog
  }
  get banner(): Banner | null {
    return this.#banner
  }
  /** The workspace of a link that waits for an answer. */
  get incoming(): WorkspaceState | null {
    return this.keeper.incoming
  }
  /** The grammar of commands' arguments, once it is there. */
  get docs(): CommandDocs | null {
    return this.#docs
  }
  /** The first workspace stands. */
  get ready(): boolean {
    return this.keeper.ready
  }

  /** Writes a file anew: in its editor, where it can be undone, or else directly. */
  writeFile(tab: FileTab, text: string): void {
    const view = this.editors[tab]
    if (view !== null)
      view.dispatch({ changes: difference(view.state.doc.toString(), text), userEvent: 'input.import' })
    else if (tab === 'acl') this.playground.replaceAcl(text)
    else if (tab === 'conf') this.playground.replaceConf(text)
    else this.playground.replaceExpect(text)
  }

  /** Puts a line into the console's input, for the person to run. */
  putLine(line: string): void {
    const { console: one } = this.playground
    if (one === null) return
    one.draft = line
    this.show(null)
    this.focusConsole()
  }

  /** Goes to a line of users.acl. */
  goTo(line: number): void {
    const view = this.editors.acl
    if (view === null) return
    this.show(null)
    this.layout.fileTab = 'acl'
    this.layout.pane = 'rules'
    const { doc } = view.state
    const at = doc.line(Math.min(Math.max(1, line), doc.lines)).from
    requestAnimationFrame(() => {
      view.dispatch({ selection: { anchor: at }, scrollIntoView: true })
      view.focus()
    })
  }

  /** Goes to a place in one of the files, and selects it. */
  reveal({ source, from, to }: Span): void {
    if (source === 'command') return
    const tab = source === 'users.acl' ? 'acl' : 'conf'
    this.layout.fileTab = tab
    this.layout.pane = 'rules'
    requestAnimationFrame(() => {
      const view = this.editors[tab]
      if (view === null) return
      const end = view.state.doc.length
      view.dispatch({ selection: { anchor: Math.min(from, end), head: Math.min(to, end) }, scrollIntoView: true })
      view.focus()
    })
  }

  /** Goes to a line of users.expect. */
  goToExpectation(line: number): void {
    this.focusRules('expect')
    requestAnimationFrame(() => {
      const view = this.editors.expect
      if (view === null) return
      const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines))
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true })
      view.focus()
    })
  }

  /** Goes to the next expectation that does not hold, and opens its reasons. */
  openFailing(): void {
    const line = this.expectations.nextFailing(this.cursor.expect.line)
    if (line !== null) this.goToExpectation(line)
  }

  /** Runs what stands in the console's input. */
  runDraft(): void {
    const { console: one } = this.playground
    if (one === null || one.waiting || one.draft.trim() === '') {
      this.focusConsole()
      return
    }
    const line = one.draft
    one.draft = ''
    void this.playground.run(one, line)
  }

  /** Closes the message, the result of an expectation, or the entry whose reasons were opened last. False where nothing is open. */
  closeLast(): boolean {
    if (this.#banner !== null) {
      this.#banner = null
      return true
    }
    if (this.expectations.opened !== null && this.layout.fileTab === 'expect') {
      this.expectations.close()
      return true
    }
    const entry = this.playground.console?.entries.findLast((one) => one.open)
    if (entry === undefined) return false
    entry.open = false
    this.spotlight.toggled(entry)
    return true
  }

  /** Formats the file in view, finds in it, or asks for another name of the user at its cursor. */
  edit(what: 'rename' | 'format' | 'find'): void {
    const { fileTab } = this.layout
    const tab = fileTab === 'expect' && what !== 'find' ? 'acl' : fileTab
    this.focusRules(tab)
    requestAnimationFrame(() => {
      const view = this.editors[tab]
      if (view !== null) this.editorCommands?.[what](view)
    })
  }

  /** Goes to the next problem of the files, or applies its fix. */
  toProblem(what: 'next' | 'fix'): void {
    const { aclFindings, confFindings } = this.playground
    const inExpectations = this.layout.fileTab === 'expect' && this.expectations.judged.findings.length > 0
    const tab = inExpectations ? 'expect' : aclFindings.length > 0 || confFindings.length === 0 ? 'acl' : 'conf'
    this.focusRules(tab)
    requestAnimationFrame(() => {
      const view = this.editors[tab]
      if (view !== null) this.editorCommands?.[what](view)
    })
  }

  focusConsole(): void {
    this.layout.pane = 'console'
    requestAnimationFrame(() => this.consoleField?.focus())
  }

  focusRules(tab: FileTab): void {
    this.layout.fileTab = tab
    this.layout.pane = 'rules'
    requestAnimationFrame(() => this.editors[tab]?.focus())
  }

  /** Asks whether to open the link's workspace, or asks no more. */
  ask(asking: boolean): void {
    this.show(asking ? 'incoming' : null)
  }

  /** Another workspace comes: nothing of this one is lit up any more. */
  replacing(): void {
    this.spotlight.putOut()
  }

  answerIncoming(open: boolean): Promise<void> {
    return this.keeper.answerIncoming(open)
  }

  showEarlier(): void {
    this.show('earlier')
  }

  /**
   * Puts another workspace in place of this one, which can be restored.
   * @param words what to say of it
   * @param standing what would be lost with the new one as it is: nothing, where it is an example
   */
  async replace(state: WorkspaceState, words: string, standing: 'example' | 'opened'): Promise<void> {
    await this.keeper.replace(state, words, { standing })
  }

  /** Takes a change of this workspace back: it is again as it was before. */
  async takeBack(state: WorkspaceState): Promise<void> {
    await this.keeper.replace(state, null, { standing: 'edited', before: this.playground.before })
  }

  /** Opens a dialog in place of the one that is open, or closes that; then the keyboard goes back to where it was before. */
  show(dialog: DialogName | null): void {
    if (dialog === this.#dialog) return
    const { activeElement } = document
    if (dialog !== null && activeElement?.closest('[role=dialog]') == null) this.#opener = activeElement
    this.#dialog = dialog
    this.typedAhead = { text: '', enter: false }
    const opener = this.#opener
    if (dialog !== null || !(opener instanceof HTMLElement)) return
    requestAnimationFrame(() => {
      if (this.#dialog === null && document.activeElement === document.body && opener.isConnected) opener.focus()
    })
  }

  tell(banner: Banner | null): void {
    this.#banner = banner
  }

  /** What completion and hovers know, looked up when it is asked for. */
  world(): World | null {
    const { playground } = this
    const { target, server, console } = playground
    if (target === null) return null
    return {
      target,
      get users() {
        return playground.userNames.map(toText)
      },
      get keys() {
        return [...(server?.keyspace.databases[console?.connection?.db ?? 0]?.keys() ?? [])].slice(0, 1000).map(toText)
      },
      get channels() {
        return knownChannels(server, playground.consoles)
      },
      userOf: (name) => server?.users.get(fromText(name)),
    }
  }

  /** Starts from what this browser kept, else from the first visitor's example; then opens what the address carries. */
  async begin(): Promise<void> {
    const begun = await this.keeper.begin()
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
    void this.lazyEditors.load()
    await this.keeper.followLink()
  }

  #openFirstRefusal(): void {
    const entry = this.playground.console?.entries.find(({ now }) => now?.allowed === false)
    if (!entry) return
    entry.open = true
    this.spotlight.toggled(entry)
  }

  async useTarget(id: WorkspaceState['target'], modules: boolean): Promise<void> {
    try {
      await this.playground.use(id, modules)
    } catch {
      this.tell({
        kind: 'error',
        text: 'The target’s commands could not be loaded. Check the connection and try again.',
        action: null,
      })
    }
  }

  /** Loads the grammar of the target's arguments; without it hints are left out. */
  async loadDocs(): Promise<void> {
    const { targetId, modules } = this.playground
    this.#docs = null
    try {
      const docs = await loadDocs(targetId, { modules })
      if (this.playground.targetId === targetId && this.playground.modules === modules) this.#docs = docs
    } catch {
      // Hints are a help, not a need.
    }
  }
}
