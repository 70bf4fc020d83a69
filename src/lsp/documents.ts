import type { TextDocuments } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Diagnostic } from '../analysis/diagnostic'
import { mostSevere } from '../analysis/diagnostics/most-severe'
import { FileChecker, type Checked } from './diagnose'
import { kindOf, type FileKind } from './kinds'
import { projectOf, type Project } from './project'
import type { Settings } from './settings'
import { load, type Loaded } from './state'

/** Milliseconds without an edit after which a file is checked, besides those that the last check took. */
const PAUSE = 150
/** The most milliseconds that the last check adds. */
const LONGEST_PAUSE = 2000

/** An open document of a known kind. */
export interface OpenFile {
  readonly kind: FileKind
  readonly document: TextDocument
}

/** An open document with the files beside it, loaded. */
export interface LoadedFile extends OpenFile {
  readonly loaded: Loaded
}

/** Called with the diagnostics of a document; the version is null for a document that was closed. */
export type Publish = (uri: string, version: number | null, diagnostics: readonly Diagnostic[]) => void

interface State {
  readonly checker: FileChecker
  /** The files as they were loaded last. */
  loaded: Promise<Loaded> | null
  /** The files that `loaded` is of, for comparison. */
  project: Project | null
  /** The last completed or running check. */
  checked: Promise<Checked> | null
  version: number
  /** Milliseconds that the last completed check took: a large file is checked less often. */
  took: number
  cancel: AbortController
  timer: NodeJS.Timeout | null
}

/** The open documents: loads the files of each, and checks them after each edit. */
export class Documents {
  readonly #open: TextDocuments<TextDocument>
  readonly #publish: Publish
  readonly #states = new Map<string, State>()
  #settings: Settings

  constructor(open: TextDocuments<TextDocument>, settings: Settings, publish: Publish) {
    this.#open = open
    this.#settings = settings
    this.#publish = publish
    open.onDidChangeContent(({ document }) => this.#edited(document.uri))
    open.onDidSave(() => this.#checkAll())
    open.onDidClose(({ document: { uri } }) => this.#closed(uri))
  }

  set settings(settings: Settings) {
    this.#settings = settings
    this.reload()
  }

  /** Checks all open documents again, with what is on disk now. */
  reload(): void {
    for (const state of this.#states.values()) state.project = null
    this.#checkAll()
  }

  /** Returns an open document; null where it is closed, or of another kind. */
  open(uri: string): OpenFile | null {
    const document = this.#open.get(uri)
    const kind = document === undefined ? null : kindOf(uri, document.languageId)
    return document === undefined || kind === null ? null : { kind, document }
  }

  /** Returns the files that belong to a document; null where they cannot be read. */
  projectOf({ kind, document }: OpenFile): Project | null {
    return projectOf(document.uri, kind, (uri) => this.#open.get(uri)?.getText())
  }

  /** Returns a document with its files as they are now. */
  async loaded(uri: string): Promise<LoadedFile | null> {
    const file = this.open(uri)
    const loading = file === null ? null : this.#load(file)
    return file === null || loading === null ? null : { ...file, loaded: await loading }
  }

  /** Returns a document with its files as they were loaded last, which is fast during typing. */
  async lastLoaded(uri: string): Promise<LoadedFile | null> {
    const file = this.open(uri)
    const last = this.#states.get(uri)?.loaded ?? null
    return file === null || last === null ? this.loaded(uri) : { ...file, loaded: await last }
  }

  /** Returns a document with the results of a check of its present text. */
  async checked(uri: string): Promise<(LoadedFile & Checked) | null> {
    for (;;) {
      const file = this.open(uri)
      if (file === null) return null
      const state = this.#stateOf(uri)
      if (state.checked === null || state.version !== file.document.version || state.timer !== null) this.#check(uri)
      const { checked, loaded } = state
      if (checked === null || loaded === null) return null
      try {
        const results = await checked
        return { ...file, loaded: await loaded, ...results }
      } catch (reason) {
        // A newer text is being checked.
        if (!isAbort(reason)) throw reason
      }
    }
  }

  /** Returns a document's text with all safe fixes applied. */
  fixAll({ document: { uri }, loaded }: LoadedFile): string {
    return this.#stateOf(uri).checker.fixAll(loaded, this.#settings.diagnostics)
  }

  #stateOf(uri: string): State {
    let state = this.#states.get(uri)
    if (state === undefined) {
      state = {
        checker: new FileChecker(),
        loaded: null,
        project: null,
        checked: null,
        version: -1,
        took: 0,
        cancel: new AbortController(),
        timer: null,
      }
      this.#states.set(uri, state)
    }
    return state
  }

  #load(file: OpenFile): Promise<Loaded> | null {
    const state = this.#stateOf(file.document.uri)
    const project = this.projectOf(file)
    if (project === null) return null
    if (state.loaded !== null && state.project !== null && isSame(state.project, project)) return state.loaded
    state.project = project
    state.loaded = load(project, this.#settings.version, (uri) => this.#open.get(uri)?.getText())
    return state.loaded
  }

  #edited(uri: string): void {
    if (this.open(uri) === null) return
    this.#stateOf(uri).cancel.abort()
    this.#later(uri)
    // What is beside this file may be open too.
    const folder = uri.slice(0, uri.lastIndexOf('/'))
    for (const other of this.#states.keys()) if (other !== uri && other.startsWith(folder)) this.#later(other)
  }

  #later(uri: string): void {
    const state = this.#stateOf(uri)
    if (state.timer !== null) clearTimeout(state.timer)
    state.timer = setTimeout(() => this.#check(uri), PAUSE + Math.min(state.took, LONGEST_PAUSE))
  }

  #checkAll(): void {
    for (const uri of this.#states.keys()) this.#later(uri)
  }

  #check(uri: string): void {
    const state = this.#stateOf(uri)
    if (state.timer !== null) clearTimeout(state.timer)
    state.timer = null
    state.cancel.abort()
    const file = this.open(uri)
    const loading = file === null ? null : this.#load(file)
    if (file === null || loading === null) return
    const { version } = file.document
    const { signal } = (state.cancel = new AbortController())
    state.version = version
    const since = performance.now()
    state.checked = loading.then((loaded) => state.checker.check(file.kind, loaded, this.#settings.diagnostics, signal))
    state.checked.then(
      ({ diagnostics }) => {
        state.took = performance.now() - since
        if (!signal.aborted) this.#publish(uri, version, mostSevere(diagnostics, MOST))
      },
      () => undefined,
    )
  }

  #closed(uri: string): void {
    const state = this.#states.get(uri)
    if (state === undefined) return
    state.cancel.abort()
    if (state.timer !== null) clearTimeout(state.timer)
    this.#states.delete(uri)
    this.#publish(uri, null, [])
  }
}

const isAbort = (reason: unknown): boolean => reason instanceof Error && reason.name === 'AbortError'

/** The most diagnostics that a client receives for a file: more are slow to send and to show. */
const MOST = 1000

function isSame(a: Project, b: Project): boolean {
  return (['acl', 'conf', 'expect'] as const).every(
    (kind) => a[kind]?.uri === b[kind]?.uri && a[kind]?.text === b[kind]?.text,
  )
}
