import { type Bytes, fromText, lower, toText } from '../acl/bytes'
import type { Access } from '../acl/command'
import { hashPassword } from '../acl/password'
import { channelGrant, isResetOf, keyGrant, parseRule, printKey, type ParsedRule } from '../acl/rule'
import { hasSpaces } from '../acl/selector'
import type { User } from '../acl/user'
import type { Target } from '../targets/target'
import type { Edit } from './diagnostic'
import { addRule, applyEdits, findUserText, removeRule, type UserText, type UserToken, userOfText } from './user-text'

/** A change of one field of a user. `selector` is 0 for the root permissions. */
export type FormChange =
  | { readonly kind: 'enabled' | 'nopass'; readonly value: boolean }
  /** A password by its hash. */
  | { readonly kind: 'password'; readonly hash: Bytes; readonly value: boolean }
  /** A key pattern with its access; 0 removes it. */
  | { readonly kind: 'key'; readonly selector: number; readonly pattern: Bytes; readonly access: Access }
  | { readonly kind: 'channel'; readonly selector: number; readonly pattern: Bytes; readonly value: boolean }
  | {
      readonly kind: 'all'
      readonly of: 'keys' | 'channels' | 'databases'
      readonly selector: number
      readonly value: boolean
    }
  | { readonly kind: 'databases'; readonly selector: number; readonly list: readonly number[] }
  /** A command or a category (`@read`), allowed or denied. */
  | { readonly kind: 'command'; readonly selector: number; readonly name: Bytes; readonly allows: boolean }
  /** A role, given or taken. */
  | { readonly kind: 'role'; readonly name: Bytes; readonly value: boolean }
  | { readonly kind: 'selector'; readonly selector: number; readonly value: boolean }

/** The fields of a selector, to be compared. */
export interface SelectorFields {
  readonly keys: readonly string[]
  readonly channels: readonly string[]
  readonly databases: string
  readonly commands: string
}

/** The fields of a user, to be compared. */
export interface UserFields {
  readonly enabled: boolean
  readonly nopass: boolean
  readonly passwords: readonly string[]
  readonly sanitize: string | null
  readonly roles: readonly string[]
  /** Its own ones: the form changes no role. */
  readonly selectors: readonly SelectorFields[]
}

/** Returns the fields of a user. */
export function fieldsOf(user: User): UserFields {
  return {
    enabled: user.enabled,
    nopass: user.nopass,
    passwords: user.passwords.map(({ hash }) => hash).sort(),
    sanitize: user.sanitize,
    roles: user.roles,
    selectors: user.own.map((selector) => ({
      keys: selector.allKeys ? ['*'] : selector.keys.map(({ text }) => text).sort(),
      channels: selector.allChannels ? ['*'] : selector.channels.map(({ pattern }) => `&${pattern}`).sort(),
      databases: selector.describeDatabases(),
      commands: `${selector.commands.bits.join()} ${[...selector.commands.firstArgs]
        .map(([command, args]) => `${command}:${[...args].sort().join(' ')}`)
        .sort()
        .join()}`,
    })),
  }
}

/**
 * Returns the smallest edits that make a change in a user's line, all other words of which stay as written. Each is
 * verified with the engine: the change has its effect on its field, and no other field changes. Null where no edit does
 * just that, or the server rejects the line. Roles that the file does not define are no reason.
 */
export function editUser(
  acl: string,
  name: Bytes,
  change: FormChange,
  target: Target,
  allChannels?: boolean,
): readonly Edit[] | null {
  const text = findUserText(acl, name, target.behaviours.hasSelectors)
  const before = userOfText(acl, name, target, allChannels, true)
  if (text === null || before === null) return null
  const expected = expectedOf(before, change)
  if (expected === null) return null
  const wanted = JSON.stringify(expected)
  for (const edits of candidates(acl, text, change, target, expected)) {
    const sorted = [...edits].sort((a, b) => a.from - b.from)
    const after = userOfText(applyEdits(acl, sorted), name, target, allChannels, true)
    if (after !== null && JSON.stringify(fieldsOf(after)) === wanted) return sorted
  }
  return null
}

