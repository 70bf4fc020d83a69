import { fromText, toText, type Bytes } from '../acl/bytes'
import { hasSpaces } from '../acl/selector'
import { SourceText } from '../acl/source'
import { splitWords } from '../acl/split'
import type { LineExpectation, PolicyExpectation } from './expectations/expectation'
import { parseExpectations } from './expectations/parse'
import type { Edit } from './diagnostic'

/** The texts that can name a user. */
export interface NamedTexts {
  readonly acl: string
  readonly conf: string
  readonly expect: string
}

/** Edits for each text, in order. */
export interface RenameEdits {
  readonly acl: readonly Edit[]
  readonly conf: readonly Edit[]
  readonly expect: readonly Edit[]
}

/**
 * Returns the reason why a user cannot be renamed; null where it can be.
 * @param taken the existing names
 */
export function renameProblem(from: string, to: string, taken: Iterable<string>): string | null {
  if (from === 'default')
    return 'The default user cannot be renamed: every connection starts as this user, and servers create it if it is missing.'
  if (to === '' || hasSpaces(fromText(to))) return 'A user name must not be empty or contain spaces.'
  if (/["'\\]/.test(to))
    return 'A name with quotes or backslashes would be read differently in redis.conf and in commands. Choose another.'
  if (to === from) return `The user is already called ${from}.`
  return [...taken].includes(to) ? `There is already a user ${to}.` : null
}

/** Renames a user in all files: in its lines, in expectations about it, and in commands in them that name it. */
export function renameUser(texts: NamedTexts, from: string, to: string): RenameEdits {
  return {
    acl: nameInAcl(texts.acl, 'user', from, to),
    conf: nameInConf(texts.conf, 'user', from, to),
    expect: inExpectations(texts.expect, from, to),
  }
}

/** The thing that a line defines. */
export type LineKind = 'user' | 'role'

const aclNames = { user: /^([ \t]*user )([^ ]*)/, role: /^([ \t]*role )([^ ]*)/ }
const confNames = { user: /^\s*user\s/i, role: /^\s*role\s/i }

/** Returns edits of the names that lines of users.acl define. */
export function nameInAcl(text: string, kind: LineKind, from: string, to: string): Edit[] {
  return eachLine(text).flatMap(({ line, start }) => {
    const match = aclNames[kind].exec(line)
    const name = match?.[2]?.trimEnd()
    const at = start + (match?.[1]?.length ?? 0)
    return name === from ? [{ from: at, to: at + from.length, insert: to }] : []
  })
}

/** Returns edits of the names that lines of redis.conf define. */
export function nameInConf(text: string, kind: LineKind, from: string, to: string): Edit[] {
  const name = fromText(from)
  return eachLine(text).flatMap(({ line, start }) => {
    if (!confNames[kind].test(line)) return []
    const word = wordsOf(line)[1]
    return word?.text === name ? [{ from: start + word.from, to: start + word.to, insert: to }] : []
  })
}

function inExpectations(text: string, from: string, to: string): Edit[] {
  const name = fromText(from)
  return parseExpectations(text).expectations.flatMap((expectation) => {
    if (expectation.kind === 'policy') return inSubject(text, expectation, from, to)
    const { user, places } = expectation
    const own = user === name ? [{ from: places.user.from, to: places.user.to, insert: to }] : []
    return [...own, ...inCommands(text, expectation, (line) => renameInLine(line, from, to))]
  })
}

/** Returns edits of the command line of an expectation; none for a log-in. */
export function inCommands(
  text: string,
  { action, places }: LineExpectation,
  editsOf: (line: string) => readonly Edit[],
): Edit[] {
  if (action.kind !== 'command') return []
  const { from: start, to: end } = places.action
  return editsOf(text.slice(start, end)).map((edit) => ({ ...edit, from: edit.from + start, to: edit.to + start }))
}

/** Returns edits for the names in the subject of a policy statement. A comma may follow each. */
function inSubject(text: string, { subject, places }: PolicyExpectation, from: string, to: string): Edit[] {
  if (subject.kind === 'template' || subject.kind === 'role') return []
  const name = fromText(from)
  const { from: start, to: end } = places.user
  return wordsOf(text.slice(start, end)).flatMap((word, i) => {
    if (
      subject.kind !== 'user' &&
      (i === 0 || (subject.role !== undefined && i < 5) || (i === 1 && word.text === 'but'))
    )
      return []
    const isBare = !/^["']/.test(text.slice(start + word.from))
    const plain = subject.kind !== 'user' && isBare ? word.text.replace(/,$/, '') : word.text
    const after = word.text.length - plain.length
    return plain === name ? [{ from: start + word.from, to: start + word.to - after, insert: to }] : []
  })
}

/**
 * Returns edits for a command line that names the user: AUTH, HELLO … AUTH, ACL SETUSER, GETUSER, DELUSER and DRYRUN.
 */
function renameInLine(line: string, from: string, to: string): Edit[] {
  const words = wordsOf(line)
  const name = fromText(from)
  const at = (i: number): Bytes => (words[i]?.text ?? '').toLowerCase()
  const named = (i: number): boolean => {
    if (at(0) === 'auth') return i === 1 && words.length > 2
    if (at(0) === 'hello') return i > 1 && at(i - 1) === 'auth'
    if (at(0) !== 'acl' || i < 2) return false
    return at(1) === 'deluser' || (i === 2 && ['setuser', 'getuser', 'dryrun'].includes(at(1)))
  }
  return words.flatMap((word, i) =>
    word.text === name && named(i) ? [{ from: word.from, to: word.to, insert: to }] : [],
  )
}

/** A word of a line, as the server reads it. */
export interface TextWord {
  readonly text: Bytes
  /** Offsets in the line, in UTF-16 units. */
  readonly from: number
  readonly to: number
}

/** Splits a line as a server does; none where a quote is not closed. */
export function wordsOf(line: string): TextWord[] {
  const source = new SourceText('command', fromText(line))
  return (splitWords(source.bytes) ?? []).map(({ text, from, to }) => {
    const span = source.span(1, from, to)
    return { text, from: span.from, to: span.to }
  })
}

/** Returns the lines of a text, with their offsets. */
export function eachLine(text: string): { readonly line: string; readonly start: number }[] {
  let start = 0
  return text.split('\n').map((line) => {
    const one = { line, start }
    start += line.length + 1
    return one
  })
}

/** Renames a user's entry in a record by user name, as in a workspace's settings. */
export function renameEntry<T>(
  byName: Readonly<Record<string, T>>,
  from: string,
  to: string,
): Readonly<Record<string, T>> {
  if (!Object.hasOwn(byName, from)) return byName
  return Object.fromEntries(Object.entries(byName).map(([name, value]) => [name === from ? to : name, value]))
}

/** Returns a session line with the user renamed. */
export function renamedLine(line: string, from: string, to: string): string {
  return renameInLine(line, from, to).reduceRight(
    (text, edit) => text.slice(0, edit.from) + edit.insert + text.slice(edit.to),
    line,
  )
}

/** Returns the names of users or roles that the files define, as text. */
export function namesIn({ acl, conf }: Pick<NamedTexts, 'acl' | 'conf'>, kind: LineKind = 'user'): string[] {
  const inFile = eachLine(acl).flatMap(({ line }) => {
    const name = aclNames[kind].exec(line)?.[2]?.trimEnd() ?? ''
    return name === '' ? [] : [name]
  })
  const inConfig = eachLine(conf).flatMap(({ line }) =>
    confNames[kind].test(line)
      ? wordsOf(line)
          .slice(1, 2)
          .map(({ text }) => toText(text))
      : [],
  )
  return [...new Set([...inFile, ...inConfig])]
}
