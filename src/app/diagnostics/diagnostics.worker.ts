import { Users } from '../../acl/users'
import type { DiagnosticSettings as CheckSettings } from '../../analysis/diagnostics/checker'
import type { ChecklistItem, ClientSide } from '../../analysis/checklist/types'
import type { Diagnostic } from '../../analysis/diagnostic'
import { unpackTarget } from '../../targets/unpack'
import { FileChecker, breath } from './file-checker'
import type {
  CheckAnswer,
  CheckNews,
  CheckedFile,
  CheckRequest,
  CheckTarget,
  CoverageOf,
  ListedItem,
  Subject,
} from './protocol'

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
/** The ids of the newest requests. */
const newest = { check: 0, checklist: 0, coverage: 0 }
/** The most diagnostics of one message: the page reads one within a few milliseconds. */
const MOST_SENT = 500

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

/** The most evidence of an item that the page shows. */
const MOST_EVIDENCE = 8

/** Returns an item of the checklist with what the page shows of it. */
function listed({ evidence, fix, ...item }: ChecklistItem): ListedItem {
  const shown = evidence.slice(0, MOST_EVIDENCE)
  if (fix === null) return { ...item, evidence: shown, evidences: evidence.length, fix }
  const { edits } = fix
  const files =
    edits === null || edits.conf.length === 0 ? 'users.acl' : edits.acl.length === 0 ? 'redis.conf' : 'both files'
  return {
    ...item,
    evidence: shown,
    evidences: evidence.length,
    fix: { ...fix, edits: edits && { files, json: JSON.stringify(edits) } },
  }
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
      else if ('fix' in want) this.#fix(want.fix)
      else if ('checklist' in want) await this.#checklist(want.checklist)
      else await this.#coverage(want.coverage)
    } catch {
      this.post({ kind: 'failed' })
    }
  }

  async #check(): Promise<void> {
    const { acl, conf } = this.#subject
    const made = current()
    const chosen = settingsOf(this.#subject)
    const isStale = (): boolean => this.#isStale('check')
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

  async #checklist(client: ClientSide): Promise<void> {
    const { checklistInSteps } = await import('../../analysis/checklist')
    const steps = checklistInSteps({ ...this.#subject, target: current().target, client })
    for (;;) {
      await breath()
      if (this.#isStale('checklist')) return this.post({ kind: 'dropped' })
      const step = steps.next()
      if (step.done) return this.post({ kind: 'checklist', items: step.value.map(listed) })
    }
  }

  async #coverage({ decisions, most }: CoverageOf): Promise<void> {
    const { coverageBy } = await import('../../analysis/coverage')
    await breath()
    if (this.#isStale('coverage')) return this.post({ kind: 'dropped' })
    const { rules, ...rest } = coverageBy(current().target, this.#subject.acl, decisions)
    const bare = rules.filter(({ state }) => state === 'dead' || state === 'unused')
    const places = Uint32Array.from(
      bare.flatMap(({ rule: { span }, state }) =>
        span === null ? [] : [span.from, span.to, state === 'dead' ? 1 : 0],
      ),
    )
    const inOrder = [...bare.filter(({ state }) => state === 'dead'), ...bare.filter(({ state }) => state === 'unused')]
    this.post({
      kind: 'coverage',
      coverage: { ...rest, listed: inOrder.slice(0, most), total: bare.length, places },
    })
  }

  /** Sends a sign of life where one is due, and returns true where a newer request has arrived. */
  #isStale(kind: keyof typeof newest): boolean {
    const now = performance.now()
    if (now - this.#signed >= SIGN) {
      this.#signed = now
      this.post({ kind: 'progress' })
    }
    return newest[kind] !== this.#id
  }

  /** Sends the diagnostics of a file; returns false where a newer request arrived meanwhile. */
  async #send(file: CheckedFile, diagnostics: readonly Diagnostic[]): Promise<boolean> {
    let out: Diagnostic[] = []
    let since = performance.now()
    for (const diagnostic of diagnostics) {
      out.push(plain(diagnostic))
      if (out.length === MOST_SENT) {
        this.post({ kind: 'diagnostics', file, diagnostics: out, isLast: false })
        out = []
      }
      if (performance.now() - since < 20) continue
      await breath()
      if (this.#isStale('check')) return false
      since = performance.now()
    }
    this.post({ kind: 'diagnostics', file, diagnostics: out, isLast: true })
    return true
  }
}

scope.onmessage = ({ data }) => {
  const job = new Job(data)
  if (data.want === 'check') newest.check = data.id
  else if ('checklist' in data.want) newest.checklist = data.id
  else if ('coverage' in data.want) newest.coverage = data.id
  void job.run(data)
}
