import { commandSpace } from '../../acl/allowed'
import { fromText, lower, toText, type Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import { prepareAclFile } from '../../acl/prepare'
import type { Selector } from '../../acl/selector'
import { User } from '../../acl/user'
import { Users } from '../../acl/users'
import type { Budget } from '../../proof/inclusion'
import { canLogIn, grantOf, type Subject } from '../../proof/permissions'
import { beyond, type Beyond } from '../../proof/users'
import { Config } from '../../server/config'
import { parseConfigFile } from '../../server/config-file'
import type { Target } from '../../targets/target'
import { finish, type Steps } from '../steps'
import { compareCommands } from './commands'
import { comparePatterns } from './patterns'
import type {
  CommandChange,
  Comparison,
  Gains,
  LoginChange,
  RefusedSide,
  Relation,
  SelectorChange,
  Side,
  UserChange,
} from './types'

/** A loaded side: its users, and the commands that redis.conf renames or disables for all of them. */
export interface LoadedSide {
  readonly target: Target
  readonly users: ReadonlyMap<Bytes, User>
  readonly hidden: ReadonlySet<Bytes>
  /** The number of databases of the server. */
  readonly databases: number
}

/**
 * Loads the users that a side's files define, the default user included; returns the server's error where it rejects
 * users.acl.
 */
export function loadSide(files: Side, side: RefusedSide['side']): LoadedSide | RefusedSide {
  return finish(loadSideInSteps(files, side))
}

/** Same as `loadSide`, some lines a step. */
export function* loadSideInSteps(
  { target, acl, conf = '' }: Side,
  side: RefusedSide['side'],
): Generator<undefined, LoadedSide | RefusedSide> {
  const { users, hidden, databases } = emptyServer(target, conf)
  yield* prepareAclFile(users, fromText(acl))
  const loaded = loadAclFile(users, fromText(acl), 'users.acl')
  if (!loaded.ok) return { side, message: loaded.message, crash: loaded.crash, problems: loaded.problems }
  users.replaceAll(loaded.users)
  return { target, users: new Map([...users].map((user) => [user.name, user])), hidden, databases }
}

/** Returns the users of a server without an ACL file, with the defaults for new users that its redis.conf sets. */
export function emptyServer(
  target: Target,
  conf: string,
): Pick<LoadedSide, 'hidden' | 'databases'> & { readonly users: Users } {
  const users = new Users(target.table, target.behaviours)
  const { channelsByDefault, hidden, databases } = settingsOf(conf, target)
  if (channelsByDefault !== null) users.allChannelsByDefault = channelsByDefault
  return { users, hidden, databases }
}

/**
 * Returns the directives of redis.conf that affect permissions: acl-pubsub-default, rename-command and databases. Skips
 * lines that cannot be parsed.
 */
function settingsOf(
  conf: string,
  target: Target,
): Pick<LoadedSide, 'hidden' | 'databases'> & { readonly channelsByDefault: boolean | null } {
  const config = new Config(target)
  const hidden = new Set<Bytes>()
  let isSet = false
  for (const { words } of parseConfigFile(fromText(conf))) {
    if (words === null) continue
    const [name = '', ...rest] = words
    if (lower(name) === 'rename-command' && rest.length === 2 && rest[1] === '') hidden.add(lower(rest[0] ?? ''))
    const counts = lower(name) === 'acl-pubsub-default' || lower(name) === 'databases'
    const directive = counts ? config.find(name) : undefined
    const read = directive === undefined ? null : config.read(directive, rest)
    if (directive === undefined || read === null || 'error' in read) continue
    config.set(directive, read.value)
    if (directive.name === 'acl-pubsub-default') isSet = true
  }
  return {
    channelsByDefault: isSet ? config.get('acl-pubsub-default') === 'allchannels' : null,
    hidden,
    databases: config.number('databases'),
  }
}

/**
 * Compares the permissions of users in two files by proof, over all commands, keys, channels and databases, with an
 * example command line for every difference. The sides may have different targets and configurations. A file that its
 * server rejects has no users. Searches are bounded; those that reach a limit are `undecided`.
 */
export function compareFiles(before: Side, after: Side): Comparison {
  return finish(compareFilesInSteps(before, after))
}

/** Same as `compareFiles`, a user a step. */
export function* compareFilesInSteps(before: Side, after: Side): Steps<Comparison> {
  const olds = loadSide(before, 'before')
  const news = loadSide(after, 'after')
  if ('side' in olds || 'side' in news)
    return { refused: [olds, news].filter((one) => 'side' in one), users: [], same: false, notes: [] }
  const renamed = renames(olds.users, news.users)
  const isRenamed = new Set(renamed.values())
  const removed = [...olds.users.values()].filter(({ name }) => !news.users.has(name) && !isRenamed.has(name))
  const spending: Spending = { states: STATES_IN_ALL, patterns: { left: STATES_OF_PAIRS } }
  const users: UserChange[] = []
  const of = news.users.size + removed.length
  for (const user of news.users.values()) {
    const from = renamed.get(user.name) ?? null
    users.push(compareUser(olds.users.get(from ?? user.name) ?? null, user, olds, news, from, spending))
    yield { done: users.length, of }
  }
  for (const user of removed) {
    users.push(compareUser(user, null, olds, news, null, spending))
    yield { done: users.length, of }
  }
  return { refused: [], users, same: users.every(({ kind }) => kind === 'same'), notes: notesOn(users) }
}

/**
 * Finds renamed users: a removed and an added user with the same passwords, or with the same rules and no password.
 * Returns the old name by the new one.
 */
function renames(olds: ReadonlyMap<Bytes, User>, news: ReadonlyMap<Bytes, User>): ReadonlyMap<Bytes, Bytes> {
  const found = new Map<Bytes, Bytes>()
  const gone = [...olds.values()].filter(({ name }) => !news.has(name))
  const byLook = new Map(gone.map((user) => [lookOf(user), user.name]))
  for (const user of news.values()) {
    const from = olds.has(user.name) ? undefined : byLook.get(lookOf(user))
    if (from === undefined) continue
    found.set(user.name, from)
    byLook.delete(lookOf(user))
  }
  return found
}

function lookOf(user: User): string {
  return user.passwords.length > 0
    ? user.passwords
        .map(({ hash }) => hash)
        .sort()
        .join(' ')
    : user.describe().slice(`user ${user.name}`.length)
}

const nothing: Gains<CommandChange> = { gained: [], lost: [] }

/**
 * Returns true where the same server would print both users identically. Nothing can differ then, which is the case for
 * most users of two versions of a file.
 */
function printAlike(before: User | null, after: User | null): boolean {
  return (
    before !== null &&
    after !== null &&
    before.space.table === after.space.table &&
    before.sanitize === after.sanitize &&
    before.describe().slice(before.name.length) === after.describe().slice(after.name.length)
  )
}

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

/** The remaining budgets for the users still to compare. */
interface Spending {
  states: number
  readonly patterns: Budget
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
  const base = { name, renamedFrom, before, after, noLogIn }
  if (alike && renamedFrom === null)
    return {
      ...base,
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
  const commands = onlyOnOneServer(compareCommands(before?.selectors ?? [], after?.selectors ?? []))
  const login = before !== null && after !== null ? loginChanges(before, after) : []
  const sanitize = sanitizeChange(old, fresh)
  const undecided = [...new Set([...gained.undecided, ...lost.undecided])]
  const isCut = gained.isCut || lost.isCut
  const more = gained.differences.length + commands.gained.length > 0 || sanitize === 'more'
  const less = lost.differences.length + commands.lost.length > 0 || sanitize === 'less'
  const isChanged = more || less || undecided.length > 0 || login.length > 0 || renamedFrom !== null
  return {
    ...base,
    kind: before === null ? 'added' : after === null ? 'removed' : isChanged ? 'changed' : 'same',
    relation: relationOf({ more, less, undecided: undecided.length > 0 }, old.user, fresh.user),
    gained: gained.differences,
    lost: lost.differences,
    undecided,
    isCut,
    sanitize,
    login,
    commands: compareCommands(before?.selectors ?? [], after?.selectors ?? []),
    selectors: pairs(before?.selectors ?? [], after?.selectors ?? [])
      .map(([was, is]) => compareSelector(before, after, was, is, spending.patterns))
      .filter(isChange),
  }
}

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

function compareSelector(
  before: User | null,
  after: User | null,
  old: number | null,
  fresh: number | null,
  budget: Budget,
): SelectorChange {
  const was = old === null ? null : (before?.selectors[old] ?? null)
  const is = fresh === null ? null : (after?.selectors[fresh] ?? null)
  return {
    before: old,
    after: fresh,
    commands: compareCommands(was === null ? [] : [was], is === null ? [] : [is]),
    patterns: comparePatterns(was, is, budget),
  }
}

function isChange({ commands, patterns }: SelectorChange): boolean {
  return commands.gained.length + commands.lost.length + patterns.gained.length + patterns.lost.length > 0
}

/** Pairs selectors: the roots, then selectors that print identically, then the others in order. */
function pairs(before: readonly Selector[], after: readonly Selector[]): [number | null, number | null][] {
  const made: [number | null, number | null][] =
    before.length > 0 || after.length > 0 ? [[before.length > 0 ? 0 : null, after.length > 0 ? 0 : null]] : []
  const byLook = new Map<string, number[]>()
  for (let i = after.length - 1; i > 0; i--) {
    const look = after[i]?.describe() ?? ''
    const same = byLook.get(look)
    if (same === undefined) byLook.set(look, [i])
    else same.push(i)
  }
  const olds: number[] = []
  const paired = new Set<number>()
  for (let i = 1; i < before.length; i++) {
    const at = byLook.get(before[i]?.describe() ?? '')?.pop()
    if (at === undefined) olds.push(i)
    else {
      made.push([i, at])
      paired.add(at)
    }
  }
  const news = after.map((_, i) => i).filter((i) => i > 0 && !paired.has(i))
  for (let i = 0; i < Math.max(olds.length, news.length); i++) made.push([olds[i] ?? null, news[i] ?? null])
  return made
}

function loginChanges(before: User, after: User): LoginChange[] {
  const changes: LoginChange[] = []
  if (!before.enabled && after.enabled) changes.push({ what: 'on', text: 'can log in now (on)', tone: 'more' })
  if (before.enabled && !after.enabled) changes.push({ what: 'off', text: 'can no longer log in (off)', tone: 'less' })
  if (!before.nopass && after.nopass)
    changes.push({ what: 'nopass', text: 'needs no password any more (nopass)', tone: 'more' })
  if (before.nopass && !after.nopass)
    changes.push({ what: 'nopass-removed', text: 'needs a password now', tone: 'less' })
  const olds = new Set(before.passwords.map(({ hash }) => hash))
  const news = new Set(after.passwords.map(({ hash }) => hash))
  const added = [...news].filter((hash) => !olds.has(hash)).length
  const removed = [...olds].filter((hash) => !news.has(hash)).length
  const count = (n: number): string => (n === 1 ? 'a password' : `${n} passwords`)
  if (added > 0) changes.push({ what: 'password-added', text: `${count(added)} added`, tone: 'more' })
  if (removed > 0) changes.push({ what: 'password-removed', text: `${count(removed)} removed`, tone: 'less' })
  return changes
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
