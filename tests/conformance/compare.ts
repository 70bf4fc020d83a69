import { wordAt } from '../../src/acl/argv'
import { fromText, fromUint8, toTextExact, toUint8, type Bytes } from '../../src/acl/bytes'
import type { Reply } from '../../src/resp/reply'
import type { TargetId } from '../../src/targets/target'
import type { Argument, Recorded } from './recordings'

/** A recorded argument as bytes. */
export function argumentBytes(argument: Argument): Bytes {
  return typeof argument === 'string' ? fromText(argument) : fromUint8(Buffer.from(argument.x, 'base64'))
}

function bulk(bytes: Bytes): Recorded {
  return toTextExact(bytes) ?? { x: Buffer.from(toUint8(bytes)).toString('base64') }
}

/** Error and status texts are written as text even where they are not UTF-8: replacement characters stand for the bad bytes. */
function line(bytes: Bytes): string {
  return Buffer.from(toUint8(bytes)).toString('utf8')
}

/** A reply in the form that the recordings use, as a client of this protocol sees it. */
export function asRecorded(reply: Reply, protocol: 2 | 3): Recorded {
  if (reply === null) return null
  if (typeof reply === 'string') return bulk(reply)
  if (typeof reply === 'number' || typeof reply === 'bigint')
    return { i: typeof reply === 'bigint' ? Number(reply) : reply }
  if (!('type' in reply)) return reply.map((item) => asRecorded(item, protocol))
  if (reply.type === 'raw') return bulk(reply.text)
  switch (reply.type) {
    case 'simple':
      return { s: line(reply.text) }
    case 'error':
      return { e: line(reply.text) }
    case 'null-array':
      return null
    case 'map': {
      const pairs = reply.pairs.map(([k, v]) => [asRecorded(k, protocol), asRecorded(v, protocol)])
      return protocol === 3 ? { m: pairs } : pairs.flat()
    }
    case 'set': {
      const items = reply.items.map((item) => asRecorded(item, protocol))
      return protocol === 3 ? { t: items } : items
    }
    case 'push': {
      const items = reply.items.map((item) => asRecorded(item, protocol))
      return protocol === 3 ? { p: items } : items
    }
    case 'double':
      return protocol === 3 ? { d: reply.text } : bulk(reply.text)
    case 'boolean':
      return protocol === 3 ? { b: reply.value } : { i: reply.value ? 1 : 0 }
    case 'verbatim':
      return protocol === 3 ? { v: `${reply.format}:${toTextExact(reply.text) ?? reply.text}` } : bulk(reply.text)
    case 'attributed':
      return asRecorded(reply.reply, protocol)
    case 'big-number':
      return protocol === 3 ? { n: reply.text } : bulk(reply.text)
  }
}

const isAny = (value: Recorded | undefined): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'any' in value

/** Deep equality, where `{"any":1}` in what was recorded stands for anything. */
export function matches(expected: Recorded | undefined, actual: Recorded | undefined): boolean {
  if (isAny(expected)) return actual !== undefined
  if (expected === actual) return true
  if (typeof expected !== 'object' || typeof actual !== 'object' || expected === null || actual === null) return false
  if (Array.isArray(expected) || Array.isArray(actual)) {
    if (!Array.isArray(expected) || !Array.isArray(actual) || expected.length !== actual.length) return false
    return expected.every((item, i) => matches(item as Recorded, actual[i] as Recorded))
  }
  const [a, b] = [expected as Record<string, unknown>, actual as Record<string, unknown>]
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length && keys.every((k) => k in b && matches(a[k] as Recorded, b[k] as Recorded))
  )
}

/** Commands whose array or set reply comes in the order of a hash table. */
const unorderedLists = new Set([
  'acl list',
  'acl users',
  'acl cat',
  'smembers',
  'sinter',
  'sunion',
  'sdiff',
  'keys',
  'hkeys',
  'hvals',
  'command info',
  'command list',
  'command',
])
/** Commands whose flat or map reply is pairs in the order of a hash table. */
const unorderedPairs = new Set(['hgetall', 'config get'])
const unorderedScans = new Set(['scan', 'sscan', 'hscan', 'zscan'])
/** Targets that print a user's command rules in the order of a hash table. */
const unorderedRules = new Set<TargetId>(['redis-6.0', 'redis-6.2', 'redis-7.0'])

