import { fromText, toText, toTextExact, type Bytes } from '../../acl/bytes'
import { isResetOf, parseRule } from '../../acl/rule'
import type { User } from '../../acl/user'
import { beyond } from '../../proof/users'
import type { SimulatedServer } from '../../server/server'
import { compareUsers } from '../compare/files'
import { describeUserChange } from '../compare/describe'
import { applyFix, type Edit, type Fix } from '../diagnostic'
import { callsFunctions } from '../escalation'
import { withCommas } from '../numbers'
import { finish, type Progress, type Steps } from '../steps'
import { disabledCommands } from '../typed-line'
import type { ExpectationResult, PolicyExpectation } from './expectation'
import { cheapestCut } from './fix/cut'
import { enabled, granted, switched, type Grants } from './fix/grant'
import { meansFor, restricted, type Means } from './fix/restrict'
import { changeOf, userLines, type UserLine } from './fix/user-line'
import type { Question } from './outcome'
import { outcomeFor } from './policy-outcome'
import { runExpectation } from './run'
import { findInSteps, isWay, questionsOf } from './run-policy'

/** A change of one user's rules. */
export interface RuleChange {
  readonly user: Bytes
  /** The line in users.acl, from 1; null for a line that is added at the end. */
  readonly line: number | null
  readonly removed: readonly Bytes[]
  readonly added: readonly Bytes[]
}

/** An edit of users.acl after which a statement is proved to hold, and all sentences that held still hold. */
export interface PolicyFix extends Fix {
  readonly changes: readonly RuleChange[]
  /** The gains and losses of users, by example: `app can no longer run GET, such as GET x`. */
  readonly effects: readonly string[]
}

/** The file, its server, and the results of all sentences on it. */
export interface FixContext {
  readonly server: SimulatedServer
  /** users.acl, as text. */
  readonly acl: string
  readonly results: readonly ExpectationResult[]
  /** Starts a server on another users.acl and the same redis.conf; null where it refuses it. */
  readonly start: (acl: string) => SimulatedServer | null
}

/** The most users whose rules a fix changes, and steps for one of them. */
const MAX_USERS = 200
const MAX_STEPS = 12
/** Effects that are described. */
const MAX_EFFECTS = 5

/**
 * Finds the smallest edit of users.acl that makes a failing statement hold: for what a user cannot do, rules that deny it;
 * for what it can do, the rules that grant least. After the edit, the statement is proved to hold, and so is every
 * sentence of the results that held before; null where no such edit was found, or there are too many users to change.
 */
export function fixOf(context: FixContext, failing: ExpectationResult): PolicyFix | null {
  return finish(fixInSteps(context, failing))
}

/** Same as `fixOf`, a user a step; the progress is that of the pass over the users that is made at the time. */
export function* fixInSteps(context: FixContext, failing: ExpectationResult): Steps<PolicyFix | null> {
  const { expectation } = failing
  if (expectation.kind !== 'policy' || failing.state !== 'fails' || failing.proof?.kind !== 'disproved') return null
  // Only the lines of users are changed.
  if (expectation.subject.kind === 'role') return null
  const content = fromText(context.acl)
  if (toTextExact(content) !== context.acl) return null
  return yield* new Search(context, expectation, content).run()
}

/** The rules of the users to change, by name. */
type Drafts = ReadonlyMap<Bytes, readonly Bytes[]>

/** Drafts to be proved, among the steps of the search. */
interface Found {
  readonly drafts: Drafts
}

class Search {
  readonly #lines: ReadonlyMap<Bytes, UserLine>

  constructor(
    readonly context: FixContext,
    readonly expectation: PolicyExpectation,
    readonly content: Bytes,
  ) {
    this.#lines = userLines(content, context.server.target)
  }

  *run(): Steps<PolicyFix | null> {
    const { server } = this.context
    const failing: Question[] = []
    let done = 0
    for (const question of questionsOf(server, this.expectation)) {
      yield { done: done++, of: server.users.size }
      const outcome = outcomeFor(question, this.expectation)
      if (outcome.kind === 'undecided') return null
      if (outcome.kind === 'fails') failing.push(question)
      if (failing.length > MAX_USERS) return null
    }
    const [first] = failing
    if (first === undefined) return null
    const steps = first.verb === 'can' ? this.#grants(failing) : this.#restrictions(failing, first)
    for (const step of steps) {
      if (!('drafts' in step)) yield step
      else {
        const fix = yield* this.#proved(step.drafts)
        if (fix !== null) return fix
      }
    }
    return null
  }

