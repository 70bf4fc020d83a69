import { type Access, EVERY_DATABASE, READ, WRITE } from '../acl/command'
import type { Decision, KeyCheck, Rule, SelectorCheck, Span } from '../acl/decision'
import { toText } from '../acl/bytes'
import { parseRule } from '../acl/rule'
import {
  type Phrase,
  channelPhrase,
  commandPhrase,
  keyPhrase,
  list,
  placeName,
  rulePhrase,
  userPhrase,
  words,
} from './phrase'

/** The result of one requirement in one selector. */
export interface Cell {
  readonly allowed: boolean
  /** The deciding rules, for display and highlighting; empty where `note` gives the reason. */
  readonly rules: readonly Rule[]
  /** A reason such as `no pattern matches` or `does not give write`; empty where the rules suffice. */
  readonly note: string
}

/** One requirement of the command line: the command itself, a key, a channel or a database. */
export interface Row {
  readonly kind: 'command' | 'key' | 'channel' | 'database'
  readonly subject: Phrase
  /** The index in argv; null for databases that the command does not name. */
  readonly at: number | null
  /** The required permission: `read, write`, `@keyspace @write`, `the pattern itself`. */
  readonly needs: string
  /** One cell per column. */
  readonly cells: readonly Cell[]
}

/** One set of permissions: the root (selector 0) or a selector, of the user or of one of its roles. */
export interface Column {
  readonly selector: number
  /** The user's name where there is only the root, else `root`, `selector 1`, `role reader`, … */
  readonly label: string
  /** The place in a file of a deciding rule; null where none has one. */
  readonly span: Span | null
  readonly allowed: boolean
  /** True for the set that allowed the command, or whose failure the server reports. */
  readonly decided: boolean
}

/** A decision for display: a sentence, and a table of requirements by sets of permissions. */
export interface Explanation {
  readonly allowed: boolean
  readonly headline: readonly Phrase[]
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** The deciding rules, most relevant first. */
  readonly deciding: readonly Rule[]
}

/** Formats an access: `read`, `write`, `read and write`; `use` where no access is needed. */
export function accessWords(access: Access, joint = ' and '): string {
  const parts = [...(access & READ ? ['read'] : []), ...(access & WRITE ? ['write'] : [])]
  return parts.length === 0 ? 'use' : parts.join(joint)
}

function columnsOf(decision: Decision): Column[] {
  const several = decision.selectors.length > 1
  return decision.selectors.map((check, i) => ({
    selector: check.selector,
    label: several ? placeName(check.place) : toText(decision.user),
    span: spanOf(check),
    allowed: check.allowed,
    decided: i === decision.decidedBy,
  }))
}

/** Returns the place in a file of a rule that decides in a selector; null where none has one. */
function spanOf(check: SelectorCheck): Span | null {
  return rulesOf(check).find((rule) => rule.span && rule.span.source !== 'command')?.span ?? null
}

/** Names the selector whose rules a headline quotes: nothing for the user's root, `role reader, line 2: ` for a role. */
function placeBefore(check: SelectorCheck): Phrase[] {
  if (check.selector === 0) return []
  const span = check.place.role === null ? null : spanOf(check)
  const name = words(placeName(check.place))
  return span === null
    ? [name, words(': ')]
    : [name, words(', '), { text: `line ${span.line}`, kind: null, span }, words(': ')]
}

function rulesOf(check: SelectorCheck): Rule[] {
  return [
    ...(check.command.rule ? [check.command.rule] : []),
    ...check.keys.flatMap((key) => key.grantedBy),
    ...[...check.channels, ...check.databases].flatMap((one) => (one.grantedBy ? [one.grantedBy] : [])),
  ]
}

function keyNote(check: KeyCheck): string {
  if (check.allowed) return ''
  if (check.grantedBy.length > 1) return 'no single pattern gives both'
  return check.grantedBy.length > 0 ? `does not give ${accessWords(check.missing)}` : 'no pattern matches'
}

