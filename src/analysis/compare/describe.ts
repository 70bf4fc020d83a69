import type { Bytes } from '../../acl/bytes'
import type { Difference } from '../../proof/users'
import { printWord, readable } from '../../resp/render'
import { escalations } from '../ways/steps'
import { commandTitle } from '../command-title'
import { memoize } from '../memoize'
import { placeName } from '../phrase'
import type { CommandChange, Gains, PatternChange, SelectorChange, UserChange } from './types'

/** The number of commands that a line names before it only counts the others. */
export const mostNamed = 12

/**
 * Describes what changed for a user, one fact per line, for terminals and lists: `+ can also write ~app:* by SET (SET
 * app:1 x)`.
 * @param most commands that a line names
 */
export function describeUserChange(change: UserChange, most = mostNamed): string[] {
  if (change.kind === 'same') return []
  if (change.kind === 'added') return ['+ is new', ...sections(change, most), ...noLogIn(change)]
  if (change.kind === 'removed') return ['- is gone']
  return [
    ...(change.renamedFrom === null ? [] : [`= was ${readable(change.renamedFrom)} before`]),
    ...change.login.map(({ text, tone }) => `${tone === 'more' ? '+' : '-'} ${text}`),
    ...(change.sanitize === null
      ? []
      : [change.sanitize === 'more' ? '+ RESTORE no longer checks its payloads' : '- RESTORE checks its payloads now']),
    ...onOneServer(change.commands, most),
    ...differenceLines(change.gained, '+ can also', most),
    ...differenceLines(change.lost, '- can no longer', most),
    ...(change.undecided.length === 0 ? [] : [`? not decided: ${listOf(change.undecided, most)}`]),
    ...noLogIn(change),
  ]
}

/** Adds a note where rules changed but nobody can log in as the user. */
function noLogIn({ noLogIn: why, login }: UserChange): string[] {
  if (why === null || login.some(({ what }) => what === 'off')) return []
  return [`= nobody can log in: ${why === 'off' ? 'the user is off' : 'the user has no password'}`]
}

/** Returns a line for the commands that the other side denies entirely, then a line for each pattern. */
function differenceLines(differences: readonly Difference[], lead: string, most: number): string[] {
  const usual = differences.filter(({ unusual }) => !unusual)
  const named = new Set(usual.flatMap(({ commands }) => commands))
  const odd = differences.filter(({ unusual, commands }) => unusual && commands.some((name) => !named.has(name)))
  const whole = usual.filter(({ isCommandNew }) => isCommandNew)
  const rest = usual.filter(({ isCommandNew }) => !isCommandNew)
  const byRule = new Map<Bytes | null, Difference[]>()
  for (const one of rest) byRule.set(one.rule, [...(byRule.get(one.rule) ?? []), one])
  return [
    ...(whole.length === 0 ? [] : [`${lead} run ${withExample(commandsOf(whole, most), exampleOf(whole))}`]),
    ...[...byRule].map(([rule, list]) => {
      const on = rule === null ? '' : ` on ${readable(rule)}`
      return `${lead} run ${withExample(`${commandsOf(list, most)}${on}`, exampleOf(list))}`
    }),
    ...(odd.length === 0
      ? []
      : [`${lead} run ${commandsOf(odd, most)} in unusual ways that clients do not use, such as ${exampleOf(odd)}`]),
  ]
}

/** Adds an example to names of commands, unless it is one of them, without arguments. */
function withExample(names: string, example: string): string {
  return names.split(/, | and /).includes(example) ? names : `${names}, such as ${example}`
}

/** Returns the example of the most dangerous command; of several, the shortest. */
function exampleOf(differences: readonly Difference[]): string {
  const rank = ({ commands: [run = ''] }: Difference): number => dangerOf(run)
  const [first] = [...differences].sort(
    (a, b) => rank(a) - rank(b) || a.witness.argv.join(' ').length - b.witness.argv.join(' ').length,
  )
  if (first === undefined) return ''
  const { argv, db } = first.witness
  const [name = ''] = first.commands
  const line = [commandTitle(name), ...argv.slice(name.split('|').length).map(printWord)].join(' ')
  return db === 0 && !/^(alldbs|db=|$)/.test(first.rule ?? '-') ? line : `${line} in database ${db}`
}

