import { type Bytes, fromText, lower } from '../../acl/bytes'
import { isPasswordHash } from '../../acl/password'
import { isSignedPattern } from '../../acl/rule'
import { splitWords } from '../../acl/split'
import { type ReadReply, readRendered } from '../../resp/read-rendered'
import { selectorText } from '../../analysis/user-line'
import { type ImportCollector, rulesOf } from './collect'

const fields = ['flags', 'passwords', 'commands', 'keys', 'channels', 'databases', 'selectors', 'roles'] as const
type Field = (typeof fields)[number]
type Fields = Partial<Record<Field, ReadReply>>

const commandLine = /^(?:[^\s>]*> *|\$ *)?(?:(?:redis|valkey)-cli\b.*?\s)?acl\s+getuser\s+(\S.*)$/i

/**
 * Parses the output of ACL GETUSER: from a terminal in RESP2 and RESP3, as plain lines, or as JSON; one or several
 * users, each after the command line with its name.
 */
export function readGetUser(text: string, into: ImportCollector): void {
  let name: Bytes | null = null
  let part: string[] = []
  const finish = (): void => {
    readOne(part.join('\n'), name, into)
    part = []
  }
  for (const line of text.split(/\r?\n/)) {
    const asked = commandLine.exec(line.trim())?.[1]
    if (asked === undefined) {
      part.push(line)
      continue
    }
    finish()
    name = splitWords(fromText(asked))?.[0]?.text ?? fromText(asked)
  }
  finish()
}

function readOne(text: string, name: Bytes | null, into: ImportCollector): void {
  const replies = readRendered(text)
  const users = replies.length > 0 ? replies.map(pairs) : [plainLines(text)]
  for (const user of users) if (user.flags !== undefined) addGetUser(user, name, into)
}

/** Converts a reply of alternating names and values to fields. */
function pairs(reply: readonly ReadReply[]): Fields {
  const out: Fields = {}
  for (let i = 0; i + 1 < reply.length; i += 2) {
    const field = fields.find((one) => one === reply[i])
    const value = reply[i + 1]
    if (field !== undefined && value !== undefined) out[field] = value
  }
  return out
}

/**
 * Splits a RESP3 line that holds a field's name and the first part of its value, and for selectors also the name of the
 * first field.
 */
function apart(line: string): string[] {
  const [, name, rest] = /^(flags|passwords|commands|keys|channels|databases|selectors|roles) (.*)$/s.exec(line) ?? []
  return name === undefined || rest === undefined ? [line] : [name, ...apart(rest)]
}

/** Parses the output of redis-cli without a terminal: an item per line, without nesting. */
function plainLines(text: string): Fields {
  const out: Fields = {}
  let field: Field | null = null
  let selectors: Fields[] | null = null
  let isInside = false
  for (const line of text.split('\n').flatMap(apart).map(fromText)) {
    const next = fields.find((one) => one === line)
    // The roles of a user stand after its selectors.
    if (next !== undefined) isInside = next === 'selectors' || (isInside && next !== 'roles')
    if (next === 'selectors') selectors = []
    else if (next !== undefined) {
      field = next
      if (isInside && next === 'commands') selectors?.push({})
      const into = isInside ? selectors?.at(-1) : out
      if (into !== undefined) into[next] = []
    } else if (field !== null && line !== '') {
      const into = isInside ? selectors?.at(-1) : out
      if (into !== undefined) into[field] = [...list(into[field]), line]
    }
  }
  // Later servers print all patterns, with their signs, on one line.
  for (const one of [out, ...(selectors ?? [])]) {
    for (const field of ['commands', 'keys', 'channels', 'databases'] as const) {
      const [first = '', second] = list(one[field])
      if (
        one[field] !== undefined &&
        second === undefined &&
        (field === 'commands' || first === '' || isSignedPattern(first.split(' ', 1)[0] ?? ''))
      )
        one[field] = first
    }
  }
  if (selectors !== null) out.selectors = selectors.map((one): ReadReply[] => Object.entries<ReadReply>(one).flat())
  return out
}

function list(value: ReadReply | undefined): Bytes[] {
  return Array.isArray(value)
    ? value.filter((item): item is Bytes => typeof item === 'string')
    : typeof value === 'string' && value !== ''
      ? [value]
      : []
}

/** Adds a user from the fields of ACL GETUSER. */
export function addGetUser(user: Fields, name: Bytes | null, into: ImportCollector): void {
  const rules: Bytes[] = []
  const implied = new Set(['allkeys', 'allchannels', 'allcommands'])
  for (const flag of list(user.flags)) if (!implied.has(lower(flag))) rules.push(flag)
  let unknown = 0
  for (const password of list(user.passwords)) {
    if (isPasswordHash(password)) rules.push(`#${password}`)
    else unknown++
  }
  rules.push(...selectorRules(user))
  for (const item of Array.isArray(user.selectors) ? user.selectors : []) {
    if (!Array.isArray(item)) continue
    rules.push(selectorText(selectorRules(pairs(item))))
  }
  const roles = list(user.roles)
  if (roles.length > 0) rules.push(`role=${roles.join(',')}`)
  if (name === null)
    into.note(
      'changed',
      'imported',
      'ACL GETUSER does not print the user’s name, and the command line was not there. The user is called imported: give it its name.',
    )
  if (unknown > 0)
    into.note(
      'lost',
      name,
      `${unknown} password${unknown === 1 ? ' is' : 's are'} no SHA-256 in lower case, and cannot be held.`,
    )
  into.user(name ?? 'imported', rules)
}

/** Returns the rules of a selector. Keys and channels are one text with signs, or (6.x) lists without them. */
function selectorRules({ keys, channels, databases, commands }: Fields): Bytes[] {
  const rules = patterns(keys, '~')
  if (channels !== undefined) rules.push('resetchannels', ...patterns(channels, '&'))
  if (databases !== undefined) rules.push(...(databases === '' ? ['resetdbs'] : list(databases)))
  return [...rules, ...list(commands).flatMap((text) => rulesOf(text))]
}

function patterns(value: ReadReply | undefined, sign: '~' | '&'): Bytes[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '')
  return list(value).map((item) => sign + item)
}
