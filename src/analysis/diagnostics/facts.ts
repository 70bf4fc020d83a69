import { toText, type Bytes } from '../../acl/bytes'
import type { AllowedCommands } from '../../acl/allowed'
import { type Access, type CommandTable, takesKeys } from '../../acl/command'
import type { Selector, User } from '../../acl/users'
import { memoize, memoizePair } from '../memoize'
import type { Token, UserLine } from './line'

/** A parsed key rule, such as `%R~app:*`. */
export interface KeyRule {
  readonly token: Token
  readonly pattern: Bytes
  readonly access: Access
}

/** Returns the key rule of a token; null for other rules. */
export function keyRule(token: Token): KeyRule | null {
  return token.pattern?.kind === 'key' ? { token, pattern: token.pattern.text, access: token.pattern.access } : null
}

/** Returns the channel pattern of a token; null for other rules. */
export function channelPattern(token: Token): Bytes | null {
  return token.pattern?.kind === 'channel' ? token.pattern.text : null
}

/** Returns true where the token is one of these words, in any case. */
export function isWord(token: Token, ...words: readonly string[]): boolean {
  return words.includes(token.word)
}

/** Returns true for a rule that adds a non-empty password. */
export function isPassword({ parsed }: Token): boolean {
  return parsed.kind === 'password' && parsed.adds && parsed.value !== ''
}

/** Returns the tokens of a selector, in order. */
export function tokensOf(line: UserLine, selector: number): readonly Token[] {
  return line.bySelector[selector] ?? []
}

/** A token that is a command rule. */
export interface CommandRule extends Token {
  readonly rule: Bytes
}

/** Returns the command rules of a selector, in order. */
export function commandRules(line: UserLine, selector: number): readonly CommandRule[] {
  return tokensOf(line, selector).filter((token): token is CommandRule => token.rule !== null)
}

/** Returns the rules as text, for memoizing results by it. */
export function textOf(rules: readonly CommandRule[]): string {
  let text = ''
  for (const rule of rules) text += `${rule.text} `
  return text
}

/** Returns the tokens after the last of these words, which undo the tokens before them. */
export function after<T extends Token>(tokens: readonly T[], ...words: readonly string[]): readonly T[] {
  const last = tokens.findLastIndex((token) => words.includes(token.word))
  return last < 0 ? tokens : tokens.slice(last + 1)
}

/** Returns true where some selector of the user allows the command with all arguments. */
export function allows(line: UserLine, name: string): boolean {
  const command = line.target.table.find(name)
  return (
    command !== undefined && (line.user?.selectors.some((selector) => selector.commands.has(command.index)) ?? false)
  )
}

/**
 * Returns the commands that a set allows. Equal arguments give the identical list, so that results derived from it can
 * be memoized. Many users share few sets; pass one of a few constant lists as `names`.
 */
export const allowedAmong = memoizePair((set: AllowedCommands, names: readonly string[]): readonly string[] =>
  names.filter((name) => {
    const command = set.space.table.find(name)
    return command !== undefined && set.has(command.index)
  }),
)

/** Returns the union of two sublists of `names`, in its order. Equal arguments give the identical list. */
const eitherOf = memoize((names: readonly string[]) =>
  memoizePair((a: readonly string[], b: readonly string[]): readonly string[] =>
    names.filter((name) => a.includes(name) || b.includes(name)),
  ),
)

/**
 * Returns the commands that some selector of the user allows. Users whose selectors share their command sets get the
 * identical list.
 */
export function userAllows(line: UserLine, names: readonly string[]): readonly string[] {
  return line.user === null ? none : allowedBy(line.user.selectors, names)
}

/** Returns the commands that some selector allows. */
export function allowedBy(selectors: readonly Selector[], names: readonly string[]): readonly string[] {
  let allowed: readonly string[] | null = null
  for (const { commands } of selectors) {
    const more = allowedAmong(commands, names)
    allowed = allowed === null ? more : eitherOf(names)(allowed, more)
  }
  return allowed ?? none
}

const none: readonly string[] = []

const memberSets = new WeakMap<CommandTable, Map<string, ReadonlySet<string> | null>>()

/**
 * Returns the commands that a name in a rule (`get`, `config|set`, `@read`, `@all`; lower case) refers to; null where
 * the target has none.
 */
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

/** Returns true where the selector allows some command, except for those that need no permission. */
export function allowsAnything(selector: Selector): boolean {
  return selector.commands.bits.some((word) => word !== 0) || selector.commands.firstArgs.size > 0
}

/** Returns true where a set allows a command that takes keys, at least with one first argument. */
export const allowsKeyCommands = memoize((set: AllowedCommands): boolean =>
  set.space.table.commands.some(
    (command) => takesKeys(command) && (set.has(command.index) || set.firstArgs.has(command.index)),
  ),
)

/** Returns the roles of a user that allow one of the commands: rules of the user cannot deny it. */
export function rolesAllowing(user: User, names: readonly string[]): readonly Bytes[] {
  return user.roles.filter((role) =>
    user.defaults.roles?.get(role)?.own.some(({ commands }) => allowedAmong(commands, names).length > 0),
  )
}

/** Names roles for a sentence: `role reader`, `roles reader and writer`. */
export const namedRoles = (roles: readonly Bytes[]): string =>
  `role${roles.length === 1 ? '' : 's'} ${listSome(roles.map(toText))}`

/** Says where the root permissions of a user with selectors or roles are, as the end of a sentence. */
export function elsewhere({ user }: UserLine): string {
  if (user === null || user.roles.length === 0) return 'outside the parentheses'
  return user.own.length === 1 ? 'outside the roles' : 'outside the parentheses and roles'
}

/** Returns the token that gives a user its roles; undefined where none does. */
export const roleToken = ({ bySelector }: UserLine): Token | undefined =>
  bySelector[0]?.findLast(({ parsed }) => parsed.kind === 'roles')

/** Joins names, and counts those beyond `most`: `GET, SET and 3 more`. */
export function listSome(names: readonly string[], most = 4): string {
  if (names.length <= most)
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
}

/** Formats a name or pattern for a sentence. */
export const shown = (bytes: Bytes): string => toText(bytes)