  /** Yields drafts that deny what the statement forbids. */
  *#restrictions(failing: readonly Question[], first: Question): Generator<Progress | Found, void> {
    if (first.access.kind === 'log-in') {
      const { withoutPassword } = first.access
      for (const one of withoutPassword ? [withoutNopass, off] : [off]) {
        const drafts = yield* this.#drafts(failing, ({ subject }, rules) => one(rules, subject.user))
        if (drafts !== null) yield { drafts }
      }
      return
    }
    if (first.access.kind === 'become' || first.access.kind === 'reach') {
      yield { done: 0, of: failing.length }
      const drafts = cheapestCut({
        failing,
        rulesOf: (name) => this.#rulesOf(name),
        userWith: (name, rules) => this.#userWith(name, rules),
      })
      if (drafts !== null) yield { drafts }
      return
    }
    for (const means of meansFor(first)) {
      const drafts = yield* this.#drafts(failing, (question, rules) => this.#restrict(question, rules, means))
      if (drafts !== null) yield { drafts }
    }
  }

  /** Denies one forbidden command line after the other, until the statement holds for a user. */
  #restrict(question: Question, start: readonly Bytes[], means: readonly Means[]): readonly Bytes[] | null {
    let rules = start
    for (let step = 0; step < MAX_STEPS; step++) {
      const asked = this.#asked(question, rules)
      const outcome = asked === null ? null : outcomeFor(asked, this.expectation)
      if (asked === null || outcome === null) return null
      if (outcome.kind === 'holds') return rules
      const line = outcome.kind === 'fails' ? outcome.line : null
      const decision = line === null ? null : this.context.server.judge(asked.subject.user, line.argv, { db: line.db })
      if (decision?.allowed !== true) return null
      const next = restricted(asked, rules, decision, means)
      if (next === null || next.join(' ') === rules.join(' ')) return null
      rules = next
    }
    return null
  }

  /** Yields drafts that grant what the statement asks for: those that grant nothing beyond a selector for it alone first. */
  *#grants(failing: readonly Question[]): Generator<Progress | Found, void> {
    const draft = (pick: (grants: Grants) => readonly (readonly Bytes[])[]): Steps<Drafts | null> =>
      this.#drafts(failing, (question, rules) => {
        const base = enabled(question, rules)
        const asking = base === null ? null : this.#asked(question, base)
        if (base === null || asking === null) return null
        for (const one of pick(granted(asking, base))) {
          const asked = this.#asked(question, one)
          if (asked !== null && outcomeFor(asked, this.expectation).kind === 'holds') return one
        }
        return null
      })
    const wider = yield* draft((grants) => grants.wider)
    const exact = yield* draft(({ exact: one }) => (one === null ? [] : [one]))
    if (wider !== null && (exact === null || failing.every((one) => this.#isWithin(one, wider, exact))))
      yield { drafts: wider }
    if (exact !== null) yield { drafts: exact }
    if (wider !== null) yield { drafts: wider }
  }

  /** Tells whether a user may do nothing by one draft that it may not do by another: proved. */
  #isWithin(question: Question, wider: Drafts, exact: Drafts): boolean {
    const { name } = question.subject.user
    const [a, b] = [wider, exact].map((drafts) => this.#asked(question, drafts.get(name) ?? [])?.subject)
    if (a === undefined || b === undefined) return false
    const { differences, undecided } = beyond(a, b, { first: true, assumeLogIn: true })
    return differences.length + undecided.length === 0
  }

  /** Returns the rules for each user; null where one of them cannot be changed. */
  *#drafts(
    failing: readonly Question[],
    change: (question: Question, rules: readonly Bytes[]) => readonly Bytes[] | null,
  ): Steps<Drafts | null> {
    const drafts = new Map<Bytes, readonly Bytes[]>()
    for (const question of failing) {
      yield { done: drafts.size, of: failing.length }
      const { name } = question.subject.user
      const rules = this.#rulesOf(name)
      const after = rules === null ? null : change(question, rules)
      if (after === null) return null
      drafts.set(name, after)
    }
    return drafts
  }

  /** Returns the rules of a user's line; for the default user without a line, those that it starts with. */
  #rulesOf(name: Bytes): readonly Bytes[] | null {
    const line = this.#lines.get(name)
    if (line !== undefined) return line.rules.map(({ text }) => text)
    const { config, users } = this.context.server
    const isInitial = name === 'default' && users.default.nopass && config.get('requirepass') === ''
    return isInitial ? ['on', 'nopass', '~*', ...(users.space.behaviours.hasChannels ? ['&*'] : []), '+@all'] : null
  }

  /** Returns the question about a user with these rules; null where the server refuses them. */
  #asked(question: Question, rules: readonly Bytes[]): Question | null {
    const user = this.#userWith(question.subject.user.name, rules)
    return user === null ? null : { ...question, subject: { ...question.subject, user } }
  }

  /** Returns a user with these rules; null where the server refuses them. */
  #userWith(name: Bytes, rules: readonly Bytes[]): User | null {
    const user = this.context.server.users.newUser(name)
    return rules.every((text) => user.applyAsRule({ text, span: null }) === null) ? user : null
  }

  /** Returns the edit for drafts if it is proved; else null. */
  *#proved(drafts: Drafts): Steps<PolicyFix | null> {
    const { acl, server, start } = this.context
    const changes: RuleChange[] = []
    const edits: Edit[] = []
    let added = ''
    for (const [user, rules] of drafts) {
      const line = this.#lines.get(user)
      if (line === undefined) {
        added += `${acl === '' || acl.endsWith('\n') || added !== '' ? '' : '\n'}user ${toText([user, ...rules].join(' '))}\n`
        changes.push({ user, line: null, removed: [], added: rules })
        continue
      }
      const change = changeOf(line, rules, toText)
      if (change === null || change.edits.length === 0) return null
      edits.push(...change.edits)
      changes.push({ user, line: line.line, removed: change.removed, added: change.added })
    }
    if (added !== '') edits.push({ from: acl.length, to: acl.length, insert: added })
    edits.sort((a, b) => a.from - b.from)
    const after = start(applyFix(acl, { label: '', edits }))
    if (after === null || !(yield* this.#holds(after, new Set(drafts.keys())))) return null
    const effects = [...drafts.keys()].flatMap((name) => effectOn(server, after, name))
    return { label: labelOf(changes), edits, changes, effects: effects.slice(0, MAX_EFFECTS) }
  }

  /** Tells whether the statement holds on another server, and every sentence that held still does. */
  *#holds(after: SimulatedServer, names: ReadonlySet<Bytes>): Steps<boolean> {
    const { results, server } = this.context
    if ((yield* findInSteps(after, this.expectation)).kind !== 'proved') return false
    const callers = (of: SimulatedServer): string =>
      [...of.users]
        .filter(callsFunctions)
        .map(({ name }) => name)
        .join(' ')
    // A statement about another user depends on who calls functions, and on nothing else of these users.
    const isLocal = callers(server) === callers(after)
    for (const [done, { state, expectation }] of results.entries()) {
      if (state !== 'holds') continue
      yield { done, of: results.length }
      if (expectation.kind === 'line') {
        if (names.has(expectation.user) && runExpectation(after, expectation).state !== 'holds') return false
      } else if (!isLocal || isWay(expectation)) {
        if ((yield* findInSteps(after, expectation)).kind !== 'proved') return false
      } else
        for (const question of questionsOf(after, expectation))
          if (names.has(question.subject.user.name) && outcomeFor(question, expectation).kind !== 'holds') return false
    }
    return true
  }
}

