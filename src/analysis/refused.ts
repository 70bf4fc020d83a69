import { type Bytes, fromText, toText } from '../acl/bytes'
import type { DenyReason } from '../acl/decision'
import { splitWords } from '../acl/split'
import type { User } from '../acl/user'
import type { Users } from '../acl/users'
import type { Target } from '../targets/target'
import { readCapture, replay } from './replay'
import type { CapturedLine, ReplayedLine } from './replay/types'

/** A denial as somebody pasted it: an error, a command line, or entries of ACL LOG. */
export interface Refused {
  readonly kind: 'error' | 'command' | 'acl-log'
  /** The user that the text names; null where it names none. */
  readonly user: Bytes | null
  /** The reason that the text tells; null where it tells none. */
  readonly reason: DenyReason | null
  /** The denied lines, the newest first; empty where the text does not tell the command. */
  readonly lines: readonly CapturedLine[]
  /** True where the error is of a script's command, whose line only the script knows. */
  readonly inScript: boolean
}

/** Limits of a pasted text; the rest is ignored. */
const refusedLimits = { characters: 100_000, lines: 20 } as const

interface Wording {
  readonly pattern: RegExp
  readonly reason: DenyReason
  readonly inScript?: boolean
}

/** The words of all releases, wherever a client library puts them. Groups: `user`, `command`, `object`. */
const wordings: readonly Wording[] = [
  {
    pattern:
      /(?:this user|\buser (?<user>\S{1,200})) has no permissions to run the '(?<command>[^'\n]{1,200})' command/i,
    reason: 'command',
  },
  {
    pattern:
      /(?:this user|\buser (?<user>\S{1,200})) has no permissions to access the '(?<object>[^\n]{0,1000})' key\b/i,
    reason: 'key',
  },
  {
    pattern:
      /(?:this user|\buser (?<user>\S{1,200})) has no permissions to access the '(?<object>[^\n]{0,1000})' channel\b/i,
    reason: 'channel',
  },
  { pattern: /no permissions to access database\b/i, reason: 'database' },
  { pattern: /no permissions to access (?:a key\b|one of the keys\b)/i, reason: 'key' },
  { pattern: /no permissions to access (?:a channel\b|one of the channels\b)/i, reason: 'channel' },
  { pattern: /user executing the script can't run this command/i, reason: 'command', inScript: true },
  { pattern: /user executing the script can't access at least one of the keys/i, reason: 'key', inScript: true },
  {
    pattern: /user executing the script can't (?:publish to the channel|access at least one of the channels)/i,
    reason: 'channel',
    inScript: true,
  },
  { pattern: /\bWRONGPASS\b|invalid username-password pair|\bNOAUTH\b|Authentication required\b/i, reason: 'auth' },
  { pattern: /\bNOPERM\b/, reason: 'command' },
]

/**
 * Reads a pasted denial: a NOPERM error of any release, as redis-cli or a client library shows it; a command line,
 * perhaps after a prompt that names the user (`app> GET x`); or entries of ACL LOG. Accepts any text.
 * @returns null for a text without any of them
 */
export function readRefused(given: string, target: Target): Refused | null {
  const text = given.slice(0, refusedLimits.characters)
  if (text.trim() === '') return null
  const capture = readCapture(text, target)
  if (capture.kind === 'acl-log') {
    const lines = capture.lines.slice(0, refusedLimits.lines)
    const reason = logReason(text)
    return { kind: 'acl-log', user: lines[0]?.user ?? null, reason, lines, inScript: /\blua\b/.test(text) }
  }
  const found = errorIn(text)
  if (found !== null) {
    const { reason, inScript, user, command } = found
    const argv =
      (reason === 'auth' ? null : ranIn(text, command, target)) ?? (command === null ? null : nameOf(command))
    return { kind: 'error', user: user ?? userIn(text), reason, lines: argv === null ? [] : [argv], inScript }
  }
  const { user, words } = typedLine(text)
  const argv = splitWords(fromText(words))?.map((word) => word.text) ?? null
  if (argv === null || argv.length === 0) return null
  return { kind: 'command', user, reason: null, lines: [lineOf(argv)], inScript: false }
}

const lineOf = (argv: readonly Bytes[], partial = false): CapturedLine => ({
  argv,
  line: 1,
  db: 0,
  user: null,
  client: null,
  seen: 'refused',
  count: 1,
  partial,
  keys: null,
})

/** Returns a line of a command of which only the name is known. */
const nameOf = (command: Bytes): CapturedLine => lineOf(command.split('|'), true)

interface FoundError {
  readonly reason: DenyReason
  readonly inScript: boolean
  readonly user: Bytes | null
  readonly command: Bytes | null
}

function errorIn(text: string): FoundError | null {
  for (const { pattern, reason, inScript = false } of wordings) {
    const groups = pattern.exec(text)
    if (groups === null) continue
    const { user, command } = groups.groups ?? {}
    return {
      reason,
      inScript: inScript || /ACL failure in script/i.test(text),
      user: user === undefined ? null : fromText(user),
      command: command === undefined ? null : fromText(command.toLowerCase()),
    }
  }
  return null
}

function logReason(text: string): DenyReason | null {
  const [, reason] = /\breason"?\s*(?:=>)?\s*(?:\d+\)|\n)*\s*"?(command|key|channel|database|auth)\b/.exec(text) ?? []
  return (reason as DenyReason | undefined) ?? null
}

/** Matches a prompt before a command: redis-cli's, or the page's, which names the user. */
const prompt =
  /^\s*(?:\[[^\]\n]{0,60}\]\s*)?([^\s>]{1,200}?)(?:\[\d{1,9}\])?(?:\((?:TX|subscribed(?: mode)?)\))?>\s?(.*)$/

