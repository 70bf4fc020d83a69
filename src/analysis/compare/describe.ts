import { toText, type Bytes } from '../../acl/bytes'
import { commandTitle } from '../explain-rule'
import type { CommandChange, Gains, PatternChange, SelectorChange, UserChange } from './types'

/** Commands named in a line before the rest is only counted. */
export const mostNamed = 12

/**
 * What changed for a user, a fact a line, for terminals and lists: `+ can run CONFIG GET`, `- can no longer write ~app:*`.
 * @param most commands that a line names
 */
export function describeUserChange(change: UserChange, most = mostNamed): string[] {
  if (change.kind === 'added') return ['+ is new', ...sections(change, most)]
  if (change.kind === 'removed') return ['- is gone']
  return [...change.login.map(({ text, tone }) => `${tone === 'more' ? '+' : '-'} ${text}`), ...sections(change, most)]
}

function sections(change: UserChange, most: number): string[] {
  const several = change.selectors.some(({ before, after }) => (before ?? 0) > 0 || (after ?? 0) > 0)
  return change.selectors.flatMap((selector) => {
    const where = several ? `in ${nameOf(selector)}, ` : ''
    return [
      ...commandLines(selector.commands, where, most),
      ...selector.patterns.gained.map((one) => `+ ${where}${patternText(one, true)}`),
      ...selector.patterns.lost.map((one) => `- ${where}${patternText(one, false)}`),
    ]
  })
}

function nameOf({ before, after }: SelectorChange): string {
  const at = after ?? before ?? 0
  return at === 0
    ? 'the root permissions'
    : `selector ${at}${before === null ? ' (new)' : after === null ? ' (gone)' : ''}`
}

function commandLines({ gained, lost }: Gains<CommandChange>, where: string, most: number): string[] {
  const line = (sign: string, lead: string, changes: readonly CommandChange[]): string[] =>
    changes.length === 0 ? [] : [`${sign} ${lead}${named(changes, most)}`]
  return [
    ...line(
      '+',
      `${where}can run `,
      gained.filter(({ exists }) => exists),
    ),
    ...line(
      '+',
      `${where}can run, new with this server: `,
      gained.filter(({ exists }) => !exists),
    ),
    ...line(
      '-',
      `${where}can no longer run `,
      lost.filter(({ exists }) => exists),
    ),
    ...line(
      '-',
      `${where}can no longer run, gone with this server: `,
      lost.filter(({ exists }) => !exists),
    ),
  ]
}

/** `get|a:2` as it is typed: `GET a:2`. */
function firstArgumentTitle(name: Bytes): string {
  const bar = name.indexOf('|')
  return bar < 0 ? commandTitle(name) : `${name.slice(0, bar).toUpperCase()} ${toText(name.slice(bar + 1))}`
}

function named(changes: readonly CommandChange[], most: number): string {
  const names = changes
    .slice(0, most)
    .map(({ name, kind }) => (kind === 'first-argument' ? `${firstArgumentTitle(name)} alone` : commandTitle(name)))
  return `${names.join(', ')}${changes.length > most ? ` and ${changes.length - most} more` : ''}`
}

function patternText({ kind, rule, what, certainty, example, effective }: PatternChange, gained: boolean): string {
  const can = gained ? 'can' : 'can no longer'
  const verb = kind !== 'key' ? (what === 'psubscribe' ? 'PSUBSCRIBE to' : 'use') : what
  const proof =
    certainty === 'text-only'
      ? ' (compared as text)'
      : example !== null && example !== '' && !rule.endsWith(example) && what !== 'psubscribe' && kind !== 'database'
        ? ` (such as ${toText(example)})`
        : ''
  return `${can} ${verb} ${toText(rule)}${proof}${effective ? '' : ', though none of its commands uses that'}`
}