function rowsOf(decision: Decision): Row[] {
  const { selectors, command } = decision
  const first = selectors[0]
  if (!first) return []
  // Nearly every command is in one of these two categories, so they are only shown where there is no other.
  const telling = command.categories.filter((category) => category !== 'slow' && category !== 'fast')
  const categories = (telling.length > 0 ? telling : command.categories).map((category) => `@${category}`).join(' ')
  return [
    {
      kind: 'command',
      subject: commandPhrase(command.name),
      at: 0,
      needs: categories,
      cells: selectors.map(({ command: { allowed, rule } }) => ({
        allowed,
        rules: rule ? [rule] : [],
        note: rule ? '' : allowed ? 'needs no rule' : 'no rule allows it',
      })),
    },
    ...first.keys.map(({ use }, i): Row => ({
      kind: 'key',
      subject: keyPhrase(use.key),
      at: use.at,
      needs: use.access === 0 ? 'any access' : accessWords(use.access, ', '),
      cells: selectors
        .flatMap(({ keys }) => keys[i] ?? [])
        .map((key) => ({ allowed: key.allowed, rules: key.grantedBy, note: keyNote(key) })),
    })),
    ...first.channels.map(({ use }, i): Row => ({
      kind: 'channel',
      subject: channelPhrase(use.channel),
      at: use.at,
      needs: use.isPattern ? 'the pattern itself' : 'channel',
      cells: selectors
        .flatMap(({ channels }) => channels[i] ?? [])
        .map(({ allowed, grantedBy }) => ({
          allowed,
          rules: grantedBy ? [grantedBy] : [],
          note: allowed ? '' : use.isPattern ? 'not granted literally' : 'no pattern matches',
        })),
    })),
    ...first.databases.map(({ db }, i): Row => ({
      kind: 'database',
      subject: { text: db === EVERY_DATABASE ? 'all' : String(db), kind: 'flag' },
      at: null,
      needs: 'database',
      cells: selectors
        .flatMap(({ databases }) => databases[i] ?? [])
        .map(({ allowed, grantedBy }) => ({
          allowed,
          rules: grantedBy ? [grantedBy] : [],
          note: allowed ? '' : 'not granted',
        })),
    })),
  ]
}

/** Returns true where every requirement is met by some selector, but no selector meets them all. */
function splitOver(rows: readonly Row[], decision: Decision): boolean {
  return (
    !decision.allowed && decision.selectors.length > 1 && rows.every((row) => row.cells.some((cell) => cell.allowed))
  )
}

function allowedHeadline(decision: Decision, check: SelectorCheck): Phrase[] {
  const user = userPhrase(decision.user)
  const command = commandPhrase(decision.command.name)
  const start = check.command.rule
    ? [rulePhrase(check.command.rule), words(' lets '), user, words(' run '), command]
    : [user, words(' may always run '), command]
  const key = check.keys[0]
  const channel = check.channels[0]
  if (key && key.grantedBy.length > 0) {
    const more = check.keys.length > 1 ? words(` and ${check.keys.length - 1} more`) : null
    start.push(
      words(', '),
      ...list(key.grantedBy.map(rulePhrase)),
      words(key.grantedBy.length > 1 ? ' give ' : ' gives '),
      keyPhrase(key.use.key),
      ...(more ? [more] : []),
    )
  } else if (channel?.grantedBy)
    start.push(words(', '), rulePhrase(channel.grantedBy), words(' gives '), channelPhrase(channel.use.channel))
  return [...placeBefore(check), ...start]
}

function commandHeadline(decision: Decision, check: SelectorCheck): Phrase[] {
  const user = userPhrase(decision.user)
  const command = commandPhrase(decision.command.name)
  const { rule } = check.command
  if (!rule) return [words('no rule lets '), user, words(' run '), command]
  const parsed = parseRule(rule.text)
  return parsed.kind === 'category' && parsed.name === 'all' && !parsed.allows
    ? [rulePhrase(rule), words(' denies every command, and no later rule lets '), user, words(' run '), command]
    : [rulePhrase(rule), words(' denies '), command]
}

