import { toText, type Bytes } from '../../acl/bytes'
import type { Access, PolicyStatement, Subject } from './expectation'

/** A word of a sentence. */
export interface Token {
  readonly text: Bytes
  /** Written without quotes: only then can it be a word of the language. */
  readonly isBare: boolean
  readonly from: number
  readonly to: number
}

/** Returns the error to throw for the words from one place to another. */
export type Wrong = (from: number, to: number, message: string, hint: string) => Error

/** The parts of a policy statement up to its clauses, each with the index of the token after it. */
export interface PolicyHead {
  readonly subject: Subject
  readonly verb: PolicyStatement['verb']
  readonly access: Access
  readonly at: {
    readonly verb: number
    readonly action: number
    readonly end: number
  }
}

/** Returns whether a token is this word of the language, written without quotes. */
export const isWord = (token: Token | undefined, text: string): boolean =>
  token !== undefined && token.isBare && token.text === text

const groups = ['only', 'nobody', 'everyone']
const needs = ['read', 'write', 'access'] as const

/** Returns whether `from`, `in db` or `because` starts at a token. */
export function startsClause(tokens: readonly Token[], i: number): boolean {
  return (
    isWord(tokens[i], 'from') ||
    isWord(tokens[i], 'because') ||
    (isWord(tokens[i], 'in') && isWord(tokens[i + 1], 'db'))
  )
}

/** Returns whether the access of a policy statement ends before a token. */
const endsAccess = (tokens: readonly Token[], i: number): boolean =>
  startsClause(tokens, i) || startsOwnRules(tokens, i)

/** Returns whether `by its own rules` starts at a token. */
export function startsOwnRules(tokens: readonly Token[], i: number): boolean {
  return ['by', 'its', 'own', 'rules'].every((word, n) => isWord(tokens[i + n], word))
}

/**
 * Parses subject, verb and access of a statement about every command line; null where the sentence is about a single one.
 * Throws what `wrong` returns where it is neither.
 */
export function parsePolicy(tokens: readonly Token[], wrong: Wrong): PolicyHead | null {
  const [first] = tokens
  const isGroup = groups.some((word) => isWord(first, word))
  const isRole = isWord(first, 'role') && tokens.length > 1 && !isVerb(tokens[1])
  const verbAt = isGroup ? tokens.findIndex((token) => isVerb(token)) : isRole ? 2 : 1
  const verb = tokens[verbAt]
  if (first === undefined || verb === undefined || !isVerb(verb)) {
    if (isRole && first !== undefined)
      throw wrong(
        (verb ?? first).from,
        (verb ?? first).to,
        `After the role ${toText(tokens[1]?.text ?? '')}, 'can' or 'cannot' is missing.`,
        'Write for example: role reader can only read keys cache:*',
      )
    if (!isGroup || first === undefined) return null
    throw wrong(
      first.from,
      first.to,
      `After '${first.text}', 'can' or 'cannot' is missing.`,
      `Write for example: ${first.text === 'only' ? 'only admin can' : `${first.text} but admin ${first.text === 'nobody' ? 'can' : 'cannot'}`} write keys secret:*. A user of the name ${first.text} goes in quotes.`,
    )
  }
  const isOnly = verb.text === 'can' && isWord(tokens[verbAt + 1], 'only')
  const action = verbAt + (isOnly ? 2 : 1)
  const word = tokens[action]
  if (isRole && !isOnly && word !== undefined && !startsAccess(tokens, action))
    throw wrong(
      word.from,
      word.to,
      'A sentence about a role is about every command line.',
      'Write for example: role reader can run GET on keys cache:*. Roles cannot log in.',
    )
  if (!isGroup && !isRole && !isOnly && !startsAccess(tokens, action)) return null
  const subject = isGroup
    ? parseGroup(tokens.slice(0, verbAt), wrong)
    : isRole
      ? ({ kind: 'role', role: tokens[1]?.text ?? '' } as const)
      : parseUser(first)
  if (isGroup && isWord(first, 'everyone') === false && (verb.text === 'cannot' || isOnly)) {
    const shown = verb.text === 'cannot' ? 'cannot' : 'can only'
    throw wrong(
      verb.from,
      isOnly ? (tokens[verbAt + 1]?.to ?? verb.to) : verb.to,
      `'${first.text}' does not go with '${shown}'.`,
      `Write '${first.text} … can', or 'everyone … ${shown}'.`,
    )
  }
  if (word === undefined || endsAccess(tokens, action)) {
    throw wrong(
      verb.from,
      verb.to,
      `After '${isOnly ? 'can only' : verb.text}', it is missing what.`,
      'Write one of: read keys app:*; run GET SET on keys app:*; use channels news:*; log in.',
    )
  }
  const { access, end } = parseAccess(tokens, action, wrong)
  if (isRole && access.kind === 'log-in')
    throw wrong(
      word.from,
      tokens[end - 1]?.to ?? word.to,
      'Nobody logs in as a role: users do, who hold it.',
      "Write 'everyone with role …' instead.",
    )
  if (isOnly && access.kind === 'log-in')
    throw wrong(verb.from, verb.to, "'can only' does not go with 'log in'.", "Write 'can log in' or 'cannot log in'.")
  if (isOnly && access.kind === 'become')
    throw wrong(verb.from, verb.to, "'can only' does not go with 'become'.", "Write 'can become' or 'cannot become'.")
  return {
    subject,
    verb: isOnly ? 'can only' : verb.text === 'can' ? 'can' : 'cannot',
    access,
    at: { verb: verbAt, action, end },
  }
}