/** Returns the user that the prompt of a pasted console names; null for redis-cli's prompt, which names none. */
function userIn(text: string): Bytes | null {
  for (const line of text.split('\n').slice(0, 200)) {
    const [, name = ''] = prompt.exec(line.slice(0, 5000)) ?? []
    if (name !== '' && !/:\d+$|\.sock$|^not$|^connected$/.test(name) && !name.includes('/')) return fromText(name)
  }
  return null
}

/** Splits the first line with words into its prompt's user and the command. */
function typedLine(text: string): { readonly user: Bytes | null; readonly words: string } {
  const line = text.split(/\r?\n/).find((one) => one.trim() !== '') ?? ''
  const found = prompt.exec(line)
  return found === null ? { user: null, words: line.trim() } : { user: userIn(line), words: found[2] ?? '' }
}

/**
 * Finds the command line that an error is about: after a prompt, in ioredis's `command: { name, args }`, or in redis-py's
 * `Command # 1 (SET a b) of pipeline`.
 * @param command the command that the error names; null where it names none
 */
function ranIn(text: string, command: Bytes | null, target: Target): CapturedLine | null {
  const [, wrapped] = /\bCommand # \d+ \(([^\n]{1,2000}?)\) of pipeline/.exec(text) ?? []
  const prompted = text
    .split(/\r?\n/)
    .slice(0, 200)
    .flatMap((line) => prompt.exec(line.slice(0, 5000))?.[2] ?? [])
    .filter((line) => line.trim() !== '')
  const candidates = [
    ...[wrapped ?? [], ...prompted.reverse()].flat().flatMap((line) => {
      const words = splitWords(fromText(line))
      return words === null || words.length === 0 ? [] : [words.map((word) => word.text)]
    }),
    ...ioredisLine(text),
  ]
  const fitting = candidates.find((argv) => {
    const found = target.table.resolve(argv)
    return found !== undefined && (command === null || found.name === command || found.parent?.name === command)
  })
  return fitting === undefined ? null : lineOf(fitting)
}

function ioredisLine(text: string): Bytes[][] {
  const [, name, list] =
    /\bcommand"?:\s*\{\s*"?name"?:\s*['"]([^'"\n]{1,100})['"],\s*"?args"?:\s*\[([^\]]{0,2000})\]/.exec(text) ?? []
  if (name === undefined) return []
  const args = [...(list ?? '').matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(-?\d+(?:\.\d+)?)/g)]
  return [
    [name, ...args.map(([, single, double, bare]) => (single ?? double ?? bare ?? '').replace(/\\(.)/g, '$1'))].map(
      fromText,
    ),
  ]
}

/** The answer to a denial: a verdict for each line, or the reason why there is none. */
export type RefusedAnswer =
  | { readonly kind: 'verdicts'; readonly user: User; readonly lines: readonly ReplayedLine[] }
  /** There is no such user. */
  | { readonly kind: 'no-user'; readonly name: string }
  /** A failed log-in, with the reason as far as the rules tell it. */
  | { readonly kind: 'log-in'; readonly why: string }
  /** The text does not tell the command. */
  | { readonly kind: 'no-command' }

/**
 * Answers why a denial happened, by the rules of a user.
 * @param name the user whose rules decide
 */
export function answerRefused(refused: Refused, name: Bytes, users: Users, target: Target): RefusedAnswer {
  const user = users.get(name)
  if (refused.reason === 'auth' && refused.lines.length === 0) return { kind: 'log-in', why: logInWhy(user, name) }
  if (user === undefined) return { kind: 'no-user', name: toText(name) }
  if (refused.lines.length === 0) return { kind: 'no-command' }
  return { kind: 'verdicts', user, lines: replay(refused.lines, user, target) }
}

function logInWhy(user: User | undefined, name: Bytes): string {
  const label = toText(name)
  if (user === undefined) return `There is no user ${label}, so every log-in as it fails.`
  if (!user.enabled) return `${label} is off, so nobody can log in as it.`
  if (user.nopass) return `${label} accepts any password, so the name that was sent was another, or none was sent.`
  if (user.passwords.length === 0) return `${label} has no password, so nobody can log in as it.`
  return `${label} is on and has ${user.passwords.length === 1 ? 'a password' : `${user.passwords.length} passwords`}: the password that was sent is not among them.`
}
