import { commandSpace } from '../../acl/allowed'
import { toText, type Bytes } from '../../acl/bytes'
import type { Selector } from '../../acl/selector'
import { User, canLogIn } from '../../acl/user'
import type { Budget } from '../../proof/inclusion'
import { grantOf, type Subject } from '../../proof/permissions'
import { sharedList } from '../../proof/name-lists'
import { beyond, type Beyond } from '../../proof/users'
import type { Target } from '../../targets/target'
import { memoizePair } from '../memoize'
import { finish, type Steps } from '../steps'
import { compareCommands } from './commands'
import { loadSide, type LoadedSide } from './loaded-side'
import { loginChanges } from './login-changes'
import { renames } from './renames'
import { compareSelectors } from './selectors'
import type { CommandChange, Comparison, Gains, Relation, Side, UserChange } from './types'

/**
 * Compares the permissions of users in two files by proof, over all commands, keys, channels and databases, with an
 * example command line for every difference. The sides may have different targets and configurations. A file that its
 * server rejects has no users. Searches are bounded; those that reach a limit are `undecided`.
 */
export function compareFiles(before: Side, after: Side, options: CompareOptions = {}): Comparison {
  return finish(compareFilesInSteps(before, after, options))
}

export interface CompareOptions {
  /** Leaves the changes of rules by selector, and the commands that both servers have, out of the result. */
  readonly onlyEffects?: boolean
}

/** Same as `compareFiles`, a user a step. */
export function* compareFilesInSteps(
  before: Side,
  after: Side,
  { onlyEffects = false }: CompareOptions = {},
): Steps<Comparison> {
  const olds = loadSide(before, 'before')
  const news = loadSide(after, 'after')
  if ('side' in olds || 'side' in news)
    return { refused: [olds, news].filter((one) => 'side' in one), users: [], same: false, notes: [] }
  const renamed = renames(olds.users, news.users)
  const isRenamed = new Set(renamed.values())
  const removed = [...olds.users.values()].filter(({ name }) => !news.users.has(name) && !isRenamed.has(name))
  const spending: Spending = { states: STATES_IN_ALL, patterns: { left: STATES_OF_PAIRS }, onlyEffects }
  const users: UserChange[] = []
  const of = news.users.size + removed.length
  const compare = (before: User | null, after: User | null, renamedFrom: Bytes | null): void => {
    users.push(compareUser(before, after, olds, news, renamedFrom, spending))
    // With its selectors goes what the proofs cache for them.
    before?.forget()
    after?.forget()
  }
  for (const user of news.users.values()) {
    const from = renamed.get(user.name) ?? null
    compare(olds.users.get(from ?? user.name) ?? null, user, from)
    yield { done: users.length, of }
  }
  for (const user of removed) {
    compare(user, null, null)
    yield { done: users.length, of }
  }
  return { refused: [], users, same: users.every(({ kind }) => kind === 'same'), notes: notesOn(users) }
}

const nothing: Gains<CommandChange> = { gained: [], lost: [] }

/**
 * Returns true where the same server would print both users identically, and their roles. Nothing can differ then, which is
 * the case for most users of two versions of a file.
 */
function printAlike(before: User | null, after: User | null): boolean {
  return (
    before !== null &&
    after !== null &&
    before.space.table === after.space.table &&
    before.sanitize === after.sanitize &&
    (before.isOfSameLine(after) ||
      before.describe().slice(before.name.length) === after.describe().slice(after.name.length)) &&
    before.roles.every((role) => printsRoleAlike(ownOf(before, role), ownOf(after, role)))
  )
}

const noSelectors: readonly Selector[] = []

const ownOf = ({ defaults }: User, role: Bytes): readonly Selector[] => defaults.roles?.get(role)?.own ?? noSelectors

/** Memoized: many users hold the same roles. */
const printsRoleAlike = memoizePair((before: readonly Selector[], after: readonly Selector[]): boolean => {
  const texts = (all: readonly Selector[]): string => all.map((selector) => selector.describe()).join('\n')
  return texts(before) === texts(after)
})

/** Returns a user without permissions, to compare added and removed users with. */
function nobody({ target }: LoadedSide): User {
  return new User('', commandSpace(target.table, target.behaviours), { allChannelsByDefault: false })
}

/** Compares the permissions of two users of one server, or of one user before and after a change. */
export function compareUsers(before: User, after: User, target: Target, hidden: ReadonlySet<Bytes>): UserChange {
  const side: LoadedSide = { target, users: new Map(), hidden, databases: 16 }
  return compareUser(before, after, side, side, null, {
    states: 2 * STATES_A_USER,
    patterns: { left: STATES_OF_PAIRS },
    onlyEffects: false,
  })
}

/** Limits of search states: for one user, and for all users together. */
const STATES_A_USER = 20_000
const STATES_IN_ALL = 2_000_000
/**
 * The limit of states when the patterns of selectors are paired, for all users together. Beyond it, patterns are compared
 * as text.
 */
const STATES_OF_PAIRS = 100_000

/** The remaining budgets for the users still to compare, and the parts of the result that are wanted. */
interface Spending {
  states: number
  readonly patterns: Budget
  readonly onlyEffects: boolean
}