const isVerb = (token: Token | undefined): boolean => isWord(token, 'can') || isWord(token, 'cannot')

function startsAccess(tokens: readonly Token[], at: number): boolean {
  const [word, next] = [tokens[at], tokens[at + 1]]
  if (isWord(word, 'log') && isWord(next, 'in')) return isWord(tokens[at + 2], 'without')
  return (
    (needs.some((need) => isWord(word, need)) && isWord(next, 'keys')) ||
    (isWord(word, 'run') && next !== undefined) ||
    isWord(word, 'become') ||
    (isWord(word, 'reach') && isWord(next, 'keys')) ||
    (isWord(word, 'use') && (isWord(next, 'channels') || isWord(next, 'databases')))
  )
}

/** `tenant-{id}`, or a user. */
function parseUser({ text, isBare }: Token): Subject {
  const parts = isBare ? /^([^{}]*)\{([a-z][a-z0-9_]*)\}([^{}]*)$/.exec(text) : null
  const [, before = '', name = '', after = ''] = parts ?? []
  return parts === null ? { kind: 'user', user: text } : { kind: 'template', before, name, after }
}

function parseGroup(tokens: readonly Token[], wrong: Wrong): Subject {
  const [first] = tokens
  const word = first?.text
  const isOfRole = word !== 'only' && isWord(tokens[1], 'with')
  if (isOfRole && (!isWord(tokens[2], 'role') || tokens[3] === undefined))
    throw wrong(
      tokens[1]?.from ?? 0,
      tokens.at(-1)?.to ?? 0,
      "After 'with', 'role' and its name are missing.",
      `Write for example: ${word ?? ''} with role reader ${word === 'nobody' ? 'can' : 'cannot'} run FLUSHALL`,
    )
  const role = isOfRole ? tokens[3]?.text : undefined
  const start = role === undefined ? 1 : 4
  const second = tokens[start]
  const at = word === 'only' ? 1 : start + 1
  const names = tokens.slice(at)
  const end = tokens.at(-1)?.to ?? 0
  const hint = `Write for example: ${word === 'only' ? 'only admin, ops can' : `${word} but admin, ops ${word === 'nobody' ? 'can' : 'cannot'}`} run FLUSHALL`
  if (word !== 'only' && second !== undefined && !isWord(second, 'but'))
    throw wrong(second.from, second.to, `'${toText(second.text)}' is not expected after '${word}'.`, hint)
  if (names.length === 0 && (word === 'only' || second !== undefined))
    throw wrong((second ?? first)?.from ?? 0, end, 'A user is missing here.', hint)
  const but: Bytes[] = []
  let isOpen = true
  for (const token of names) {
    const isComma = isWord(token, ',')
    const hasComma = token.isBare && !isComma && token.text.endsWith(',')
    if (isComma === isOpen)
      throw wrong(
        token.from,
        token.to,
        isComma ? 'A user is missing before the comma.' : 'A comma is missing before this user.',
        hint,
      )
    if (!isComma) but.push(hasComma ? token.text.slice(0, -1) : token.text)
    isOpen = isComma || hasComma
  }
  if (isOpen && names.length > 0) throw wrong(first?.from ?? 0, end, 'After the comma, a user is missing.', hint)
  return { kind: word === 'everyone' ? 'everyone' : 'nobody', but, ...(role !== undefined && { role }) }
}

