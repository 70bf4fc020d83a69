import { type Bytes, lower, toText } from '../../acl/bytes'
import { type Word, splitLine } from '../../acl/split'
import { parseExpectation } from '../../analysis/expectations/parse'
import {
  type CommandNames,
  brokenName,
  hideRest,
  secretDirectives,
  secretNames,
  secretsInCommand,
  secretsInCommandLine,
  standInPassword,
  takesPasswords,
} from './command'
import { hiddenPassword } from './hidden-password'
import { type Secret, secretsInRules, secretsInWords } from './rules'

/** Finds the passwords of a line, in order. */
export type FindSecrets = (line: Bytes) => Secret[]

const shifted = (secrets: readonly Secret[], by: number): Secret[] =>
  secrets.map(({ from, to, instead }) => ({ from: from + by, to: to + by, instead }))

/** Finds the passwords of a line of users.acl. A line that belongs in redis.conf or the console is read as such. */
export function secretsInAclLine(line: Bytes, names: CommandNames): Secret[] {
  const start = /^[\s#]*/.exec(line)?.[0].length ?? 0
  const first = /^\S*/.exec(line.slice(start))?.[0] ?? ''
  if (first !== 'user' && first !== 'role') {
    const foreign = secretsInConfLine(line, names)
    if (foreign.length > 0) return foreign
    return secretsInRules(line, line[start - 1] === '#' && first === '' ? start : startOfRules(line, start))
  }
  const name = /^\S+\s+/.exec(line.slice(start))?.[0].length ?? first.length
  const from = start + name
  const isName = !/^["'(]*[<>]/.test(line.slice(from, from + 20))
  return secretsInRules(line, isName ? from + (/^\S*/.exec(line.slice(from))?.[0].length ?? 0) : from)
}

/** Returns the start of the rules. A comment without a space after its sign does not start with a hash. */
const startOfRules = (line: Bytes, start: number): number => (line.slice(0, start).includes('#') ? start : 0)

/** Finds the passwords of a line of redis.conf, commented-out lines included. */
export function secretsInConfLine(line: Bytes, names: CommandNames): Secret[] {
  const start = /^[\s#]*/.exec(line)?.[0].length ?? 0
  const body = line.slice(start)
  const { words, broken } = splitLine(body)
  const [name] = words
  const found = name === undefined ? brokenDirective(body, broken, names) : directive(body, words, name, broken, names)
  return shifted(found, start)
}

function directive(
  line: Bytes,
  words: readonly Word[],
  name: Word,
  broken: Word | null,
  names: CommandNames,
): Secret[] {
  const called = lower(name.text)
  if (called === 'user' || called === 'role') {
    const rules = /^[<>]/.test(words[1]?.text ?? '') ? words.slice(1) : words.slice(2)
    return [...secretsInWords(rules), ...(broken === null ? [] : hideRest(line, lastOf(words), hiddenPassword))]
  }
  if (secretDirectives.includes(called)) {
    if (broken !== null) return hideRest(line, name.to, standInPassword)
    return words
      .slice(1)
      .flatMap(({ text, from, to }) =>
        text === '' || text === standInPassword ? [] : [{ from, to, instead: standInPassword }],
      )
  }
  // `requirepass=secret` sets nothing, but still shows the password.
  const meant = secretDirectives.find((one) => called.startsWith(one) && !/[a-z\d-]/.test(called[one.length] ?? 'a'))
  if (meant !== undefined) {
    const sign = called[meant.length] ?? ''
    const instead = `${meant}${/["'\s]/.test(sign) ? '=' : sign}${standInPassword}`
    const whole = line.slice(name.from, line.length)
    return whole === instead ? [] : [{ from: name.from, to: line.length, instead }]
  }
  return broken === null ? secretsInCommand(words, names) : secretsInCommandLine(line, names)
}

const lastOf = (words: readonly Word[]): number => words.at(-1)?.to ?? 0

/** Finds the passwords of a line whose first word a server cannot parse. */
function brokenDirective(line: Bytes, broken: Word | null, names: CommandNames): Secret[] {
  if (broken === null) return []
  const meant = brokenName(broken, ['user', 'role', ...secretDirectives])
  if (meant === undefined) return secretsInCommandLine(line, names)
  const password = meant === 'user' || meant === 'role' ? hiddenPassword : standInPassword
  return [{ from: broken.from, to: line.length, instead: `"${meant} ${password}` }]
}

/** Finds the passwords of a line of users.expect, commented-out lines included. */
export function secretsInExpectation(line: Bytes, names: CommandNames): Secret[] {
  const start = /^[\s#]*/.exec(line)?.[0].length ?? 0
  const body = line.slice(start)
  return shifted(secretsInSentence(body, names), start)
}

function secretsInSentence(line: Bytes, names: CommandNames): Secret[] {
  const { words, broken } = splitLine(line)
  const command = isVerb(words[1]) ? 2 : 0
  if (broken !== null) {
    const at = words.findIndex(({ text }, i) => i >= command && takesPasswords(text, names))
    if (at >= 0) return hideRest(line, words[at]?.to ?? 0, hiddenPassword)
    if (command > 0 && words.length > 2) return []
    return hideFromName(line, broken, names)
  }
  const isSentence = !('message' in (parseExpectation(toText(line)) ?? {}))
  if (isSentence || command > 0) {
    const end = words.findIndex((_, i) => i > 2 && startsClause(words, i))
    const argv = words.slice(2, end < 0 ? undefined : end)
    const secrets = secretsInCommand(argv, names)
    if (isSentence || end < 0 || !takesPasswords(argv[0]?.text ?? '', names)) return secrets
    // An invalid clause, such as `from` without an address, may be the password.
    return [...secrets, ...words.slice(end).flatMap((word) => (isOfClause(word) ? [] : [hidden(word)]))]
  }
  const at = words.findIndex(({ text }) => takesPasswords(text, names))
  return at < 0 ? [] : words.slice(at + 1).flatMap((word) => (word.text === hiddenPassword ? [] : [hidden(word)]))
}

const hidden = ({ from, to }: Word): Secret => ({ from, to, instead: hiddenPassword })
const isVerb = (word: Word | undefined): boolean => /^can(?:not)?$/i.test(word?.text ?? '')
const isBare = (word: Word | undefined, text: string): boolean =>
  word !== undefined && word.to - word.from === text.length && word.text === text
const startsClause = (words: readonly Word[], i: number): boolean =>
  isBare(words[i], 'from') || isBare(words[i], 'because') || (isBare(words[i], 'in') && isBare(words[i + 1], 'db'))

/** Returns true for a word of a clause: its keywords, reasons, database numbers and addresses. */
const isOfClause = ({ text }: Word): boolean =>
  text === hiddenPassword ||
  /^(?:from|in|db|because|unix|localhost|command|key|channel|database|no-command|off|no-password|no-user|protected-mode|unreachable|\d{1,2}|\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:]+)$/i.test(
    text,
  )

/** Hides everything after the name of a command that takes passwords, in a line that cannot be split. */
function hideFromName(line: Bytes, broken: Word, names: CommandNames): Secret[] {
  const secret = new Set(secretNames(names))
  const text = line.slice(0, broken.from) + broken.text + line.slice(broken.to)
  const at = /[^\s"']+/g
  for (let found = at.exec(text); found !== null; found = at.exec(text)) {
    if (!secret.has(lower(found[0]))) continue
    const kept = text.slice(0, found.index).replace(/["']/g, '').trim()
    return [{ from: 0, to: line.length, instead: `${kept === '' ? '' : `${kept} `}"${found[0]} ${hiddenPassword}` }]
  }
  return []
}
