import { type Bytes, lower } from '../../acl/bytes'
import { type Word, splitLine } from '../../acl/split'
import { hiddenPassword } from './hidden-password'
import { type Secret, secretsInWords } from './rules'

/** Replaces the password of requirepass and similar directives. */
export const standInPassword = 'stand-in-for-the-password'

/** The directives that set a password. */
export const secretDirectives: readonly string[] = [
  'requirepass',
  'masterauth',
  'primaryauth',
  'tls-key-file-pass',
  'tls-client-key-file-pass',
]

const isSecretDirective = (word: Bytes | undefined): boolean => secretDirectives.includes(lower(word ?? ''))

/** The commands that take passwords, and the programs that take them as options. */
const secretCommands: readonly string[] = [
  'auth',
  'hello',
  'acl',
  'config',
  'migrate',
  'sentinel',
  'command',
  'redis-cli',
  'valkey-cli',
]

/** The commands that rename-command renamed, by the new name in lower case. */
export type CommandNames = ReadonlyMap<string, string>

/** Returns the real name of a command, in lower case. */
const nameOf = (word: Bytes, names: CommandNames): string => names.get(lower(word)) ?? lower(word)

/** Returns true for the name of a command that takes passwords. */
export function takesPasswords(word: Bytes, names: CommandNames): boolean {
  return secretCommands.includes(nameOf(word, names))
}

const hide = ({ from, to, text }: Word, instead = hiddenPassword): Secret[] =>
  text === instead ? [] : [{ from, to, instead }]
const hideFrom = (words: readonly Word[], start: number): Secret[] => words.slice(start).flatMap((word) => hide(word))

/** Returns true for a word before the command: redis-cli's repeat count, or a pasted prompt. */
const isBefore = (word: Bytes): boolean => /^\d+$/.test(word) || /^\S*>$/.test(word)

/** Returns the index of the command's name. */
function nameIndex(words: readonly Word[]): number {
  let at = 0
  while (at < words.length && isBefore(words[at]?.text ?? '')) at++
  return at
}

/** Finds the passwords in the words of a command line. */
export function secretsInCommand(words: readonly Word[], names: CommandNames): Secret[] {
  for (let at = nameIndex(words); at < words.length;) {
    const name = nameOf(words[at]?.text ?? '', names)
    const sub = lower(words[at + 1]?.text ?? '')
    if (name === 'acl' && sub === 'dryrun') at += 3
    else if (name === 'command' && sub.startsWith('getkeys')) at += 2
    else return secretsOf(name, words.slice(at), names)
  }
  return []
}

function secretsOf(name: string, words: readonly Word[], names: CommandNames): Secret[] {
  const sub = lower(words[1]?.text ?? '')
  switch (name) {
    case 'auth':
      return hideFrom(words, words.length === 3 ? 2 : 1)
    case 'hello':
      return hideAfter(words, new Map([['auth', 2]]))
    case 'acl':
      return sub === 'setuser' || sub === 'setrole' ? secretsInWords(words.slice(3)) : []
    case 'config':
      return sub === 'set' ? secretsInConfigSet(words) : []
    case 'migrate':
      return hideAfter(
        words,
        new Map([
          ['auth', 1],
          ['auth2', 2],
        ]),
      )
    case 'sentinel':
      return secretsInSentinel(sub, words)
    case 'redis-cli':
    case 'valkey-cli':
      return secretsInClient(words, names)
    default:
      return []
  }
}

/**
 * Hides the words at a distance after a keyword (`AUTH secret`, `AUTH2 user secret`). Where the line ends or another
 * keyword follows earlier, the only word present counts as the password.
 */
