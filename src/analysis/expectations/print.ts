import { fromText, toTextExact, type Bytes } from '../../acl/bytes'
import type { Origin } from '../../server/types'
import { quote } from '../../resp/render'
import type { Statement } from './expectation'

/**
 * Prints an expectation as a line that parses to the same expectation, with as few quotes as possible. Omits parts that
 * the language cannot express (a TLS connection, the owner of a socket).
 */
export function printExpectation({ user, verb, action, origin, db, because }: Statement): string {
  const words =
    action.kind === 'log-in'
      ? ['log in']
      : action.argv.map((word, i) => printWord(word, argumentWords, i === 0 ? action.argv[1] : undefined))
  return [
    printWord(user, []),
    verb,
    ...words,
    ...(origin === null ? [] : ['from', printOrigin(origin)]),
    ...(db === null || action.kind === 'log-in' ? [] : [`in db ${db}`]),
    ...(because === null || verb === 'can' ? [] : ['because', because]),
  ].join(' ')
}

/**
 * Words that start a clause, so that arguments equal to them are quoted. `in` starts one only before `db`, but is
 * always quoted.
 */
const argumentWords = ['from', 'in', 'because']

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
