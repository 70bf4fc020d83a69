import type { CommandSpace } from './allowed'
import type { Bytes } from './bytes'
import type { Rule } from './decision'
import { describeHolder, recordRule, setSelectors, type OwnSelectors, type UserDefaults } from './holder'
import { parseRule, type ParsedRule } from './rule'
import type { RuleError } from './rule-errors'
import { Selector } from './selector'

/**
 * A role (Valkey 9.2): selectors that users hold besides their own. Users hold its name, so that a change (ACL SETROLE), which is
 * made on a copy and assigned once all of it is accepted, is theirs at once.
 */
export class Role {
  /** The root permissions first, then the selectors in parentheses. */
  own: OwnSelectors

  /** @param same a role whose selectors the new one has, as after `assign`; without, it allows nothing */
  constructor(
    readonly name: Bytes,
    readonly space: CommandSpace,
    readonly defaults: UserDefaults,
    same?: Role,
  ) {
    this.own = same?.own ?? [new Selector(space, defaults.allChannelsByDefault)]
  }

  get root(): Selector {
    return this.own[0]
  }

  /** Returns an independent copy. */
  copy(): Role {
    const copy = new Role(this.name, this.space, this.defaults)
    copy.own = [this.root.copy(), ...this.own.slice(1)]
    return copy
  }

  /** Assigns everything but the name from `other`, which must not change afterwards. */
  assign(other: Role): void {
    this.own = other.own
  }

  /** Applies one rule (ACLSetRole), a whole `( … )` being one. Returns null, or the reason why a server refuses it. */
  apply(text: Bytes): RuleError | null {
    const rule = parseRule(text)
    if (rule.kind === 'empty') return null
    return isOfUsersOnly(rule) ? 'syntax' : setSelectors(this, rule, text)
  }

  /** Applies a rule and records it, with its place, as a reason for later decisions. */
  applyAsRule(rule: Rule): RuleError | null {
    const before = this.own.length
    const error = this.apply(rule.text)
    if (error === null) recordRule(this, rule, before)
    return error
  }

  /** Returns the role's line in ACL LIST and in a saved ACL file, including `role NAME` (ACLDescribeRole). */
  describe(): Bytes {
    return ['role', this.name, ...describeHolder(this)].join(' ')
  }
}

/** Returns true for the rules that roles refuse: they are about logging in, or about roles. */
export function isOfUsersOnly(rule: ParsedRule): boolean {
  switch (rule.kind) {
    case 'flag':
    case 'password':
    case 'roles':
      return true
    case 'reset':
      return rule.of === 'user' || rule.of === 'passwords' || rule.of === 'roles'
    default:
      return false
  }
}

/** Returns the reason why servers refuse a name for a role; null for a valid name (ACLCheckRoleName). */
export function roleNameFault(name: Bytes): Bytes | null {
  if (name === '') return "Role names can't be empty"
  for (const character of name) {
    if (character <= ' ' || character > '~') return 'Role names can only contain printable ASCII characters'
    if (character === ',') return "Role names can't contain commas"
    if (character === '"' || character === "'" || character === '\\')
      return "Role names can't contain quotes or backslashes"
  }
  return null
}