function compareUser(
  before: User | null,
  after: User | null,
  olds: LoadedSide,
  news: LoadedSide,
  renamedFrom: Bytes | null,
  spending: Spending,
): UserChange {
  const name = (after ?? before)?.name ?? ''
  const noLogIn = after === null || canLogIn(after) ? null : after.enabled ? ('no password' as const) : ('off' as const)
  const alike = printAlike(before, after) && sameNames(olds.hidden, news.hidden)
  // Names each property, because objects that are made with a spread share no shape and take three times the memory.
  if (alike && renamedFrom === null)
    return {
      name,
      renamedFrom,
      before,
      after,
      noLogIn,
      kind: 'same',
      relation: 'equal',
      gained: [],
      lost: [],
      undecided: [],
      isCut: false,
      sanitize: null,
      login: [],
      commands: nothing,
      selectors: [],
    }
  const old: Subject = { user: before ?? nobody(olds), target: olds.target, hidden: olds.hidden }
  const fresh: Subject = { user: after ?? nobody(news), target: news.target, hidden: news.hidden }
  const ask = (mine: Subject, theirs: Subject): Beyond => {
    if (alike) return none
    const budget = { left: Math.min(STATES_A_USER, spending.states) }
    const given = budget.left
    const found = beyond(mine, theirs, {
      eachPattern: true,
      assumeLogIn: true,
      budget,
      databases: Math.max(olds.databases, news.databases),
    })
    spending.states -= given - Math.max(0, budget.left)
    return found
  }
  const gained = ask(fresh, old)
  const lost = ask(old, fresh)
  const { onlyEffects } = spending
  const commands =
    onlyEffects && olds.target.table === news.target.table
      ? nothing
      : compareCommands(before?.selectors ?? [], after?.selectors ?? [])
  const onOneServer = onlyOnOneServer(commands)
  const login = before !== null && after !== null ? loginChanges(before, after) : []
  const sanitize = sanitizeChange(old, fresh)
  const undecided = unionOf(gained.undecided, lost.undecided)
  const isCut = gained.isCut || lost.isCut
  const more = gained.differences.length + onOneServer.gained.length > 0 || sanitize === 'more'
  const less = lost.differences.length + onOneServer.lost.length > 0 || sanitize === 'less'
  const isChanged = more || less || undecided.length > 0 || login.length > 0 || renamedFrom !== null
  return {
    name,
    renamedFrom,
    before,
    after,
    noLogIn,
    kind: before === null ? 'added' : after === null ? 'removed' : isChanged ? 'changed' : 'same',
    relation: relationOf({ more, less, undecided: undecided.length > 0 }, old.user, fresh.user),
    gained: gained.differences,
    lost: lost.differences,
    undecided,
    isCut,
    sanitize,
    login,
    commands: onlyEffects ? onOneServer : commands,
    selectors: onlyEffects ? [] : compareSelectors(before, after, spending.patterns),
  }
}

/** Returns the names of two lists, each once: the same list for the same lists, which many users share. */
const unionOf = memoizePair((some: readonly string[], more: readonly string[]) =>
  sharedList([...new Set([...some, ...more])]),
)

const none: Beyond = { differences: [], undecided: [], isCut: false }

const sameNames = (a: ReadonlySet<Bytes>, b: ReadonlySet<Bytes>): boolean =>
  a.size === b.size && [...a].every((name) => b.has(name))

/** Returns the changes of commands that only one of the two servers has. */
function onlyOnOneServer({ gained, lost }: Gains<CommandChange>): Gains<CommandChange> {
  return { gained: gained.filter(({ exists }) => !exists), lost: lost.filter(({ exists }) => !exists) }
}

function relationOf(
  rules: { readonly more: boolean; readonly less: boolean; readonly undecided: boolean },
  before: User,
  after: User,
): Relation {
  if (!canLogIn(before)) return !canLogIn(after) || isPowerless(after) ? 'equal' : 'more'
  if (!canLogIn(after)) return isPowerless(before) ? 'equal' : 'less'
  if (rules.more && rules.less) return 'other'
  if (rules.undecided) return 'undecided'
  return rules.more ? 'more' : rules.less ? 'less' : 'equal'
}

/** Returns true where no selector allows any command. */
function isPowerless({ selectors }: User): boolean {
  return selectors.every(({ commands }) => commands.bits.every((word) => word === 0) && commands.firstArgs.size === 0)
}

/**
 * Returns how the payload check of RESTORE changed: it applies to users without skip-sanitize-payload where the
 * configuration leaves it to the user.
 */
function sanitizeChange(before: Subject, after: Subject): UserChange['sanitize'] {
  const skips = ({ user, target }: Subject): boolean => {
    const restore = target.table.find('restore')
    return (
      user.sanitize === 'skip-sanitize-payload' &&
      restore !== undefined &&
      user.selectors.some((selector) => grantOf(selector, restore) !== 'none')
    )
  }
  return skips(before) === skips(after) ? null : skips(after) ? 'more' : 'less'
}

function notesOn(users: readonly UserChange[]): string[] {
  const open = users.filter(({ undecided }) => undecided.length > 0)
  const cut = users.filter((user) => user.isCut)
  return [
    ...(cut.length === 0
      ? []
      : [
          `For ${cut.length === 1 ? toText(cut[0]?.name ?? '') : `${cut.length} users`}, more patterns differ than are listed here.`,
        ]),
    ...(open.length === 0
      ? []
      : [
          `Not decided for ${open.length === 1 ? 'one user' : `${open.length} users`}: there is more to compare, or patterns overlap in more ways, than the search goes through, or first arguments count that stand for more than one thing.`,
        ]),
  ]
}
