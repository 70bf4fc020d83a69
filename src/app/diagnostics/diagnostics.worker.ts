import { Users } from '../../acl/users'
import type { DiagnosticSettings as CheckSettings } from '../../analysis/diagnostics/checker'
import type { Diagnostic } from '../../analysis/diagnostic'
import { unpackTarget } from '../../targets/unpack'
import { FileChecker, breath } from './file-checker'
import type { CheckAnswer, CheckNews, CheckedFile, CheckRequest, CheckTarget, Subject } from './protocol'

/** Milliseconds between two signs of life. */
const SIGN = 500

/** The part of the worker's global scope in use; the DOM types only describe a page's. */
interface Scope {
  onmessage: ((event: MessageEvent<CheckRequest>) => void) | null
  postMessage(answer: CheckAnswer): void
}
const scope = self as unknown as Scope

let checker: FileChecker | null = null
/** Settings are compared by identity, which does not survive a message. */
let settings: { readonly key: string; readonly value: CheckSettings } | null = null
/** The id of the newest request for diagnostics. */
let newest = 0

function checkerFor({ id, tables, allChannels }: CheckTarget): FileChecker {
  const target = unpackTarget(id, tables)
  const users = new Users(target.table, target.behaviours)
  users.allChannelsByDefault = allChannels
  return new FileChecker(target, users)
}

/** The checker of the newest target. */
function current(): FileChecker {
  if (checker === null) throw new Error('The first request names its target.')
  return checker
}

function settingsOf({ settings: value }: Subject): CheckSettings {
  const key = JSON.stringify(value)
  if (settings?.key !== key) settings = { key, value }
  return settings.value
}

/** Returns a diagnostic as data. Reading its fixes computes them, which is most of the work. */
function plain({ code, severity, message, hint, span, fixes, also }: Diagnostic): Diagnostic {
  return { code, severity, message, hint, span, fixes, ...(also !== undefined && { also }) }
}

class Job {
  #signed = performance.now()
  readonly #id: number
  readonly #subject: Subject

  constructor({ id, subject }: CheckRequest) {
    this.#id = id
    this.#subject = subject
  }

  post(answer: CheckNews): void {
    scope.postMessage({ id: this.#id, ...answer })
  }

  async run({ want, target }: CheckRequest): Promise<void> {
    try {
      if (target !== undefined) checker = checkerFor(target)
      if (want === 'check') await this.#check()
      else this.#fix(want.fix)
    } catch {
      this.post({ kind: 'failed' })
    }
  }

  async #check(): Promise<void> {
    const { acl, conf } = this.#subject
    const made = current()
    const chosen = settingsOf(this.#subject)
    const isStale = (): boolean => this.#isStale()
    const ofAcl = await made.check(acl, chosen, isStale)
    if (ofAcl === null || !(await this.#send('acl', ofAcl))) return this.post({ kind: 'dropped' })
    const ofConf = await made.checkConf(conf, acl, chosen, isStale)
    if (ofConf === null || !(await this.#send('conf', ofConf))) return this.post({ kind: 'dropped' })
    this.post({ kind: 'done' })
  }

  #fix(file: CheckedFile): void {
    const { acl, conf } = this.#subject
    const made = current()
    const chosen = settingsOf(this.#subject)
    this.post({ kind: 'fixed', text: file === 'acl' ? made.fixAll(acl, chosen) : made.fixAllConf(conf, acl, chosen) })
  }

  /** Sends a sign of life where one is due, and returns true where a newer request has arrived. */
  #isStale(): boolean {
    const now = performance.now()
    if (now - this.#signed >= SIGN) {
      this.#signed = now
      this.post({ kind: 'progress' })
    }
    return newest !== this.#id
  }

  /** Sends the diagnostics of a file; returns false where a newer request arrived meanwhile. */
  async #send(file: CheckedFile, diagnostics: readonly Diagnostic[]): Promise<boolean> {
    const out: Diagnostic[] = []
    let since = performance.now()
    for (const diagnostic of diagnostics) {
      out.push(plain(diagnostic))
      if (performance.now() - since < 20) continue
      await breath()
      if (this.#isStale()) return false
      since = performance.now()
    }
    this.post({ kind: 'diagnostics', file, diagnostics: out })
    return true
  }
}

scope.onmessage = ({ data }) => {
  const job = new Job(data)
  if (data.want === 'check') newest = data.id
  void job.run(data)
}