/** Returns the fields of a user after a change; null for a change that is not possible. */
function expectedOf(user: User, change: FormChange): UserFields | null {
  const fields = fieldsOf(user)
  switch (change.kind) {
    case 'enabled':
      return { ...fields, enabled: change.value }
    case 'nopass':
      return { ...fields, nopass: change.value, passwords: change.value ? [] : fields.passwords }
    case 'password': {
      const others = fields.passwords.filter((hash) => hash !== change.hash)
      return change.value
        ? { ...fields, nopass: false, passwords: [...others, change.hash].sort() }
        : { ...fields, passwords: others }
    }
    case 'role': {
      const others = fields.roles.filter((role) => role !== change.name)
      return { ...fields, roles: change.value ? [...others, change.name] : others }
    }
    case 'selector':
      return changedSelectors(user, fields, change)
  }
  const selector = user.own[change.selector]?.copy()
  if (selector === undefined) return null
  const copy = user.copy()
  const set = (rule: Bytes): boolean => selector.apply(rule) === null
  switch (change.kind) {
    case 'key': {
      if (selector.allKeys || hasSpaces(change.pattern)) return null
      selector.keys = selector.keys.filter(({ pattern }) => pattern !== change.pattern)
      if (change.access !== 0 && !set(printKey(change.pattern, change.access))) return null
      break
    }
    case 'channel':
      if (selector.allChannels || hasSpaces(change.pattern)) return null
      selector.channels = selector.channels.filter(({ pattern }) => pattern !== change.pattern)
      if (change.value && !set(`&${change.pattern}`)) return null
      break
    case 'all':
      if (!set(allWords[change.of][change.value ? 0 : 1])) return null
      break
    case 'databases':
      if (!set(`db=${change.list.join(',')}`)) return null
      break
    case 'command':
      if (!set((change.allows ? '+' : '-') + change.name)) return null
  }
  copy.own = [copy.root, ...copy.own.slice(1)]
  copy.own[change.selector] = selector
  return fieldsOf(copy)
}

function changedSelectors(
  user: User,
  fields: UserFields,
  { selector, value }: Extract<FormChange, { kind: 'selector' }>,
): UserFields | null {
  if (!value) return selector === 0 ? null : { ...fields, selectors: fields.selectors.filter((_, i) => i !== selector) }
  const copy = user.copy()
  return copy.apply('()') === null ? fieldsOf(copy) : null
}

const allWords = {
  keys: ['~*', 'resetkeys'],
  channels: ['&*', 'resetchannels'],
  databases: ['alldbs', 'resetdbs'],
} as const