const off = (rules: readonly Bytes[]): readonly Bytes[] => switched(rules, 'off')

/** Returns the rules without nopass: the user cannot log in until it has a password. */
function withoutNopass(rules: readonly Bytes[], { passwords }: User): readonly Bytes[] | null {
  const start = rules.findLastIndex((text) => isResetOf(parseRule(text), 'user'))
  const left = rules.filter((text, i) => {
    const rule = parseRule(text)
    return i <= start || rule.kind !== 'flag' || rule.flag !== 'nopass'
  })
  return passwords.length > 0 || left.length === rules.length ? null : left
}

function effectOn(before: SimulatedServer, after: SimulatedServer, name: Bytes): string[] {
  const [was, is] = [before.users.get(name), after.users.get(name)]
  if (was === undefined || is === undefined) return []
  const change = compareUsers(was, is, before.target, disabledCommands(before))
  return describeUserChange(change, 3)
    .filter((line) => /^[+=-] /.test(line))
    .map((line) => `${toText(name)}${line.startsWith('=') ? ':' : ''} ${line.slice(2)}`)
}

function labelOf(changes: readonly RuleChange[]): string {
  const [first] = changes
  if (first === undefined) return ''
  const same = changes.every((one) => textOf(one) === textOf(first))
  if (same && changes.length === 1) return `${toText(first.user)}: ${textOf(first)}`
  return same
    ? `${withCommas(changes.length)} users: ${textOf(first)}`
    : `Change the rules of ${withCommas(changes.length)} users`
}

function textOf({ removed, added, line }: RuleChange): string {
  const [olds, news] = [removed, added].map((rules) => toText(rules.join(' ')))
  if (line === null) return `add a line with ${news}`
  if (olds === '') return `add ${news}`
  return news === '' ? `remove ${olds}` : `replace ${olds} with ${news}`
}