function keyHeadline(decision: Decision, failed: KeyCheck): Phrase[] {
  const user = userPhrase(decision.user)
  const key = keyPhrase(failed.use.key)
  if (failed.grantedBy.length === 0)
    return [words('no rule lets '), user, words(` ${accessWords(failed.use.access)} `), key]
  // A single pattern must grant all the access: one that reads and one that writes do not combine.
  if (failed.grantedBy.length > 1)
    return [words('no single pattern lets '), user, words(` ${accessWords(failed.use.access)} `), key]
  const given = accessWords((failed.use.access & ~failed.missing) as Access)
  return [
    ...list(failed.grantedBy.map(rulePhrase)),
    words(' lets '),
    user,
    words(given === 'use' ? ' use ' : ` ${given} `),
    key,
    words(`, but no rule lets it ${accessWords(failed.missing)} it`),
  ]
}

const databaseName = (db: number): string => (db === EVERY_DATABASE ? 'every database' : `database ${db}`)

/** Returns the headline of a denial. Where it quotes the rules of a role, it names the role. */
function deniedHeadline(decision: Decision, check: SelectorCheck): Phrase[] {
  const isOfRole = check.place.role !== null && decidingRules(decision, check).length > 0
  return [...(isOfRole ? placeBefore(check) : []), ...refusedHeadline(decision, check)]
}

function refusedHeadline(decision: Decision, check: SelectorCheck): Phrase[] {
  const user = userPhrase(decision.user)
  if (decision.reason === 'auth') return [words('nobody is logged in as '), user]
  if (!check.command.allowed) return commandHeadline(decision, check)
  const key = check.keys.find(({ allowed }) => !allowed)
  if (key && decision.reason !== 'database') return keyHeadline(decision, key)
  const channel = check.channels.find(({ allowed }) => !allowed)
  if (channel && decision.reason !== 'database') {
    return channel.use.isPattern
      ? [
          words('no rule grants '),
          user,
          words(' the pattern '),
          channelPhrase(channel.use.channel),
          words(' literally'),
        ]
      : [words('no rule lets '), user, words(' use the channel '), channelPhrase(channel.use.channel)]
  }
  const database = check.databases.find(({ allowed }) => !allowed)
  return database
    ? [words('no rule lets '), user, words(` use ${databaseName(database.db)}`)]
    : [words('denied: '), commandPhrase(decision.command.name)]
}

/** Names the requirement of a row, for a sentence about the selector that meets it. */
function partOf(row: Row): string {
  return row.kind === 'command' ? 'the command' : `the ${row.kind} ${row.subject.text}`
}

/** Returns the headline for split permissions: names a selector, and another that has what the first one lacks. */
function splitHeadline(decision: Decision, rows: readonly Row[]): Phrase[] {
  const name = (index: number): string => {
    const check = decision.selectors[index]
    return check === undefined || check.selector === 0 ? 'the root' : placeName(check.place)
  }
  const base = decision.selectors.findIndex(({ command }) => command.allowed)
  const lacking = rows.find((row) => !row.cells[base]?.allowed)
  const other = lacking?.cells.findIndex((cell) => cell.allowed) ?? -1
  const parts = lacking && other >= 0 ? `: ${name(base)} allows the command, ${name(other)} ${partOf(lacking)}` : ''
  return [words(`no single selector does it all${parts}. Selectors do not add up`)]
}

/**
 * Explains a decision. The headline names the rule that denied the command, or the missing access. Where several
 * selectors each meet some requirements and none meets all, it says so.
 */
export function explain(decision: Decision): Explanation {
  const rows = rowsOf(decision)
  const check = decision.selectors[decision.decidedBy] ?? decision.selectors[0]
  const headline = !check
    ? [words(decision.allowed ? 'allowed' : 'denied')]
    : decision.allowed
      ? allowedHeadline(decision, check)
      : splitOver(rows, decision)
        ? splitHeadline(decision, rows)
        : deniedHeadline(decision, check)
  return {
    allowed: decision.allowed,
    headline,
    columns: columnsOf(decision),
    rows,
    deciding: check ? decidingRules(decision, check) : [],
  }
}

function decidingRules(decision: Decision, check: SelectorCheck): Rule[] {
  if (decision.allowed) return rulesOf(check)
  if (!check.command.allowed) return check.command.rule ? [check.command.rule] : []
  return check.keys.filter((key) => !key.allowed).flatMap((key) => key.grantedBy)
}