/** Yields the edits to try, the smallest first. */
function* candidates(
  acl: string,
  text: UserText,
  change: FormChange,
  target: Target,
  { roles }: UserFields,
): Generator<Edit[]> {
  const parsed = text.tokens.map((token) => ({ token, rule: parseRule(fromText(token.text)) }))
  const selector = 'selector' in change ? change.selector : 0
  const own = parsed.filter(({ token }) => token.selector === selector)
  const remove = (tokens: readonly UserToken[]): Edit[] => tokens.map((token) => removeRule(acl, token))
  const matching = (test: (rule: ParsedRule) => boolean): UserToken[] =>
    own.flatMap(({ token, rule }) => (test(rule) ? [token] : []))
  const replace = (token: UserToken, rule: string): Edit => ({ from: token.from, to: token.to, insert: rule })
  const append = (rule: string): Edit[] => [addRule(text, selector, rule) ?? []].flat()
  const insertAfter = (token: UserToken | undefined, rule: string): Edit[] =>
    token === undefined ? [] : [{ from: token.to, to: token.to, insert: ` ${rule}` }]

  switch (change.kind) {
    case 'enabled': {
      const flags = matching((rule) => rule.kind === 'flag' && (rule.flag === 'on' || rule.flag === 'off'))
      const last = flags.at(-1)
      const word = change.value ? 'on' : 'off'
      if (last !== undefined) yield [replace(last, word)]
      if (last === undefined) yield atStart(acl, text, word)
      yield append(word)
      return
    }
    case 'nopass': {
      if (change.value) yield append('nopass')
      else {
        yield remove(matching((rule) => rule.kind === 'flag' && rule.flag === 'nopass'))
        yield append('resetpass')
      }
      return
    }
    case 'password': {
      const isThis = (rule: ParsedRule): boolean =>
        rule.kind === 'password' && (rule.form === 'hash' ? rule.value : hashPassword(rule.value)) === change.hash
      if (change.value) {
        yield insertAfter(matching((rule) => rule.kind === 'password').at(-1), `#${change.hash}`)
        yield insertAfter(matching((rule) => rule.kind === 'flag' && rule.flag !== 'nopass').at(-1), `#${change.hash}`)
        yield append(`#${change.hash}`)
      } else {
        yield remove(matching(isThis))
        yield append(`!${change.hash}`)
      }
      return
    }
    case 'key': {
      const rule = toText(printKey(change.pattern, change.access))
      const same = matching((one) => one.kind === 'key' && one.pattern === change.pattern)
      const [first, ...rest] = same
      if (change.access === 0) {
        yield remove(same)
        return
      }
      if (first !== undefined) yield [replace(first, rule), ...remove(rest)]
      if (first !== undefined) yield [...remove(same.slice(0, -1)), replace(same.at(-1) ?? first, rule)]
      yield insertAfter(matching((one) => keyGrant(one) !== null).at(-1), rule)
      yield append(rule)
      return
    }
    case 'channel': {
      const rule = `&${toText(change.pattern)}`
      if (!change.value) {
        yield remove(matching((one) => one.kind === 'channel' && one.pattern === change.pattern))
        return
      }
      yield insertAfter(matching((one) => channelGrant(one) !== null || isResetOf(one, 'channels')).at(-1), rule)
      yield append(rule)
      return
    }
    case 'all': {
      const [all, none] = allWords[change.of]
      const given = matching((rule) => rule.kind === 'all' && rule.of === change.of)
      if (!change.value) {
        yield remove(given)
        yield append(none)
        return
      }
      yield remove(matching((rule) => isResetOf(rule, change.of)))
      yield append(all)
      return
    }
    case 'databases': {
      const rule = `db=${change.list.join(',')}`
      const last = matching((one) => one.kind === 'databases').at(-1)
      if (last !== undefined) yield [replace(last, rule)]
      yield append(rule)
      return
    }
    case 'command': {
      const rule = lower((change.allows ? '+' : '-') + change.name)
      const contrary = lower((change.allows ? '-' : '+') + change.name)
      const contraries = own.filter(({ token }) => lower(fromText(token.text)) === contrary).map(({ token }) => token)
      if (contraries.length > 0) yield remove(contraries)
      yield append(toText(rule))
      return
    }
    case 'role': {
      const lists = matching((one) => one.kind === 'roles')
      const last = lists.at(-1)
      if (roles.length === 0) {
        yield remove(lists)
        yield append('resetroles')
        return
      }
      const rule = toText(`role=${roles.join(',')}`)
      if (last !== undefined) yield [...remove(lists.slice(0, -1)), replace(last, rule)]
      yield append(rule)
      return
    }
    case 'selector': {
      if (change.value) {
        if (target.behaviours.hasSelectors) yield [{ from: text.to, to: text.to, insert: ' ()' }]
        return
      }
      const place = text.selectors[change.selector - 1]
      if (place !== undefined) yield remove([{ text: '', ...place, selector: 0 }])
    }
  }
}

/** Returns the edit that inserts a word right after the user's name. */
function atStart(acl: string, { from, name }: UserText, word: string): Edit[] {
  const at = acl.indexOf(name, acl.indexOf('user', from) + 4) + name.length
  return [{ from: at, to: at, insert: ` ${word}` }]
}