interface Parsed {
  readonly access: Access
  readonly end: number
}

function parseAccess(tokens: readonly Token[], at: number, wrong: Wrong): Parsed {
  const word = tokens[at]
  const next = tokens[at + 1]
  if (word === undefined) throw wrong(0, 0, 'Nothing is said to be done.', 'Write for example: read keys app:*')
  const need = needs.find((one) => isWord(word, one))
  if (need !== undefined && isWord(next, 'keys')) {
    const { words, end } = list(tokens, at + 2, wrong, 'keys', 'a key pattern', `${need} keys app:*`)
    return { access: { kind: 'keys', need, patterns: words }, end }
  }
  if (isWord(word, 'run')) {
    const { words, end } = list(tokens, at + 1, wrong, 'run', 'a command or category', 'run GET SET @read')
    if (!isWord(tokens[end], 'on')) return { access: { kind: 'run', commands: words, keys: null }, end }
    if (!isWord(tokens[end + 1], 'keys'))
      throw wrong(
        tokens[end]?.from ?? 0,
        tokens[end]?.to ?? 0,
        "After 'on', 'keys' is missing.",
        'Write for example: run GET on keys app:*',
      )
    const keys = list(tokens, end + 2, wrong, 'keys', 'a key pattern', 'run GET on keys app:*')
    return { access: { kind: 'run', commands: words, keys: keys.words }, end: keys.end }
  }
  if (isWord(word, 'use') && isWord(next, 'channels')) {
    const { words, end } = list(tokens, at + 2, wrong, 'channels', 'a channel pattern', 'use channels news:*')
    return { access: { kind: 'channels', patterns: words }, end }
  }
  if (isWord(word, 'use') && isWord(next, 'databases')) {
    const { words, end } = list(tokens, at + 2, wrong, 'databases', 'a number', 'use databases 0 1')
    const bad = words.findIndex((number) => !/^\d{1,9}$/.test(number))
    const token = tokens[at + 2 + bad]
    if (bad >= 0 && token !== undefined)
      throw wrong(
        token.from,
        token.to,
        `'${toText(token.text)}' is not the number of a database.`,
        'Give numbers from 0: use databases 0 1',
      )
    return { access: { kind: 'databases', numbers: words.map(Number) }, end }
  }
  if (isWord(word, 'reach') && isWord(next, 'keys')) {
    const { words, end } = list(tokens, at + 2, wrong, 'keys', 'a key pattern', 'reach keys secret:*')
    return { access: { kind: 'reach', patterns: words }, end }
  }
  if (isWord(word, 'become')) {
    if (next !== undefined && !endsAccess(tokens, at + 1))
      return { access: { kind: 'become', user: next.text }, end: at + 2 }
    throw wrong(
      word.from,
      word.to,
      "After 'become', a user is missing.",
      'Write for example: nobody but admin can become admin',
    )
  }
  if (isWord(word, 'log') && isWord(next, 'in')) {
    const isWithout = isWord(tokens[at + 2], 'without')
    if (!isWithout) return { access: { kind: 'log-in', withoutPassword: false }, end: at + 2 }
    if (isWord(tokens[at + 3], 'a') && isWord(tokens[at + 4], 'password'))
      return { access: { kind: 'log-in', withoutPassword: true }, end: at + 5 }
    throw wrong(
      tokens[at + 2]?.from ?? word.from,
      tokens[at + 2]?.to ?? word.to,
      "After 'log in without', 'a password' is missing.",
      'Write: nobody can log in without a password',
    )
  }
  throw wrong(
    word.from,
    word.to,
    `'${toText(word.text)}' is not expected here.`,
    'Write one of: read keys …, write keys …, access keys …, run …, use channels …, use databases …, become USER, reach keys …, log in. For one command line, name one user: app can GET app:1',
  )
}

/** The words up to a clause or `on`, at least one. */
function list(
  tokens: readonly Token[],
  start: number,
  wrong: Wrong,
  after: string,
  what: string,
  example: string,
): { readonly words: Bytes[]; readonly end: number } {
  let end = start
  while (end < tokens.length && !endsAccess(tokens, end) && !(after === 'run' && isWord(tokens[end], 'on'))) end++
  if (end > start) return { words: tokens.slice(start, end).map(({ text }) => text), end }
  const token = tokens[start - 1]
  throw wrong(
    token?.from ?? 0,
    token?.to ?? 0,
    `After '${after}', ${what} is missing.`,
    `Write for example: ${example}`,
  )
}