function hideAfter(words: readonly Word[], distances: ReadonlyMap<string, number>): Secret[] {
  const found: Secret[] = []
  for (let i = 1; i < words.length; i++) {
    const keyword = lower(words[i]?.text ?? '')
    if (keyword === 'keys') break
    const distance = distances.get(keyword)
    if (distance === undefined) continue
    const far = words[i + distance]
    const isCutShort = far === undefined || /^(?:setname|keys|auth2?|copy|replace)$/i.test(far.text)
    const word = isCutShort ? words[i + 1] : far
    if (word !== undefined) found.push(...hide(word))
    i += isCutShort ? 1 : distance
  }
  return found
}

/**
 * Hides the passwords of CONFIG SET. Where names and values are not in pairs, hides everything after the first name of
 * a password directive.
 */
function secretsInConfigSet(words: readonly Word[]): Secret[] {
  const isPaired = words.length % 2 === 0
  const first = words.findIndex(({ text }, i) => i > 1 && isSecretDirective(text))
  if (first < 0) return []
  return words.flatMap((word, i) =>
    i > first && word.text !== '' && (!isPaired || isSecretDirective(words[i - 1]?.text))
      ? hide(word, standInPassword)
      : [],
  )
}

/** Hides the passwords of SENTINEL SET and CONFIG SET, and of the directives of sentinel.conf. */
function secretsInSentinel(sub: string, words: readonly Word[]): Secret[] {
  if (sub === 'auth-pass') return hideFrom(words, words.length > 3 ? 3 : 2)
  if (sub === 'sentinel-pass') return hideFrom(words, 2)
  return hideAfter(
    words,
    new Map([
      ['auth-pass', 1],
      ['sentinel-pass', 1],
    ]),
  )
}

/** Hides the passwords of a redis-cli command in a shell: its own, and those of the command that it sends. */
function secretsInClient(words: readonly Word[], names: CommandNames): Secret[] {
  const at = words.findIndex(({ text }, i) => i > 0 && takesPasswords(text, names))
  const options = at < 0 ? words : words.slice(0, at)
  return [
    ...options.flatMap((word, i) => (i > 1 && /^(?:-a|--pass)$/.test(words[i - 1]?.text ?? '') ? hide(word) : [])),
    ...(at < 0 ? [] : secretsInCommand(words.slice(at), names)),
  ]
}

/**
 * Returns a placeholder for the rest of a line that cannot be split. Its quote stays open, so that servers still refuse
 * the line.
 */
const openQuote = (password: string): Bytes => ` "${password}`

/**
 * Returns the candidate that an unparsable word begins with; undefined where none does. A sign such as `=` may follow a
 * directive's name.
 */
export function brokenName(broken: Word, candidates: Iterable<string>): string | undefined {
  const text = lower(broken.text.replace(/^(?:\d+|\S{0,100}>)\s+/, ''))
  for (const name of candidates) {
    const next = text[name.length]
    if (!text.startsWith(name)) continue
    if (next === undefined || (secretDirectives.includes(name) ? /[^a-z\d-]/ : /\s/).test(next)) return name
  }
  return undefined
}

/** Returns the names of all commands that take passwords, including new names from rename-command. */
export function secretNames(names: CommandNames): string[] {
  return [...secretCommands, ...[...names].filter(([, real]) => secretCommands.includes(real)).map(([name]) => name)]
}

/**
 * Finds the passwords in a line of the console. In a line with unbalanced quotes, everything after the name counts as
 * one.
 */
export function secretsInCommandLine(line: Bytes, names: CommandNames): Secret[] {
  const { words, broken } = splitLine(line)
  if (broken === null) return secretsInCommand(words, names)
  const name = words[nameIndex(words)]
  if (name !== undefined) return takesPasswords(name.text, names) ? hideRest(line, name.to, hiddenPassword) : []
  const meant = brokenName(broken, secretNames(names))
  return meant === undefined ? [] : [{ from: broken.from, to: line.length, instead: `"${meant} ${hiddenPassword}` }]
}

/** Hides the rest of a line that cannot be split. */
export function hideRest(line: Bytes, from: number, password: string): Secret[] {
  return [{ from, to: line.length, instead: openQuote(password) }]
}
