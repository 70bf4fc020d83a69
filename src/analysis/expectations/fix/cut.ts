import type { Bytes } from '../../../acl/bytes'
import { addedPassword } from '../../../acl/password'
import { commandRule } from '../../../acl/reasons'
import { isResetOf, parseRule } from '../../../acl/rule'
import { canLogIn, type User } from '../../../acl/user'
import { disabledCommands } from '../../typed-line'
import { Graph, type Cause } from '../../ways/graph'
import { Ways } from '../../ways/search'
import type { Question } from '../outcome'
import { goalOf } from '../way-outcome'
import { changed, scopeOf } from './user-line'

/** Rules of users, by name. */
type Drafts = ReadonlyMap<Bytes, readonly Bytes[]>

/** The changes that a cut may make. */
export interface Cutting {
  /** The failing statements about ways, one for each user. */
  readonly failing: readonly Question[]
  /** Returns the rules of a user's line; null where it has none. */
  readonly rulesOf: (user: Bytes) => readonly Bytes[] | null
  /** Returns a user with other rules; null where the server refuses them. */
  readonly userWith: (user: Bytes, rules: readonly Bytes[]) => User | null
}

/** The most changes of a cut, and sets of changes that are tried. */
const MOST_CHANGES = 4
const MOST_TRIES = 300
/** The most users of a server whose ways are cut. */
const MOST_USERS = 1_000

/**
 * Returns the rules of users after the fewest changes that close all ways of some users: of those with as few, one that locks out
 * fewest users and takes fewest commands away. Null where four changes do not do, or too many would have to be tried.
 *
 * Every way must lose one of the rules and credentials that it needs, so the changes of the shortest way that is left are tried.
 */
export function cheapestCut(cutting: Cutting): Drafts | null {
  const [first] = cutting.failing
  if (first === undefined || first.server.users.size > MOST_USERS) return null
  const search = new CutSearch(cutting)
  for (let changes = 1; changes <= MOST_CHANGES; changes++) {
    search.close(new Map(), changes)
    if (search.best !== null) return search.best.drafts
    if (search.tries > MOST_TRIES) return null
  }
  return null
}

class CutSearch {
  tries = 0
  best: { readonly drafts: Drafts; readonly loss: number } | null = null
  readonly #seen = new Set<string>()

  constructor(readonly cutting: Cutting) {}

  /** Tries all sets of so many more changes. */
  close(drafts: Drafts, left: number): void {
    const key = `${left} ${[...drafts]
      .map(([name, rules]) => `${name}: ${rules.join(' ')}`)
      .sort()
      .join('\n')}`
    if (this.#seen.has(key) || this.tries++ > MOST_TRIES) return
    this.#seen.add(key)
    const users = this.#usersWith(drafts)
    if (users === null) return
    const causes = this.#open(users)
    if (causes === null) {
      const loss = this.#loss(users)
      if (this.best === null || loss < this.best.loss) this.best = { drafts, loss }
      return
    }
    if (left === 0) return
    for (const cause of causes) {
      const { name } = cause.user
      const rules = drafts.get(name) ?? this.cutting.rulesOf(name)
      if (rules === null) continue
      for (const after of without(cause, rules)) this.close(new Map([...drafts, [name, after]]), left - 1)
    }
  }

  /** Returns the changed users; null where the server refuses their rules. */
  #usersWith(drafts: Drafts): ReadonlyMap<Bytes, User> | null {
    const users = new Map<Bytes, User>()
    for (const [name, rules] of drafts) {
      const user = this.cutting.userWith(name, rules)
      if (user === null) return null
      users.set(name, user)
    }
    return users
  }

  /** Returns what a way needs that is still open; null where all are closed. */
  #open(changes: ReadonlyMap<Bytes, User>): readonly Cause[] | null {
    const { failing } = this.cutting
    const [first] = failing
    if (first === undefined) return null
    const { server } = first
    const all = [...server.users].map((user) => changes.get(user.name) ?? user)
    const users = {
      [Symbol.iterator]: () => all.values(),
      get: (name: Bytes) => changes.get(name) ?? server.users.get(name),
    }
    const { target, config } = server
    const ways = new Ways(new Graph({ users, target, config, hidden: disabledCommands(server) }))
    for (const question of failing) {
      const { access, subject } = question
      if (access.kind !== 'become' && access.kind !== 'reach') return null
      const user = changes.get(subject.user.name) ?? subject.user
      const goal = goalOf({ ...question, subject: { ...subject, user }, ways: () => ways }, access)
      const way = goal === null ? null : ways.from(user, goal)
      if (way !== null) return way.causes
      // Not proved to be closed.
      if (goal?.isExact === false) return []
    }
    return null
  }

  /** Ranks changes: users who can no longer log in, then commands that users lose. */
  #loss(changes: ReadonlyMap<Bytes, User>): number {
    const server = this.cutting.failing[0]?.server
    let loss = 0
    for (const [name, after] of changes) {
      const before = server?.users.get(name)
      if (before === undefined) continue
      if (canLogIn(before) && !canLogIn(after)) loss += 1_000_000
      loss += Math.max(0, commandsOf(before) - commandsOf(after))
    }
    return loss
  }
}

const commandsOf = ({ selectors, space }: User): number =>
  space.table.commands.filter(({ index }) => selectors.some(({ commands }) => commands.has(index))).length

/** Yields a user's rules without what a step needs, each a change of one rule. */
function* without(cause: Cause, rules: readonly Bytes[]): Generator<readonly Bytes[], void> {
  if (cause.kind !== 'command') {
    const start = rules.findLastIndex((text) => isResetOf(parseRule(text), 'user'))
    const left = rules.filter((text, i) => {
      const rule = parseRule(text)
      if (i <= start) return true
      return cause.kind === 'nopass'
        ? rule.kind !== 'flag' || rule.flag !== 'nopass'
        : addedPassword(rule) !== cause.hash
    })
    if (left.length < rules.length) yield left
    return
  }
  const { user, selector, command } = cause
  const scope = scopeOf(rules, selector)
  const holder = user.selectors[selector]
  if (scope === null || holder === undefined) return
  const granting = commandRule(holder, command, command.name.split('|'))
  const at = granting === null ? -1 : scope.rules.lastIndexOf(granting.text)
  const isAll = granting !== null && /^(?:\+@all|allcommands)$/i.test(granting.text)
  const denials = [
    ...['admin', 'dangerous'].filter((one) => command.categories.includes(one)).map((one) => `@${one}`),
    command.name,
  ]
  const changes = [
    ...(at < 0 || isAll ? [] : [{ kind: 'replace', at, by: [] } as const]),
    ...denials.map((one) => ({ kind: 'append', rules: [`-${one}`] }) as const),
  ]
  for (const change of changes) {
    const after = changed(rules, selector, change)
    if (after !== null) yield after
  }
}
