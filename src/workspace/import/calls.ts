import { fromText, type Bytes } from '../../acl/bytes'
import type { ImportCollector } from './collect'

const call = /\b(?:acl_setuser|acl_set_user|aclSetUser|ACLSetUser|acl|call|sendCommand|execute_command)\s*\(/g
/** The maximum length of a call: a quote that is never closed would otherwise include the rest of the text. */
const LONGEST = 20_000

/** Returns true for a text that calls a client library to set users. */
export function hasSetUserCall(text: string): boolean {
  return /\.(?:acl_setuser|acl_set_user|aclSetUser|ACLSetUser)\s*\(|["']acl["']\s*,\s*["']setuser["']|\.acl\(\s*["']setuser["']|["']acl setuser["']/i.test(
    text,
  )
}

/**
 * Parses calls that set users with redis-py, node-redis, ioredis and similar libraries. Notes arguments that are not
 * literals.
 */
export function readCalls(text: string, into: ImportCollector): void {
  call.lastIndex = 0
  for (let found = call.exec(text); found !== null; found = call.exec(text)) {
    const from = call.lastIndex
    const args = readArguments(text.slice(from, from + LONGEST))
    const words = args.filter(({ key }) => key === null).flatMap(({ strings }) => strings)
    const [first = ''] = words
    const skipped = /^acl setuser$/i.test(first) ? 1 : /^acl$/i.test(first) ? 2 : /^setuser$/i.test(first) ? 1 : 0
    const isSetUser = /set_?user/i.test(found[0]) || skipped > 0
    const named = args.find(({ key }) => key === 'username')?.strings[0]
    const name = named ?? words[skipped]
    if (!isSetUser || name === undefined) continue
    const rules = [
      ...words.slice(named === undefined ? skipped + 1 : skipped),
      ...options.flatMap((key) => args.filter((one) => one.key === key).flatMap(rulesOfOption)),
    ]
    into.change(fromText(name), rules.map(fromText) satisfies Bytes[])
    if (args.some(({ isComplete, key }) => !isComplete && key !== 'username'))
      into.note(
        'lost',
        fromText(name),
        'An argument of the call is worked out when the program runs, and was left out.',
      )
  }
}

interface Argument {
  /** The name of a keyword argument; null for a positional one. */
  readonly key: string | null
  readonly strings: readonly string[]
  readonly isTrue: boolean
  /** True where all parts are literals. */
  readonly isComplete: boolean
}

/** The keyword arguments of redis-py, in the order it sends them. */
const options = [
  'reset',
  'reset_keys',
  'reset_channels',
  'reset_passwords',
  'enabled',
  'passwords',
  'hashed_passwords',
  'nopass',
  'categories',
  'commands',
  'keys',
  'channels',
  'selectors',
]

/** Returns the rules that a keyword argument of redis-py sends. */
function rulesOfOption({ key, strings, isTrue }: Argument): string[] {
  switch (key) {
    case 'enabled':
      return [isTrue ? 'on' : 'off']
    case 'nopass':
      return isTrue ? ['nopass'] : []
    case 'reset':
      return isTrue ? ['reset'] : []
    case 'reset_passwords':
      return isTrue ? ['resetpass'] : []
    case 'reset_keys':
      return isTrue ? ['resetkeys'] : []
    case 'reset_channels':
      return isTrue ? ['resetchannels'] : []
    case 'passwords':
      return strings.map((one) => (one.startsWith('-') ? `<${one.slice(1)}` : `>${one.replace(/^\+/, '')}`))
    case 'hashed_passwords':
      return strings.map((one) => (one.startsWith('-') ? `!${one.slice(1)}` : `#${one.replace(/^\+/, '')}`))
    case 'categories':
      return strings.map((one) => one.replace(/^([+-])(?!@)/, '$1@'))
    case 'commands':
      return [...strings]
    case 'keys':
      return strings.map((one) => (/^[%~]/.test(one) ? one : `~${one}`))
    case 'channels':
      return strings.map((one) => (one.startsWith('&') ? one : `&${one}`))
    case 'selectors':
      // Each item is a pair of command and key pattern.
      return strings.flatMap((one, i) => (i % 2 === 0 ? [`(${one} ${strings[i + 1] ?? ''})`] : []))
    default:
      return []
  }
}

const token =
  /\s+|(?:[rbuf]{0,2})("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|([A-Za-z_$][\w$.]*)\s*(?=[=:](?!=))[=:]|([A-Za-z_$][\w$.]*)|[^]/gy

/** Parses the arguments of a call up to its closing parenthesis. */
function readArguments(text: string): Argument[] {
  const args: { key: string | null; strings: string[]; isTrue: boolean; isComplete: boolean }[] = []
  const fresh = (
    key: string | null,
  ): { key: string | null; strings: string[]; isTrue: boolean; isComplete: boolean } => ({
    key,
    strings: [],
    isTrue: false,
    isComplete: true,
  })
  let now = fresh(null)
  let depth = 0
  token.lastIndex = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [all, quoted, key, word] = found
    if (quoted !== undefined) {
      if (/^[rbu]?f/i.test(all) || (quoted.startsWith('`') && quoted.includes('${'))) now.isComplete = false
      else now.strings.push(quoted.slice(1, -1).replace(/\\(.)/g, '$1'))
    } else if (key !== undefined) now.key = key.toLowerCase()
    else if (word !== undefined) {
      if (/^true$/i.test(word)) now.isTrue = true
      else if (!/^(?:false|none|null|await|new)$/i.test(word)) now.isComplete = false
    } else if (/[([{]/.test(all)) depth++
    else if (/[)\]}]/.test(all)) {
      if (depth === 0) break
      depth--
    } else if (all === ',' && depth === 0) {
      args.push(now)
      now = fresh(null)
    }
  }
  return [...args, now]
}