function commandsOf(differences: readonly Difference[], most: number): string {
  return listOf([...new Set(differences.flatMap(({ commands }) => commands))], most)
}

const escalating = new Set(escalations.flatMap(({ names }) => names))
const sweeping = new Set(['flushall', 'flushdb', 'swapdb', 'keys', 'shutdown', 'debug', 'eval', 'evalsha', 'fcall'])

/** Returns a sort key by danger: escalating commands first, then commands that wipe or list all keys. */
const dangerOf = (name: string): number => (escalating.has(name) ? 0 : sweeping.has(name) ? 1 : 2)

/**
 * Compares names of commands: subcommands follow their container. Not `localeCompare`, which depends on the machine's
 * language and takes 10 ms the first time.
 */
function alphabetically(a: string, b: string): number {
  const [one, other] = [sortKey(a), sortKey(b)]
  return one < other ? -1 : one > other ? 1 : 0
}

const sortKey = (name: string): string => name.toLowerCase().replace('|', ' ')

/** Names commands: dangerous ones first, then by name. */
function listOf(commands: readonly string[], most: number): string {
  return textsOf(commands)(most)
}

/** Memoized by the list and the number of names: many users share the list of what is not decided. */
const textsOf = memoize((commands: readonly string[]) => {
  const sorted = [...commands].sort((a, b) => dangerOf(a) - dangerOf(b) || alphabetically(a, b))
  const texts = new Map<number, string>()
  return (most: number): string => {
    let text = texts.get(most)
    if (text === undefined) {
      const names = sorted.slice(0, most).map(commandTitle)
      text = `${names.join(', ')}${sorted.length > most ? ` and ${sorted.length - most} more` : ''}`
      texts.set(most, text)
    }
    return text
  }
})

/** Returns a line for the commands that only one of the two servers has. */
function onOneServer({ gained, lost }: Gains<CommandChange>, most: number): string[] {
  const names = (list: readonly CommandChange[]): string[] =>
    list.filter(({ exists }) => !exists).map(({ name }) => name)
  return [
    ...(names(gained).length === 0 ? [] : [`+ can run, new on this server: ${listOf(names(gained), most)}`]),
    ...(names(lost).length === 0 ? [] : [`- can no longer run, missing on this server: ${listOf(names(lost), most)}`]),
  ]
}

/** Describes what a new user may do, by selector. */
function sections(change: UserChange, most: number): string[] {
  const several = change.selectors.some(({ after }) => (after ?? 0) > 0)
  return change.selectors.flatMap((selector) => {
    const where = several ? `in ${nameOf(change, selector)}, ` : ''
    const { gained } = selector.commands
    const whole = gained.filter(({ kind }) => kind === 'whole').map(({ name }) => name)
    const parts = gained.filter(({ kind }) => kind === 'first-argument').map(({ name }) => `+${readable(name)}`)
    return [
      ...(whole.length === 0 ? [] : [`+ ${where}can run ${listOf(whole, most)}`]),
      ...(parts.length === 0 ? [] : [`+ ${where}can run with a first argument: ${parts.join(', ')}`]),
      ...selector.patterns.gained.map((one) => `+ ${where}${patternText(one)}`),
    ]
  })
}

function nameOf({ after: user }: UserChange, { after }: SelectorChange): string {
  return after === null || after === 0 || user === null ? 'the root permissions' : placeName(user.placeOf(after))
}

function patternText({ kind, rule, what, effective }: PatternChange): string {
  const verb = kind !== 'key' ? (what === 'psubscribe' ? 'PSUBSCRIBE to' : 'use') : what
  return `can ${verb} ${readable(rule)}${effective ? '' : ', but none of its commands uses it'}`
}
