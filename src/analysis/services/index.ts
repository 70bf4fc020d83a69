import { fromText, lower, toText } from '../../acl/bytes'
import type { Command, CommandTable } from '../../acl/command'
import { parseRule } from '../../acl/rule'
import { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { readUserLine, type UserLine } from '../diagnostics/line'
import type { ServiceId } from './ids'
import { services } from './list'

/** A statement on users of a file at a managed service. */
export interface ServiceReport {
  /** `refused`: the service does not take it. `info`: it is done in another way there, or the service refuses commands that rules allow. */
  readonly kind: 'refused' | 'info'
  readonly message: string
  readonly source: string
  /** Offsets in the file, in UTF-16 units; null for the whole file. */
  readonly place: { readonly from: number; readonly to: number } | null
}

const MOST_NAMES = 8

/**
 * Reports what a managed service is documented to refuse of a users.acl: rules that it does not take, and commands that it does
 * not run although a user may. What its documentation does not tell is not reported.
 */
export function serviceReports(acl: string, id: ServiceId, target: Target): ServiceReport[] {
  const service = services[id]
  const { label, source } = service
  if (service.hasNoUsers === true)
    return [{ kind: 'refused', message: `${label} has no users: this file cannot be used there.`, source, place: null }]
  const users = new Users(target.table, target.behaviours)
  const refused = refusedCommands(service.refuses, target.table)
  const reports: ServiceReport[] = []
  let start = 0
  for (const text of acl.split('\n')) {
    const line = /^\s*user /.test(text) ? readUserLine(text.replace(/\r$/, ''), users, target) : null
    if (line !== null) reports.push(...reportsOn(line, id, refused, start))
    start += text.length + 1
  }
  return reports
}

function reportsOn(line: UserLine, id: ServiceId, refused: readonly Command[], start: number): ServiceReport[] {
  const { label, source, fault, advice, isDefaultFixed } = services[id]
  const user = toText(line.name.text)
  const reports: ServiceReport[] = []
  const name = { from: start + line.name.from, to: start + line.name.to }
  if (isDefaultFixed === true && user === 'default')
    return [{ kind: 'refused', message: `${label} has a default user that cannot be changed.`, source, place: name }]
  const rules = [
    ...line.tokens.map(({ text, from, to }) => ({ text, from, to })),
    ...line.selectors.map(({ from, to }) => ({ text: fromText(line.source.slice(from, to)), from, to })),
  ]
  for (const { text, from, to } of rules) {
    const parsed = parseRule(text)
    const rule = { text: toText(text), parsed }
    const place = { from: start + from, to: start + to }
    const why = fault(rule)
    const hint = advice?.(rule) ?? null
    if (why !== null)
      reports.push({
        kind: 'refused',
        message: `${label} does not take ${parsed.kind === 'password' ? 'this password' : rule.text}: ${why}.`,
        source,
        place,
      })
    else if (hint !== null) reports.push({ kind: 'info', message: `${label}: ${hint}`, source, place })
  }
  const allowed = refused.filter(
    ({ index }) => line.user?.selectors.some(({ commands }) => commands.has(index)) === true,
  )
  if (allowed.length > 0) {
    const names = allowed.slice(0, MOST_NAMES).map(({ name }) => name.toUpperCase().replace('|', ' '))
    const more = allowed.length - names.length
    reports.push({
      kind: 'info',
      message: `${label} refuses ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}, which the rules of this user allow.`,
      source,
      place: name,
    })
  }
  return reports
}

/** Returns the commands of a table that a list names, with the subcommands of those that it names as a whole. */
function refusedCommands(names: readonly string[], { commands }: CommandTable): Command[] {
  return commands.filter(({ name, subcommands }) => {
    const [full, container = ''] = [lower(name), lower(name).split('|')[0]]
    return subcommands === null && (names.includes(full) || names.includes(container))
  })
}
