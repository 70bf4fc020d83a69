import { Users } from '../../acl/users'
import type { AdviceSettings } from '../../analysis/advice/advise'
import type { Finding } from '../../analysis/finding'
import { unpackTarget } from '../../targets/unpack'
import { FileAdviser, breath } from './adviser'
import type { AdviceAnswer, AdviceNews, AdvisedFile, AdviceRequest, AdviceTarget, Subject } from './protocol'

/** Milliseconds between two signs of life. */
const SIGN = 500

/** What is needed of the worker's global scope: the DOM's types know only a page's. */
interface Scope {
  onmessage: ((event: MessageEvent<AdviceRequest>) => void) | null
  postMessage(answer: AdviceAnswer): void
}
const scope = self as unknown as Scope

let adviser: FileAdviser | null = null
/** Settings are compared by identity, which does not survive a message. */
let settings: { readonly key: string; readonly value: AdviceSettings } | null = null
/** The newest request to advise. */
let newest = 0

function adviserFor({ id, tables, allChannels }: AdviceTarget): FileAdviser {
  const target = unpackTarget(id, tables)
  const users = new Users(target.table, target.behaviours)
  users.allChannelsByDefault = allChannels
  return new FileAdviser(target, users)
}

/** The adviser of the target asked for last. */
function current(): FileAdviser {
  if (adviser === null) throw new Error('The first request names its target.')
  return adviser
}

function settingsOf({ settings: value }: Subject): AdviceSettings {
  const key = JSON.stringify(value)
  if (settings?.key !== key) settings = { key, value }
  return settings.value
}

/** A finding as data. Its fixes are worked out here: trying them is the larger part of the work. */
function plain({ code, severity, message, hint, span, fixes }: Finding): Finding {
  return { code, severity, message, hint, span, fixes }
}

class Job {
  #signed = performance.now()
  readonly #id: number
  readonly #subject: Subject

  constructor({ id, subject }: AdviceRequest) {
    this.#id = id
    this.#subject = subject
  }

  post(answer: AdviceNews): void {
    scope.postMessage({ id: this.#id, ...answer })
  }

  async run({ want, target }: AdviceRequest): Promise<void> {
    try {
      if (target !== undefined) adviser = adviserFor(target)
      if (want === 'advise') await this.#advise()
      else this.#fix(want.fix)
    } catch {
      this.post({ kind: 'failed' })
    }
  }

  async #advise(): Promise<void> {
    const { acl, conf } = this.#subject
    const made = current()
    const chosen = settingsOf(this.#subject)
    const isStale = (): boolean => this.#isStale()
    const ofAcl = await made.advise(acl, chosen, isStale)
    if (ofAcl === null || !(await this.#send('acl', ofAcl))) return this.post({ kind: 'dropped' })
    const ofConf = await made.adviseConf(conf, acl, chosen, isStale)
    if (ofConf === null || !(await this.#send('conf', ofConf))) return this.post({ kind: 'dropped' })
    this.post({ kind: 'done' })
  }

  #fix(file: AdvisedFile): void {
    const { acl, conf } = this.#subject
    const made = current()
    const chosen = settingsOf(this.#subject)
    this.post({ kind: 'fixed', text: file === 'acl' ? made.fixAll(acl, chosen) : made.fixAllConf(conf, acl, chosen) })
  }

  /** Asked at every pause: gives a sign of life, and tells whether a newer request has come. */
  #isStale(): boolean {
    const now = performance.now()
    if (now - this.#signed >= SIGN) {
      this.#signed = now
      this.post({ kind: 'progress' })
    }
    return newest !== this.#id
  }

  /** Sends the findings of a file; false where a newer request came meanwhile. */
  async #send(file: AdvisedFile, findings: readonly Finding[]): Promise<boolean> {
    const out: Finding[] = []
    let since = performance.now()
    for (const finding of findings) {
      out.push(plain(finding))
      if (performance.now() - since < 20) continue
      await breath()
      if (this.#isStale()) return false
      since = performance.now()
    }
    this.post({ kind: 'findings', file, findings: out })
    return true
  }
}

scope.onmessage = ({ data }) => {
  const job = new Job(data)
  if (data.want === 'advise') newest = data.id
  void job.run(data)
}
