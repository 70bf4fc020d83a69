import { lower, fromText } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { User } from '../acl/user'
import type { Subject } from '../proof/permissions'
import { beyond } from '../proof/users'
import type { Target } from '../targets/target'
import type { Edit } from './diagnostic'
import { commandTitle } from './command-title'
import { addRule, applyEdits, findUserText, removeRule, type UserText, type UserToken, userOfText } from './user-text'

/** An edit of a user's line that allows or denies one command. */
export interface CommandToggle {
  readonly allows: boolean
  /** The line in users.acl, from 1. */
  readonly line: number
  readonly edits: readonly Edit[]
  /** The rules that it adds and removes, as written. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** True where it is proved that nothing but this command changes, over all command lines. */
  readonly isProved: boolean
  /** Names of other commands that change; empty where that is proved or undecided. */
  readonly others: readonly string[]
}

/**
 * Returns the smallest edit that allows a command to a user or denies it, and changes nothing else where that is possible:
 * a rule of this command is removed, or one is added at the end of each selector concerned. Null where the file has no such
 * line, the server rejects it, or no rule decides the command.
 * @param allChannels the value of acl-pubsub-default is allchannels
 */
export function toggleCommand(
  acl: string,
  user: User,
  command: Command,
  allows: boolean,
  target: Target,
  allChannels = user.defaults.allChannelsByDefault,
): CommandToggle | null {
  const text = findUserText(acl, user.name, target.behaviours.hasSelectors)
  const before = userOfText(acl, user.name, target, allChannels)
  if (text === null || before === null || before.space.nothing.allows(command, [])) return null
  const selectors = allows ? [0] : concerned(before, command)
  if (selectors.length === 0) return null
  const candidates = [removal(acl, text, command, allows, selectors), addition(text, command, allows, selectors)]
  let best: CommandToggle | null = null
  for (const candidate of candidates) {
    if (candidate === null) continue
    const after = userOfText(applyEdits(acl, candidate.edits), user.name, target, allChannels)
    if (after === null || !does(after, command, allows)) continue
    const judged = { ...candidate, allows, line: text.line, ...effect(before, after, command, target) }
    if (judged.isProved) return judged
    if (best === null || judged.others.length <= best.others.length) best = judged
  }
  return best
}

/** Returns the selectors that allow a command, with some first arguments too. */
function concerned(user: User, command: Command): number[] {
  return user.selectors.flatMap(({ commands }, i) =>
    commands.has(command.index) || commands.firstArgs.has(command.index) ? [i] : [],
  )
}

const does = (user: User, command: Command, allows: boolean): boolean =>
  allows ? user.root.commands.has(command.index) : concerned(user, command).length === 0

type Candidate = Pick<CommandToggle, 'edits' | 'added' | 'removed'>

/** Removes the rules that name just this command with the other sign. */
function removal(
  acl: string,
  { tokens }: UserText,
  { name }: Command,
  allows: boolean,
  selectors: readonly number[],
): Candidate | null {
  const rule = (allows ? '-' : '+') + name
  const found: readonly UserToken[] = tokens.filter(
    ({ text, selector }) => selectors.includes(selector) && lower(fromText(text)) === rule,
  )
  if (found.length === 0) return null
  return { edits: found.map((token) => removeRule(acl, token)), added: [], removed: found.map(({ text }) => text) }
}

function addition(text: UserText, { name }: Command, allows: boolean, selectors: readonly number[]): Candidate | null {
  const rule = (allows ? '+' : '-') + name
  const edits = selectors.map((selector) => addRule(text, selector, rule))
  if (edits.some((edit) => edit === null)) return null
  return { edits: edits.filter((edit) => edit !== null), added: selectors.map(() => rule), removed: [] }
}

/** Finds what else changes between two users, over all command lines. */
function effect(
  before: User,
  after: User,
  { name }: Command,
  target: Target,
): Pick<CommandToggle, 'isProved' | 'others'> {
  const subject = (user: User): Subject => ({ user, target, hidden: new Set() })
  const ways = [
    beyond(subject(after), subject(before), { assumeLogIn: true }),
    beyond(subject(before), subject(after), { assumeLogIn: true }),
  ]
  const changed = new Set(ways.flatMap(({ differences }) => differences.flatMap(({ commands }) => commands)))
  changed.delete(name)
  const undecided = ways.some((way) => way.isCut || way.undecided.some((one) => one !== name))
  return { isProved: changed.size === 0 && !undecided, others: [...changed].sort().map(commandTitle) }
}
