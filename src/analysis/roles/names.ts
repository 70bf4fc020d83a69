import { toText, type Bytes } from '../../acl/bytes'
import { isCommandRule, parseRule } from '../../acl/rule'
import type { Selector } from '../../acl/selector'

/** The shortest beginning of users' names that names a role. */
const SHORTEST = 3

/**
 * Returns a name for the role of some selectors: the beginning that the names of its users share, else the beginning of its keys
 * and what it may do with them. Never one of `taken`.
 */
export function roleName(
  users: readonly Bytes[],
  selector: Selector,
  rules: readonly Bytes[],
  taken: ReadonlySet<Bytes>,
): Bytes {
  const shared = sharedStart(users)
  const keys = selector.allKeys
    ? ''
    : sharedStart(selector.keys.map(({ pattern }) => /^[\w.:-]*/.exec(pattern)?.[0] ?? ''))
  const name = shared.length >= SHORTEST ? shared : keys === '' ? workOf(rules) : `${keys}-${workOf(rules)}`
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name}-${n}`
    if (!taken.has(tried)) return tried
  }
}

/** Returns the beginning that all names share, without the digits and delimiters at its end. */
function sharedStart([first = '', ...others]: readonly Bytes[]): Bytes {
  let length = first.length
  for (const other of others) {
    let at = 0
    while (at < length && other[at] === first[at]) at++
    length = at
  }
  return toText(first.slice(0, length))
    .replace(/[^A-Za-z]+$/, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
}

/** Returns a word for what command rules allow. */
function workOf(rules: readonly Bytes[]): string {
  const commands = rules.filter((text) => text.startsWith('+') && isCommandRule(parseRule(text)))
  const has = (...names: readonly string[]): boolean => commands.some((text) => names.includes(text.toLowerCase()))
  if (has('+@all', '+@admin')) return 'admin'
  if (has('+@write', '+set', '+del', '+incr', '+hset', '+lpush', '+xadd')) return 'writer'
  if (has('+@read', '+get', '+mget', '+hgetall')) return 'reader'
  return has('+publish', '+subscribe', '+psubscribe', '+@pubsub') ? 'messenger' : 'role'
}
