import type { Diagnostic } from '../../analysis/diagnostic'
import type { Playground } from '../state/Playground.svelte'
import type { Target } from '../../targets/target'
import type { Questions } from './questions'
import type { CheckedFile, Subject } from '../../host/subject'

/** The diagnostics of a file, and the text that was checked. */
export interface Checked {
  readonly text: string
  readonly diagnostics: readonly Diagnostic[]
}

/** Milliseconds without typing after which the files are checked, so that half a word is not. */
const PAUSE = 250
const nothing: Checked = { text: '', diagnostics: [] }

/** The reason why the files were not checked as they are: checking took too long or was stopped, or its engine could not run. */
export type Unchecked = 'late' | 'stopped' | 'failed'

/**
 * The diagnostics of the files, computed by a worker in pauses of typing, so that the page always answers. Until newer ones
 * arrive, the last ones stay.
 */
export class Diagnostics {
  #acl = $state.raw(nothing)
  #conf = $state.raw(nothing)
  #unchecked = $state.raw<Unchecked | null>(null)
  /** The codes that are shown, without fixes of the server's errors, while a lesson is in view; null: everything. */
  #only = $state.raw<readonly string[] | null>(null)
  #questions: Promise<Questions> | null = null
  readonly #playground: Playground

  constructor(playground: Playground) {
    this.#playground = playground
  }

  /** The newest diagnostics of users.acl; their text may lag behind while somebody types. */
  get acl(): Checked {
    return this.#shown.acl
  }
  /** Those of redis.conf. */
  get conf(): Checked {
    return this.#shown.conf
  }
  readonly #shown = $derived({ acl: this.#restricted(this.#acl), conf: this.#restricted(this.#conf) })
  readonly #errors = $derived.by(() => {
    const { acl, conf } = this.#playground.files
    const shown = (errors: readonly Diagnostic[]): readonly Diagnostic[] =>
      this.#only === null ? errors : errors.map((error) => ({ ...error, fixes: [] }))
    return { acl: shown(acl.errors), conf: shown(conf.errors) }
  })

  /** True while a lesson is in view. Suggestions and fixes would tell its solution. */
  get isRestricted(): boolean {
    return this.#only !== null
  }

  /** Shows only these codes, as a lesson asks for; null: all of them. */
  restrict(codes: readonly string[] | null): void {
    this.#only = codes
  }

  #restricted({ text, diagnostics }: Checked): Checked {
    const only = this.#only
    return { text, diagnostics: only === null ? diagnostics : diagnostics.filter(({ code }) => only.includes(code)) }
  }

  /** The server's errors in a file. */
  errors(file: CheckedFile): readonly Diagnostic[] {
    return this.#errors[file]
  }
  /** The reason why the files as they are were not checked; null where they were, or soon will be. */
  get unchecked(): Unchecked | null {
    return this.#unchecked
  }
  /** All diagnostics of a file: the server's errors first. */
  all(file: CheckedFile): readonly Diagnostic[] {
    return [...this.errors(file), ...this[file].diagnostics]
  }
  /** Those of a file that are about its text as it is: of a file that was just replaced, only the server's errors. */
  current(file: CheckedFile): readonly Diagnostic[] {
    return this[file].text === this.#playground.files[file].text ? this.all(file) : this.errors(file)
  }
  /** Returns the number of diagnostics of a file that have a safe fix. */
  safeFixes(file: CheckedFile): number {
    return this.all(file).filter(({ fixes }) => fixes.some((fix) => fix.safe)).length
  }
  /**
   * Checks the files after a pause. Call it in an effect: it depends on the files, the target and the settings.
   * Returns a function that cancels the check.
   */
  follow(): () => void {
    const subject = this.#subject
    const { target } = this.#playground.host
    void this.#started().catch(() => undefined)
    const timer = setTimeout(() => void this.#check(subject, target), PAUSE)
    return () => clearTimeout(timer)
  }

  /** Starts the worker. Rejects where that part of the page cannot be loaded; the next call tries again. */
  #started(): Promise<Questions> {
    const start = async (): Promise<Questions> => {
      try {
        return new (await import('./questions')).Questions()
      } catch (error) {
        this.#questions = null
        throw error
      }
    }
    return (this.#questions ??= start())
  }

  get #subject(): Subject {
    const { files, settings, host } = this.#playground
    const allChannels = (host.server?.users ?? host.target?.behaviours)?.allChannelsByDefault ?? false
    return { acl: files.acl.text, conf: files.conf.text, settings, allChannels }
  }

  async #check(subject: Subject, target: Target | null): Promise<void> {
    if (target === null) return
    const questions = await this.#started().catch(() => null)
    const outcome =
      questions === null
        ? 'failed'
        : await questions.check(target, subject, (file, diagnostics) => {
            if (file === 'acl') this.#acl = { text: subject.acl, diagnostics }
            else this.#conf = { text: subject.conf, diagnostics }
          })
    if (outcome !== 'dropped') this.#unchecked = outcome === 'done' ? null : outcome
  }

  /** Asks the worker about the files as they are; null where no server version is loaded. Rejects where that failed. */
  async ask<T>(question: (questions: Questions, target: Target, subject: Subject) => Promise<T>): Promise<T | null> {
    const { target } = this.#playground.host
    const subject = this.#subject
    return target && question(await this.#started(), target, subject)
  }

  /** Returns a file with every safe fix applied: every user keeps the same permissions and passwords. */
  async fixed(file: CheckedFile): Promise<string> {
    const before = this.#playground.files[file].text
    return (await this.ask((questions, target, subject) => questions.fixed(target, subject, file))) ?? before
  }
}
