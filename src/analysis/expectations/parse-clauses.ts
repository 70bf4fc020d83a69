import { lower, toText } from '../../acl/bytes'
import type { Origin } from '../../server/types'
import { nearest } from '../nearest'
import { isAddress } from './address'
import { aclReasons, loginReasons, reasons, type Action, type Reason } from './expectation'
import { startsClause, type Token, type Wrong } from './parse-policy'

interface Clause<T> {
  readonly token: Token
  readonly value: T
}

/** The clauses of a sentence; null for one that is not there. */
export interface Clauses {
  readonly origin: Clause<Origin> | null
  readonly db: Clause<number> | null
  readonly because: Clause<Reason> | null
}

/**
 * Parses the clauses of a sentence, from a token on: `from ORIGIN`, `in db N` and `because REASON`, each once and in any order.
 * Throws what `wrong` returns where something else stands there.
 */
export function parseClauses(tokens: readonly Token[], start: number, action: Action | null, wrong: Wrong): Clauses {
  const found: { -readonly [name in keyof Clauses]: Clauses[name] } = { origin: null, db: null, because: null }
  const once = (name: keyof Clauses, token: Token): void => {
    if (found[name] !== null)
      throw wrong(
        token.from,
        token.to,
        `'${name === 'origin' ? 'from' : name === 'db' ? 'in db' : 'because'}' appears twice.`,
        'Keep one of the two. If it is an argument, put it in quotes.',
      )
  }
  for (let i = start; i < tokens.length;) {
    const keyword = tokens[i] as Token
    if (!startsClause(tokens, i)) {
      const written = toText(keyword.text)
      throw wrong(
        keyword.from,
        keyword.to,
        `'${written}' is not expected here.`,
        action?.kind === 'log-in'
          ? "After 'log in' come only 'from' and 'because'."
          : "After 'from …', 'in db …' or 'because …' come only those. If that word was meant as an argument of the command, put it in quotes.",
      )
    }
    const isDb = keyword.text === 'in'
    const value = tokens[i + (isDb ? 2 : 1)]
    if (keyword.text === 'from') {
      once('origin', keyword)
      found.origin = { token: value ?? keyword, value: originOf(keyword, value, wrong) }
    } else if (isDb) {
      once('db', keyword)
      if (action?.kind === 'log-in')
        throw wrong(keyword.from, keyword.to, 'A log-in is not in a database.', "Leave out 'in db'.")
      found.db = { token: value ?? keyword, value: databaseOf(keyword, value, wrong) }
    } else {
      once('because', keyword)
      found.because = { token: value ?? keyword, value: reasonOf(keyword, value, action, wrong) }
    }
    i += isDb ? 3 : 2
  }
  return found
}

function originOf(keyword: Token, value: Token | undefined, wrong: Wrong): Origin {
  const hint = "Give an IP address, 'localhost' for this host, or 'unix' for the Unix socket: from 203.0.113.5"
  if (value === undefined)
    throw wrong(
      keyword.from,
      keyword.to,
      "After 'from', an address is missing.",
      `${hint}. If 'from' was meant as an argument, put it in quotes.`,
    )
  const word = lower(value.text)
  if (word === 'unix') return { kind: 'unix' }
  if (word === 'localhost' || word === '::1' || (word.startsWith('127.') && isAddress(word)))
    return { kind: 'loopback' }
  if (isAddress(word)) return { kind: 'address', address: word }
  throw wrong(
    value.from,
    value.to,
    `'${toText(value.text)}' is not an address.`,
    `${hint}. If 'from' was meant as an argument, put it in quotes.`,
  )
}

function databaseOf(keyword: Token, value: Token | undefined, wrong: Wrong): number {
  if (value === undefined)
    throw wrong(
      keyword.from,
      keyword.to,
      "After 'in db', a number is missing.",
      'Give the number of a database: in db 3.',
    )
  if (/^\d{1,9}$/.test(value.text)) return Number(value.text)
  throw wrong(
    value.from,
    value.to,
    `'${toText(value.text)}' is not the number of a database.`,
    'Give a number from 0: in db 3.',
  )
}

function reasonOf(keyword: Token, value: Token | undefined, action: Action | null, wrong: Wrong): Reason {
  const known: readonly Reason[] = action?.kind === 'log-in' ? loginReasons : reasons
  const list = `One of: ${known.join(', ')}.`
  if (value === undefined) throw wrong(keyword.from, keyword.to, "After 'because', a reason is missing.", list)
  const reason = known.find((one) => one === value.text)
  if (reason !== undefined) return reason
  const written = toText(value.text)
  if ((aclReasons as readonly string[]).includes(value.text))
    throw wrong(value.from, value.to, `A log-in cannot be denied because of a ${written}.`, list)
  const meant = nearest(lower(value.text), known)
  throw wrong(
    value.from,
    value.to,
    `'${written}' is not a reason that can be checked.`,
    `${meant === null ? '' : `Did you mean ${meant}? `}${list}`,
  )
}
