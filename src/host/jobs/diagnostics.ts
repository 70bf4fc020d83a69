import { Users } from '../../acl/users'
import type { DiagnosticSettings } from '../../analysis/diagnostics/checker'
import type { Diagnostic } from '../../analysis/diagnostic'
import type { Target } from '../../targets/target'
import type { Subject } from '../subject'
import { FileChecker } from '../file-checker'
import type { Job } from '../job'
import type { Inputs, PartOf } from '../protocol'

/** The most diagnostics, and their edits and places, of one message: the page reads one within a few milliseconds. */
const MOST_SENT = 500

/** The checker of the last target, which knows the lines of the last files. */
let last: { readonly target: Target; readonly allChannels: boolean; readonly checker: FileChecker } | null = null
/** Settings are compared by identity, which does not survive a message. */
let settings: { readonly key: string; readonly value: DiagnosticSettings } | null = null

function checkerFor(target: Target, { allChannels }: Subject): FileChecker {
  if (last?.target === target && last.allChannels === allChannels) return last.checker
  const users = new Users(target.table, target.behaviours)
  users.allChannelsByDefault = allChannels
  const checker = new FileChecker(target, users)
  last = { target, allChannels, checker }
  return checker
}

function settingsOf({ settings: value }: Subject): DiagnosticSettings {
  const key = JSON.stringify(value)
  if (settings?.key !== key) settings = { key, value }
  return settings.value
}

/** Returns the target that the question names. */
export function only(targets: readonly Target[]): Target {
  const [target] = targets
  if (target === undefined) throw new Error('The question names no target.')
  return target
}

/** Returns a diagnostic as data. Reading its fixes computes them, which is most of the work. */
function plain({ code, severity, message, hint, span, fixes, also }: Diagnostic): Diagnostic {
  return { code, severity, message, hint, span, fixes, ...(also !== undefined && { also }) }
}

/** Returns the number of objects that a diagnostic is sent as, but for a few. */
function weightOf({ fixes, also = [] }: Diagnostic): number {
  return fixes.reduce((sum, { edits }) => sum + edits.length, 1 + also.length)
}

/** Checks both files, and sends their diagnostics. */
export async function check(subject: Inputs['check'], job: Job<'check'>, targets: readonly Target[]): Promise<null> {
  const checker = checkerFor(only(targets), subject)
  const chosen = settingsOf(subject)
  await send('acl', await job.take(checker.check(subject.acl, chosen)), job)
  await send('conf', checker.checkConf(subject.conf, subject.acl, chosen), job)
  return null
}

async function send(
  file: PartOf<'check'>['file'],
  diagnostics: readonly Diagnostic[],
  job: Job<'check'>,
): Promise<void> {
  let out: Diagnostic[] = []
  let weight = 0
  const sendPart = (): void => {
    job.send({ file, diagnostics: out, isLast: false })
    out = []
    weight = 0
  }
  for (const diagnostic of diagnostics) {
    const next = plain(diagnostic)
    // A diagnostic about thousands of users has a message of its own.
    if (out.length > 0 && weight + weightOf(next) > MOST_SENT) sendPart()
    out.push(next)
    weight += weightOf(next)
    await job.pause()
  }
  job.send({ file, diagnostics: out, isLast: true })
}

/** Returns a file with every safe fix applied. */
export function fix(input: Inputs['fix'], _job: Job<'fix'>, targets: readonly Target[]): Promise<string> {
  const { acl, conf, file } = input
  const checker = checkerFor(only(targets), input)
  const chosen = settingsOf(input)
  return Promise.resolve(file === 'acl' ? checker.fixAll(acl, chosen) : checker.fixAllConf(conf, acl, chosen))
}
