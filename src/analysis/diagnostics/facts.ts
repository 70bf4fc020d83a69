import { toText, type Bytes } from '../../acl/bytes'
import type { AllowedCommands } from '../../acl/allowed'
import type { Access, Command, CommandTable } from '../../acl/command'
import type { Selector } from '../../acl/users'
import { memoize, memoizePair } from '../memoize'
import type { Token, UserLine } from './line'

/** A key rule taken apart: `%R~app:*`. */
export interface KeyRule {
  readonly token: Token
  readonly pattern: Bytes
  readonly access: Access
}

/** The key rule in a token; null where it is none. */
export function keyRule(token: Token): KeyRule | null {
  return token.pattern?.kind === 'key' ? { token, pattern: token.pattern.text, access: token.pattern.access } : null
}

/** The channel pattern in a token; null where it is none. */
export function channelPattern(token: Token): Bytes | null {
  return token.pattern?.kind === 'channel' ? token.pattern.text : null
}

/** Whether the token is this word, in any case. */
export function isWord(token: Token, ...words: readonly string[]): boolean {
  return words.includes(token.word)
}

/** Returns true for a rule that adds a password, other than the empty one. */
export function isPassword({ parsed }: Token): boolean {
  return parsed.kind === 'password' && parsed.adds && parsed.value !== ''
}

/** The tokens of one selector, in order. */
export function tokensOf(line: UserLine, selector: number): readonly Token[] {
  return line.bySelector[selector] ?? []
}

/** A rule about commands. */
export interface CommandRule extends Token {
  readonly rule: Bytes
}

/** The rules about commands in one selector, in order. */
export function commandRules(line: UserLine, selector: number): readonly CommandRule[] {
  return tokensOf(line, selector).filter((token): token is CommandRule => token.rule !== null)
}

/** Rules as they stand, one after the other: what the same answer can be kept by. */
export function textOf(rules: readonly CommandRule[]): string {
  let text = ''
  for (const rule of rules) text += `${rule.text} `
  return text
}

/** Those of the tokens that come after the last one of these words: what stands before it is taken back. */
export function after<T extends Token>(tokens: readonly T[], ...words: readonly string[]): readonly T[] {
  const last = tokens.findLastIndex((token) => words.includes(token.word))
  return last < 0 ? tokens : tokens.slice(last + 1)
}

/** Whether any selector of the user allows the command by its own bit. */
export function allows(line: UserLine, name: string): boolean {
  const command = line.target.table.find(name)
  return (
    command !== undefined && (line.user?.selectors.some((selector) => selector.commands.has(command.index)) ?? false)
  )
}

/**
 * Those of the commands that a set allows: the same list for the same two, so that what is made of it can be kept as
 * well. Many users share few sets; `names` should be one of a few fixed lists.
 */
export const allowedAmong = memoizePair((set: AllowedCommands, names: readonly string[]): readonly string[] =>
  names.filter((name) => {
    const command = set.space.table.find(name)
    return command !== undefined && set.has(command.index)
  }),
)

/** The names in either of two lists that were taken from `names`: the same list for the same ones. */
export const eitherOf = memoize((names: readonly string[]) =>
  memoizePair((a: readonly string[], b: readonly string[]): readonly string[] =>
    names.filter((name) => a.includes(name) || b.includes(name)),
  ),
)

/** Those of the commands that any selector of the user allows: the same list for users whose selectors share their sets. */
export function userAllows(line: UserLine, names: readonly string[]): readonly string[] {
  if (line.user === null) return none
  let allowed: readonly string[] | null = null
  for (const { commands } of line.user.selectors) {
    const more = allowedAmong(commands, names)
    allowed = allowed === null ? more : eitherOf(names)(allowed, more)
  }
  return allowed ?? none
}

const none: readonly string[] = []

const memberSets = new WeakMap<CommandTable, Map<string, ReadonlySet<string> | null>>()

/** The commands that a rule's name (`get`, `config|set`, `@read`, `@all`; lower case) stands for; null where the target has no such thing. */
export function membersOf(table: CommandTable, name: string): ReadonlySet<string> | null {
  let sets = memberSets.get(table)
  if (sets === undefined) memberSets.set(table, (sets = new Map<string, ReadonlySet<string> | null>()))
  let members = sets.get(name)
  if (members === undefined) {
    const commands =
      name === '@all' ? table.commands : name.startsWith('@') ? table.inCategory(name.slice(1)) : [table.find(name)]
    const names = commands?.flatMap((command) => (command === undefined ? [] : [command.name]))
    members = names === undefined || names.length === 0 ? null : new Set(names)
    sets.set(name, members)
  }
  return members
}

/** Whether the selector allows any command at all (those open to everybody aside). */
export function allowsAnything(selector: Selector): boolean {
  return selector.commands.bits.some((word) => word !== 0) || selector.commands.firstArgs.size > 0
}

/** Whether a command takes keys. */
export function takesKeys(command: Command): boolean {
  return command.firstKey !== 0 || command.keySpecs.length > 0 || command.flags.has('movablekeys')
}

/** Whether a set allows a command that takes keys, if only with one first argument. */
export const allowsKeyCommands = memoize((set: AllowedCommands): boolean =>
  set.space.table.commands.some(
    (command) => takesKeys(command) && (set.has(command.index) || set.firstArgs.has(command.index)),
  ),
)

/** `GET, SET and 3 more`. */
export function listSome(names: readonly string[], most = 4): string {
  if (names.length <= most)
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
}

/** A name or pattern as shown in a sentence. */
export const shown = (bytes: Bytes): string => toText(bytes)
