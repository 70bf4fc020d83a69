import { toText } from '../acl/bytes'
import type { Decision } from '../acl/decision'
import { explain } from '../analysis/explain'
import { placeName, plain } from '../analysis/phrase'
import type { StartResult } from '../server/start-with'
import type { Debug } from './debug'
import { maskOf } from './masked'
import { describeTarget, type Subject } from './subject'

/** Traces the loading of a file: the target, the users that it made, or why the server does not start. */
export function traceLoad(debug: Debug, { acl, conf, target }: Subject, result: StartResult): void {
  const mask = maskOf(acl, conf)
  debug(`target ${target.id}: ${describeTarget(target)}, ${target.table.commands.length} commands`)
  if (!result.started) {
    debug(`${acl.name} is refused: ${mask(toText(result.message))}`)
    return
  }
  const { server } = result
  debug(`${acl.name}: loaded, ${server.users.size} users; aclfile ${toText(server.config.get('aclfile'))}`)
  for (const user of server.users)
    debug(
      `user ${toText(user.name)}: ${user.selectors.map((selector, i) => `${placeName(user.placeOf(i))}: ${mask(selector.rules.map(({ text }) => toText(text)).join(' '))}`).join('; ')}`,
    )
}

/** Traces a decision: each requirement of the command line, and what each selector says to it. */
export function traceDecision(debug: Debug, title: string, decision: Decision | null, subject: Subject): void {
  const mask = maskOf(subject.acl, subject.conf)
  if (decision === null) {
    debug(`${title}: the rules are not asked`)
    return
  }
  const { columns, rows, headline, allowed } = explain(decision)
  debug(mask(`${title}: ${allowed ? 'allowed' : 'denied'}: ${plain(headline)}`))
  for (const { kind, subject: what, needs, cells } of rows)
    for (const [i, { allowed: passes, rules, note }] of cells.entries())
      debug(
        mask(
          `  ${columns[i]?.label ?? ''}: ${kind} ${plain([what])} (${needs}): ${passes ? 'yes' : 'no'}${rules.length === 0 ? '' : `, by ${rules.map(({ text, span }) => `${toText(text)}${span === null ? '' : ` (line ${span.line})`}`).join(', ')}`}${note === '' ? '' : `, ${note}`}`,
        ),
      )
}
