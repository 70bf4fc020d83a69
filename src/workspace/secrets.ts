import type { Bytes } from '../acl/bytes'
import { fromText, lower, toText } from '../acl/bytes'
import { hashPassword } from '../acl/password'
import type { Word } from '../acl/split'
import { splitWords } from '../acl/split'
import type { SavedEntry, WorkspaceState } from './state'

/** What stands in a command line where a password stood (AUTH). No file of the workspace sets it, so it logs nobody in. */
export const hiddenPassword = 'password-not-shared'
/** What requirepass and the like are set to, in place of the password that was not shared. */
export const standInPassword = 'stand-in-for-the-password'

const secretDirectives = new Set([
  'requirepass',
  'masterauth',
  'primaryauth',
  'tls-key-file-pass',
  'tls-client-key-file-pass',
])

/** `>secret` to `#hash` and `<secret` to `!hash`, an opening bracket before it kept; any other rule as it is. */
function hideRule(rule: Bytes): Bytes {
  const parts = /^(\(*)([<>])(.*)$/s.exec(rule)
  return parts ? `${parts[1]}${parts[2] === '>' ? '#' : '!'}${hashPassword(parts[3] ?? '')}` : rule
}

/**
 * One line of users.acl. A word is what stands between spaces, as servers read it; lines that they refuse (quotes, tabs,
 * comments) hold secrets too, so words that start behind a tab or a quote count as well.
 */
function hideAclLine(line: Bytes): Bytes {
  const end = /[ \t\r]*$/.exec(line)?.index ?? line.length
  const rule = /(^|[ \t])(?:(["'])([<>])((?:(?!\2).)*)|(\(*[<>][^ ]*))/g
  const hidden = line
    .slice(0, end)
    .replace(rule, (_, before: string, quote: string | undefined, sign: string, quoted: string, plain: string) =>
      quote === undefined ? before + hideRule(plain) : `${before}${quote}${hideRule(sign + quoted)}`,
    )
  return hidden + line.slice(end)
}

/** Puts other words in place of some, the rest of the line as it was written. */
function replaceWords(line: Bytes, words: readonly Word[], replacement: (text: Bytes, index: number) => Bytes): Bytes {
  let out = ''
  let at = 0
  words.forEach((word, index) => {
    const text = replacement(word.text, index)
    if (text === word.text) return
    out += line.slice(at, word.from) + text
    at = word.to
  })
  return out + line.slice(at)
}

/** One line of redis.conf, what is commented out included. */
function hideConfLine(line: Bytes): Bytes {
  const comment = /^\s*#+/.exec(line)?.[0]
  if (comment !== undefined) return comment + hideConfLine(line.slice(comment.length))
  const name = lower(/^\s*(\S*)/.exec(line)?.[1] ?? '')
  if (name === 'user') {
    const words = splitWords(line)
    return words ? replaceWords(line, words, (text, index) => (index < 2 ? text : hideRule(text))) : hideAclLine(line)
  }
  if (!secretDirectives.has(name)) return line
  const words = splitWords(line)
  if (!words) return line.replace(/^(\s*\S+\s).*$/s, `$1${standInPassword}`)
  return replaceWords(line, words, (text, index) => (index === 0 || text === '' ? text : standInPassword))
}

const hide = (): Bytes => hiddenPassword
const from = <T>(list: readonly T[], start: number, change: (item: T, index: number) => T): T[] =>
  list.map((item, i) => (i < start ? item : change(item, i)))

/** The words behind a keyword: `AUTH secret`, `AUTH2 user secret`. */
function hideAfter(argv: readonly Bytes[], keyword: string, distance: number): Bytes[] {
  return argv.map((word, i) => (i > distance && lower(argv[i - distance] ?? '') === keyword ? hiddenPassword : word))
}

/** A command line's words with its passwords hashed where that is the same, taken out where it is not. */
function hideArguments(argv: readonly Bytes[], nameOf: (word: Bytes) => string): readonly Bytes[] {
  const sub = lower(argv[1] ?? '')
  // redis-cli repeats a command that follows a number.
  if (argv.length > 1 && /^\d+$/.test(argv[0] ?? ''))
    return [...argv.slice(0, 1), ...hideArguments(argv.slice(1), nameOf)]
  switch (nameOf(argv[0] ?? '')) {
    case 'auth':
      return from(argv, argv.length > 2 ? 2 : 1, hide)
    case 'hello':
      return argv.map((word, i) => (i > 2 && lower(argv[i - 2] ?? '') === 'auth' ? hiddenPassword : word))
    case 'acl':
      if (sub === 'setuser') return from(argv, 3, hideRule)
      return sub === 'dryrun' ? [...argv.slice(0, 3), ...hideArguments(argv.slice(3), nameOf)] : argv
    case 'config':
      return sub === 'set'
        ? from(argv, 3, (word, i) =>
            secretDirectives.has(lower(argv[i - 1] ?? '')) && word !== '' ? standInPassword : word,
          )
        : argv
    case 'migrate':
      return hideAfter(hideAfter(argv, 'auth', 1), 'auth2', 2)
    case 'sentinel':
      return hideAfter(argv, 'auth-pass', 1)
    case 'command':
      return sub.startsWith('getkeys') ? [...argv.slice(0, 2), ...hideArguments(argv.slice(2), nameOf)] : argv
    default:
      return argv
  }
}

/** Which commands `rename-command` gave other names, by the new name. */
function renamed(conf: Bytes): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const line of conf.split('\n')) {
    const words = /^\s*rename-command\s/i.test(line) ? splitWords(line) : null
    if (words?.[1] && words[2]) names.set(lower(words[2].text), lower(words[1].text))
  }
  return names
}

function hideCommandLine(line: Bytes, names: ReadonlyMap<string, string>): Bytes {
  const nameOf = (word: Bytes): string => names.get(lower(word)) ?? lower(word)
  const words = splitWords(line)
  if (words) {
    const argv = hideArguments(
      words.map((word) => word.text),
      nameOf,
    )
    return replaceWords(line, words, (text, index) => argv[index] ?? text)
  }
  // A line whose quotes do not close is never sent, but it was typed: of those that take passwords only the name stays.
  const name = /^\s*\S+/.exec(line)?.[0] ?? ''
  return /^(auth|hello|acl|config|migrate|sentinel|command)$/.test(nameOf(name.trim()))
    ? `${name} ${hiddenPassword}`
    : line
}

/** One sentence of users.expect, what is commented out included: its command stands between `can` and the first clause. */
function hideExpectation(line: Bytes, names: ReadonlyMap<string, string>): Bytes {
  const comment = /^\s*#+/.exec(line)?.[0]
  if (comment !== undefined) return comment + hideExpectation(line.slice(comment.length), names)
  const words = splitWords(line)
  const name = words === null ? /^\s*\S+\s+\S+\s+/.exec(line)?.[0].length : words[2]?.from
  if (name === undefined) return line
  const isBare = (word: Word | undefined, text: string): boolean =>
    word !== undefined && word.to - word.from === text.length && word.text === text
  const clause = words?.find(
    (word, i) =>
      i > 2 && (isBare(word, 'from') || isBare(word, 'because') || (isBare(word, 'in') && isBare(words[i + 1], 'db'))),
  )
  const end = clause?.from ?? line.length
  return line.slice(0, name) + hideCommandLine(line.slice(name, end), names) + line.slice(end)
}

const lineByLine = (text: string, change: (line: Bytes) => Bytes): string =>
  toText(fromText(text).split('\n').map(change).join('\n'))

/**
 * The same workspace without its passwords, for a link.
 *
 * - users.acl, `user` lines of redis.conf and ACL SETUSER: `>secret` becomes `#` and its SHA-256, `<secret` becomes `!` and
 *   its SHA-256. To a server that is the same. (A weak password can still be guessed from its hash.)
 * - requirepass, masterauth and the like, in redis.conf and CONFIG SET: the password becomes `stand-in-for-the-password`,
 *   since they know no hash. Whoever opens the link has a server with that password.
 * - AUTH, HELLO … AUTH, MIGRATE … AUTH: the password becomes `password-not-shared`. The entry's `login` says whom the line
 *   logged in; replayOf tells to log in by name then, without a password. A log-in that was refused stays refused.
 * - users.expect: the commands in its sentences, as above.
 * - Lines inside ACL DRYRUN and COMMAND GETKEYS, under names that rename-command gave, and comment lines of the files count too.
 *
 * What is not recognized: passwords within a script's text, and in keys and values.
 */
export function hideSecrets(state: WorkspaceState): WorkspaceState {
  const names = renamed(fromText(state.files.conf))
  const entries = state.entries.map((entry): SavedEntry => ({
    ...entry,
    line: toText(hideCommandLine(fromText(entry.line), names)),
  }))
  const { acl, conf, expect } = state.files
  const files = {
    acl: lineByLine(acl, hideAclLine),
    conf: lineByLine(conf, hideConfLine),
    ...(expect !== undefined && { expect: lineByLine(expect, (line) => hideExpectation(line, names)) }),
  }
  return { ...state, files, entries }
}

/** How to carry out a saved entry. */
export type Replay =
  | { readonly kind: 'run'; readonly line: string }
  /** Log in by name, since the line's password was not shared; then run what else the line did (HELLO 3), if anything. */
  | { readonly kind: 'login'; readonly user: string; readonly line: string; readonly then: string | null }

/** Says how to carry out an entry: as its line, unless its password was taken out and it had logged somebody in. */
export function replayOf({ line, login }: SavedEntry): Replay {
  if (typeof login !== 'string' || !line.includes(hiddenPassword)) return { kind: 'run', line }
  return { kind: 'login', user: login, line, then: /^\s*auth\s/i.test(line) ? null : withoutAuth(line) }
}

/** `HELLO 3 AUTH app … SETNAME x` without its AUTH part; null where there is none. */
function withoutAuth(line: string): string | null {
  const bytes = fromText(line)
  const words = splitWords(bytes) ?? []
  const at = words.findIndex(({ text }, i) => i > 0 && lower(text) === 'auth')
  if (at < 0) return null
  return toText((bytes.slice(0, words[at]?.from) + bytes.slice(words[at + 2]?.to)).trim())
}
