import type { CommandSpace } from './allowed'
import type { Bytes } from './bytes'
import type { Rule } from './decision'
import { isResetOf, type ParsedRule } from './rule'
import type { RuleError } from './rule-errors'
import { readSelector, rulesInside } from './selector-text'
import type { Selector } from './selector'

/** Selectors as a user or a role has them: the root permissions first, then the selectors in parentheses. */
export type OwnSelectors = [Selector, ...Selector[]]

/** Selectors that decide: those of a user, then those of its roles. */
export type Selectors = readonly [Selector, ...Selector[]]

/** The settings that new users and roles of a server depend on; they may change while it runs. */
export interface UserDefaults {
  readonly allChannelsByDefault: boolean
  /** The roles that users may hold. Absent: there are none. */
  readonly roles?: RoleTable
}

/** The roles that users may hold, by name. */
export interface RoleTable {
  has(name: Bytes): boolean
  get(name: Bytes): { readonly own: OwnSelectors } | undefined
}

/** Has every role: for lines whose roles are looked up later. */
export const ANY_ROLE: RoleTable = { has: () => true, get: () => undefined }

/** The parts that users and roles have in common. */
export interface Holder {
  readonly space: CommandSpace
  readonly defaults: UserDefaults
  own: OwnSelectors
}

/** Applies a rule that is about selectors: of the root, one in parentheses, or `clearselectors`. Returns null, or the reason why a server refuses it. */
export function setSelectors(holder: Holder, rule: ParsedRule, text: Bytes): RuleError | null {
  if (rule.kind === 'selector') {
    const selector = readSelector(holder.space, text, holder.defaults.allChannelsByDefault)
    if (typeof selector === 'string') return selector
    holder.own.push(selector)
    return null
  }
  if (!isResetOf(rule, 'selectors')) return holder.own[0].applyParsed(rule, text)
  holder.own = [holder.own[0]]
  return null
}

/** Records a rule that was just applied, with its place, as a reason for later decisions. `before`: the number of selectors before it. */
export function recordRule(holder: Holder, rule: Rule, before: number): void {
  const { own } = holder
  if (own.length > before) own[before]?.setRules(rulesInside(rule))
  else own[0].addRule(rule)
}

/** Returns what ACL LIST prints of the selectors. */
export function describeHolder({ own: [root, ...rest] }: Holder): Bytes[] {
  return [root.describe(), ...rest.map((selector) => `(${selector.describe()})`)]
}