const sorted = (items: readonly Recorded[]): Recorded[] =>
  [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

/** The command rules in a user line or `commands` string, brought into one order. */
function sortRules(text: string): string {
  return text.replace(/(?<![^ (])[+-]\S+?(?: [+-]\S+?)*(?=\)? |\)?$)/g, (run) => run.split(' ').sort().join(' '))
}

function sortRulesDeep(reply: Recorded): Recorded {
  if (typeof reply === 'string') return sortRules(reply)
  if (Array.isArray(reply)) return (reply as readonly Recorded[]).map(sortRulesDeep)
  if (typeof reply === 'object' && reply !== null)
    return Object.fromEntries(Object.entries(reply).map(([k, v]) => [k, sortRulesDeep(v as Recorded)]))
  return reply
}

function inner(reply: Recorded, change: (items: readonly Recorded[]) => readonly Recorded[]): Recorded {
  if (Array.isArray(reply)) return change(reply as readonly Recorded[])
  if (typeof reply === 'object' && reply !== null) {
    const tag = Object.keys(reply)[0]
    const value = tag === undefined ? undefined : (reply as Record<string, unknown>)[tag]
    if (tag !== undefined && Array.isArray(value)) return { [tag]: change(value as Recorded[]) }
  }
  return reply
}

function pairUp(items: readonly Recorded[]): Recorded[] {
  const out: Recorded[] = []
  for (let i = 0; i < items.length; i += 2) out.push(items.slice(i, i + 2))
  return out
}

/** COMMAND INFO lists a container's subcommands in the order of a hash table as well. */
function sortSubcommands(command: Recorded): Recorded {
  return Array.isArray(command)
    ? (command as readonly Recorded[]).map((part, i) => (i === 9 ? inner(part, sorted) : part))
    : command
}

/** The users that hold a role, the last field of ACL GETROLE, come in the order of a hash table. */
function sortUsers(fields: readonly Recorded[]): readonly Recorded[] {
  const last = fields.at(-1)
  if (!Array.isArray(last)) return fields
  const users = last as readonly Recorded[]
  const isPair = users[0] === 'users' && Array.isArray(users[1])
  return [...fields.slice(0, -1), isPair ? ['users', sorted(users[1] as readonly Recorded[])] : sorted(users)]
}

/** Brings a reply to a command into the one order in which two servers can be compared. */
export function canonical(reply: Recorded, argv: readonly Bytes[], target: TargetId): Recorded {
  const name = wordAt(argv, 0)
  const both = `${name} ${wordAt(argv, 1)}`
  let out = both === 'command info' ? inner(reply, (items) => items.map(sortSubcommands)) : reply
  if (both === 'acl getrole') out = inner(out, sortUsers)
  if (unorderedRules.has(target) && (both === 'acl list' || both === 'acl getuser')) out = sortRulesDeep(out)
  if (unorderedLists.has(name) || unorderedLists.has(both)) out = inner(out, sorted)
  else if (unorderedPairs.has(name) || unorderedPairs.has(both)) {
    out = inner(out, (items) =>
      sorted(items.length > 0 && items.every((item) => Array.isArray(item)) ? items : pairUp(items)),
    )
  } else if (unorderedScans.has(name)) {
    out = inner(out, (items) =>
      items.map((item, i) =>
        i === 1
          ? inner(item, (list) => (name === 'hscan' || name === 'zscan' ? sorted(pairUp(list)) : sorted(list)))
          : item,
      ),
    )
  }
  return out
}

/** A saved ACL file in the one order in which two servers' can be compared. */
export function canonicalFile(text: string, target: TargetId): string {
  const lines = text.split('\n').map((line) => (unorderedRules.has(target) ? sortRules(line) : line))
  return lines.sort().join('\n')
}
