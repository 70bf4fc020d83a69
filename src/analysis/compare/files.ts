import { fromText, type Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { Selector } from '../../acl/selector'
import type { User } from '../../acl/user'
import { Users } from '../../acl/users'
import { compareCommands } from './commands'
import type { StepBudget } from './cover'
import { comparePatterns } from './patterns'
import type {
  CommandChange,
  Comparison,
  Gains,
  LoginChange,
  RefusedSide,
  SelectorChange,
  Side,
  UserChange,
} from './types'

/** Steps of comparing patterns in one pair of files: a few seconds' worth. Beyond, they are compared as text. */
const MAX_STEPS = 20_000_000

/** The users that a side's file makes, the default user included; or why the server refuses it. */
export function usersOf({ target, acl }: Side, side: RefusedSide['side']): ReadonlyMap<Bytes, User> | RefusedSide {
  const users = new Users(target.table, target.behaviours)
  const loaded = loadAclFile(users, fromText(acl), 'users.acl')
  if (!loaded.ok) return { side, message: loaded.message, crash: loaded.crash, problems: loaded.problems }
  users.replaceAll(loaded.users)
  return new Map([...users].map((user) => [user.name, user]))
}

/**
 * What users may do with one file and not with the other: commands, key patterns, channels and databases gained and
 * lost, and who can log in. The sides may have different targets. A file that its server refuses gives no users.
 */
export function compareFiles(before: Side, after: Side): Comparison {
  const olds = usersOf(before, 'before')
  const news = usersOf(after, 'after')
  if ('side' in olds || 'side' in news)
    return { refused: [olds, news].filter((one) => 'side' in one), users: [], same: false, notes: [] }
  const budget: StepBudget = { left: MAX_STEPS }
  const removed = [...olds.values()].filter(({ name }) => !news.has(name))
  const users = [
    ...[...news.values()].map((user) => compareUser(olds.get(user.name) ?? null, user, budget)),
    ...removed.map((user) => compareUser(user, null, budget)),
  ]
  return {
    refused: [],
    users,
    same: users.every((user) => user.kind === 'same' || !hasEffect(user)),
    notes: notesOn(users),
  }
}

/** Whether a change is more than patterns that no command uses. */
export function hasEffect(change: UserChange): boolean {
  if (change.kind === 'added' || change.kind === 'removed' || change.login.length > 0) return true
  return change.selectors.some(
    ({ commands, patterns }) =>
      commands.gained.length + commands.lost.length > 0 ||
      [...patterns.gained, ...patterns.lost].some(({ effective }) => effective),
  )
}

const nothing: Gains<CommandChange> = { gained: [], lost: [] }

/** Whether a server of one kind prints both alike: then nothing can differ, and most users of two versions of a file are so. */
function printAlike(before: User | null, after: User | null): boolean {
  return (
    before !== null &&
    after !== null &&
    before.space.table === after.space.table &&
    before.describe() === after.describe()
  )
}

function compareUser(before: User | null, after: User | null, budget: StepBudget): UserChange {
  if (printAlike(before, after))
    return { name: after?.name ?? '', kind: 'same', before, after, login: [], commands: nothing, selectors: [] }
  const selectors = pairs(before?.selectors ?? [], after?.selectors ?? [])
    .map(([old, fresh]) => compareSelector(before, after, old, fresh, budget))
    .filter(isChange)
  const login = before !== null && after !== null ? loginChanges(before, after) : []
  const kind =
    before === null ? 'added' : after === null ? 'removed' : login.length + selectors.length > 0 ? 'changed' : 'same'
  return {
    name: (after ?? before)?.name ?? '',
    kind,
    before,
    after,
    login,
    commands: compareCommands(before?.selectors ?? [], after?.selectors ?? []),
    selectors,
  }
}

function compareSelector(
  before: User | null,
  after: User | null,
  old: number | null,
  fresh: number | null,
  budget: StepBudget,
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

/** Roots go together; selectors that print the same; then what is left, in order. */
function pairs(before: readonly Selector[], after: readonly Selector[]): [number | null, number | null][] {
  const made: [number | null, number | null][] =
    before.length > 0 || after.length > 0 ? [[before.length > 0 ? 0 : null, after.length > 0 ? 0 : null]] : []
  const byText = new Map<Bytes, number[]>()
  for (let i = after.length - 1; i > 0; i--) {
    const text = after[i]?.describe() ?? ''
    const same = byText.get(text)
    if (same === undefined) byText.set(text, [i])
    else same.push(i)
  }
  const paired = new Set<number>()
  const olds: number[] = []
  for (let old = 1; old < before.length; old++) {
    const fresh = byText.get(before[old]?.describe() ?? '')?.pop()
    if (fresh === undefined) olds.push(old)
    else {
      made.push([old, fresh])
      paired.add(fresh)
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
  const patterns = users.flatMap(({ selectors }) =>
    selectors.flatMap((selector) => [...selector.patterns.gained, ...selector.patterns.lost]),
  )
  const several = users.some(
    ({ before, after, kind }) =>
      kind === 'changed' && ((before?.selectors.length ?? 0) > 1 || (after?.selectors.length ?? 0) > 1),
  )
  return [
    ...(patterns.some(({ certainty }) => certainty === 'text-only')
      ? ['Patterns marked “as text” were compared by their text only: they may overlap with others.']
      : []),
    ...(several
      ? [
          'Selectors are compared in pairs: what moved from one selector to another shows as lost in the one and gained in the other.',
        ]
      : []),
  ]
}
