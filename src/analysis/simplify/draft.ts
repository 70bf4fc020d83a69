import type { Bytes } from '../../acl/bytes'
import type { Access } from '../../acl/command'
import { isCommandRule, isResetOf, parseRule, printKey, printRule } from '../../acl/rule'
import type { Selector } from '../../acl/selector'
import { splitWords } from '../../acl/split'
import type { User, UserDefaults } from '../../acl/user'

/** The rules of one selector, in the order in which they are printed. */
export interface DraftSelector {
  readonly keys: readonly { readonly pattern: Bytes; readonly access: Access }[]
  /** Channel and database rules, as written in a new selector. */
  readonly channels: readonly Bytes[]
  readonly databases: readonly Bytes[]
  /** Command rules from the last `+@all` or after the last `-@all` on. */
  readonly commands: readonly Bytes[]
}

/** A user's rules by what they are about. Flags and passwords are kept as written, in their order. */
export interface Draft {
  readonly login: readonly Bytes[]
  /** The user's own, the root permissions first. */
  readonly selectors: readonly [DraftSelector, ...DraftSelector[]]
  /** The rule that gives the user its roles, if it has any. */
  readonly roles: readonly Bytes[]
}

type Holder = Pick<User, 'own' | 'defaults'>

/** Returns the draft of a user that these rules made: rules that a later one cancels are not in it. */
export function draftOf(rules: readonly Bytes[], user: User): Draft {
  const parsed = rules.map(parseRule)
  const start = parsed.findLastIndex((rule) => isResetOf(rule, 'user')) + 1
  const login = rules.slice(start).filter((_, i) => {
    const rule = parsed[start + i]
    return rule?.kind === 'flag' || rule?.kind === 'password' || (rule?.kind === 'reset' && rule.of === 'passwords')
  })
  return {
    login,
    selectors: draftSelectors(rules.slice(start), user),
    roles: user.roles.length === 0 ? [] : [`role=${user.roles.join(',')}`],
  }
}

/** Returns the drafts of the own selectors of a user or role that these rules made, which do not reset the user. */
export function draftSelectors(rules: readonly Bytes[], { own, defaults }: Holder): Draft['selectors'] {
  const parsed = rules.map(parseRule)
  const inside = parsed
    .slice(parsed.findLastIndex((rule) => isResetOf(rule, 'selectors')) + 1)
    .flatMap((rule) => (rule.kind === 'selector' ? [(splitWords(rule.inside) ?? []).map(({ text }) => text)] : []))
  const [root, ...others] = own
  return [
    draftSelector(root, rules, defaults),
    ...others.map((selector, i) => draftSelector(selector, inside[i] ?? [], defaults)),
  ]
}

function draftSelector(selector: Selector, rules: readonly Bytes[], defaults: UserDefaults): DraftSelector {
  const { allKeys, keys, allChannels, channels, allDatabases, databases, space } = selector
  const isWritten = rules.some((text) => parseRule(text).kind === 'all' && /^(?:&|allchannels)/i.test(text))
  const byDefault = defaults.allChannelsByDefault
  return {
    keys: allKeys ? [{ pattern: '*', access: 3 }] : keys,
    channels: !space.behaviours.hasChannels
      ? []
      : allChannels
        ? byDefault && !isWritten
          ? []
          : ['&*']
        : [...(byDefault ? ['resetchannels'] : []), ...channels.map(({ pattern }) => `&${pattern}`)],
    databases: allDatabases ? [] : databases.length === 0 ? ['resetdbs'] : [`db=${databases.join(',')}`],
    commands: commandsOf(rules),
  }
}

function commandsOf(rules: readonly Bytes[]): Bytes[] {
  const commands = rules.flatMap((text) => {
    const rule = parseRule(text)
    return isCommandRule(rule) ? [printRule(rule)] : []
  })
  const all = commands.findLastIndex((text) => text === '+@all' || text === '-@all')
  return commands.slice(commands[all] === '-@all' ? all + 1 : Math.max(all, 0))
}

/** Returns the rules of a draft in the order in which servers print them; a whole selector is one. */
export function printDraft({ login, selectors: [root, ...others], roles }: Draft): Bytes[] {
  const inParentheses = others.map((selector) => `(${printSelector(selector).join(' ')})`)
  return [...login, ...printSelector(root), ...inParentheses, ...roles]
}

/** Returns the rules of one selector, without parentheses. */
export function printSelector({ keys, channels, databases, commands }: DraftSelector): Bytes[] {
  return [...keys.map(({ pattern, access }) => printKey(pattern, access)), ...channels, ...databases, ...commands]
}

/** Selectors of a draft, by what replaces them; null removes one. */
export type Change = ReadonlyMap<DraftSelector, DraftSelector | null>

/** Returns the draft with selectors replaced, or removed. Without rules, the root permissions allow nothing. */
export function withChanges(draft: Draft, changes: readonly Change[]): Draft {
  const all = new Map(changes.flatMap((change) => [...change]))
  const changed = (one: DraftSelector): DraftSelector | null => {
    const to = all.get(one)
    return to === undefined ? one : to
  }
  const [root, ...others] = draft.selectors
  return {
    ...draft,
    selectors: [
      changed(root) ?? { keys: [], channels: [], databases: [], commands: [] },
      ...others.flatMap((one) => changed(one) ?? []),
    ],
  }
}
