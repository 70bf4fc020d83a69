import { fromText, toText, toTextExact, type Bytes } from '../../acl/bytes'
import type { Origin } from '../../server/types'
import { quote } from '../../resp/render'
import type { Access, PolicyStatement, Statement, Subject } from './expectation'

/**
 * Prints an expectation as a line that parses to the same expectation, with as few quotes as possible. Omits parts that
 * the language cannot express (a TLS connection, the owner of a socket).
 */
export function printExpectation(statement: Statement | PolicyStatement): string {
  return 'subject' in statement ? printPolicy(statement) : printLine(statement)
}

function printLine({ user, verb, action, origin, db, because }: Statement): string {
  const words =
    action.kind === 'log-in'
      ? ['log in']
      : action.argv.map((word, i) =>
          i === 0
            ? printWord(word, [...argumentWords, ...accessWords], action.argv[1] ?? (db === null ? undefined : 'in'))
            : printWord(word, argumentWords),
        )
  return [
    printWord(user, groups),
    verb,
    ...words,
    ...(origin === null ? [] : ['from', printOrigin(origin)]),
    ...(db === null || action.kind === 'log-in' ? [] : [`in db ${db}`]),
    ...(because === null || verb === 'can' ? [] : ['because', because]),
  ].join(' ')
}

function printPolicy({ subject, verb, access, byOwnRules, origin, db }: PolicyStatement): string {
  return [
    ...printSubject(subject),
    verb,
    ...printAccess(access),
    ...(byOwnRules ? ['by its own rules'] : []),
    ...(origin === null ? [] : ['from', printOrigin(origin)]),
    ...(db === null || access.kind === 'log-in' ? [] : [`in db ${db}`]),
  ].join(' ')
}

/** Words that stand for a group of users at the start of a line. */
const groups = ['only', 'nobody', 'everyone']
/** Words that have a meaning between the users of a group. */
const groupWords = ['can', 'cannot', 'but', ',']
/**
 * Words that start a clause, so that arguments equal to them are quoted. `in` starts one only before `db`, but is
 * always quoted.
 */
const argumentWords = ['from', 'in', 'because']
/** Words that start an access instead of a command. */
const accessWords = ['only', 'read', 'write', 'access', 'run', 'use', 'become', 'reach']
/** Words that would end a list of patterns or commands; `by` and `on` do so only in some places. */
const listWords = [...argumentWords, 'by', 'on']

function printSubject(subject: Subject): string[] {
  if (subject.kind === 'template') return [toText(`${subject.before}{${subject.name}}${subject.after}`)]
  if (subject.kind === 'user') {
    const isTemplate = /^[^{}]*\{[a-z][a-z0-9_]*\}[^{}]*$/.test(subject.user)
    return [isTemplate ? quote(subject.user) : printWord(subject.user, groups)]
  }
  if (subject.kind === 'role') return ['role', printWord(subject.role, groupWords)]
  const { kind, but, role } = subject
  const withRole = role === undefined ? [] : ['with role', printWord(role, groupWords)]
  if (but.length === 0) return [kind, ...withRole]
  if (role !== undefined) return [kind, ...withRole, 'but', but.reduce(addUser, '')]
  return [...(kind === 'nobody' ? ['only'] : ['everyone', 'but']), but.reduce(addUser, '')]
}

/** Adds a user to a list of users. A comma may directly follow a bare name, but not a closing quote. */
function addUser(list: string, user: Bytes): string {
  const name = user.endsWith(',') ? quote(user) : printWord(user, groupWords)
  if (list === '') return name
  return `${list}${list.endsWith('"') ? ' , ' : ', '}${name}`
}

function printAccess(access: Access): string[] {
  const words = (list: readonly Bytes[]): string[] => list.map((word) => printWord(word, listWords))
  switch (access.kind) {
    case 'keys':
      return [access.need, 'keys', ...words(access.patterns)]
    case 'run':
      return ['run', ...words(access.commands), ...(access.keys === null ? [] : ['on keys', ...words(access.keys)])]
    case 'channels':
      return ['use channels', ...words(access.patterns)]
    case 'databases':
      return ['use databases', ...access.numbers.map(String)]
    case 'become':
      return ['become', printWord(access.user, listWords)]
    case 'reach':
      return ['reach keys', ...words(access.patterns)]
    case 'log-in':
      return [access.withoutPassword ? 'log in without a password' : 'log in']
  }
}

function printOrigin(origin: Origin): string {
  return origin.kind === 'unix' ? 'unix' : origin.kind === 'loopback' ? 'localhost' : origin.address
}

/** Returns the word, in quotes where necessary. `next`: the argument after a command's name. */
function printWord(word: Bytes, keywords: readonly string[], next?: Bytes): string {
  if (word === 'log' && next === 'in') return '"log"'
  const text = toTextExact(word)
  const isPlain = text !== null && /^[^\s"'#\p{C}\p{Z}][^\s"'\p{C}\p{Z}]*$/u.test(text) && fromText(text) === word
  return isPlain && !keywords.includes(word) ? text : quote(word)
}
