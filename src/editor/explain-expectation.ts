import { toText } from '../acl/bytes'
import { type Expectation, type Place, type Reason, aclReasons } from '../analysis/expectations/expectation'
import { parseExpectation } from '../analysis/expectations/parse'
import type { Explained } from '../analysis/explain-token'
import { explainCommandWord, explainUser } from './explain-command-word'
import type { Hover } from './hover'
import type { World } from './world'

/** The meaning of each reason, to follow the word itself. */
export const reasonMeanings: Readonly<Record<Reason, string>> = {
  command: 'no rule allows the command',
  key: 'no pattern covers a key',
  channel: 'no pattern covers a channel',
  database: 'the database is not allowed',
  configuration: 'a directive of redis.conf blocks it',
  'no-command': 'the server has no such command',
  off: 'the user is off',
  'no-password': 'the user has no password',
  'no-user': 'there is no such user',
  'protected-mode': 'protected mode turns it away',
  unreachable: 'the connection does not come about',
}

const plainly = (summary: string, more: string | null = null): Explained => ({ summary, more, points: [] })

function ofReason(reason: Reason): Explained {
  const isLogged = (aclReasons as readonly string[]).includes(reason)
  return plainly(
    `Refused because ${reason}: ${reasonMeanings[reason]}.`,
    isLogged ? `The same word as the reason in ACL LOG. The line fails where it is refused for another one.` : null,
  )
}

/**
 * Explains the word at a place of a line of users.expect: its user, `can` and `cannot`, the command's words as in the
 * console, and the clauses after them.
 * @returns places relative to the line's start; null for comments and lines that cannot be parsed
 */
export function explainExpectationWord(line: string, pos: number, world: World): Hover | null {
  const read = parseExpectation(line, { line: 1, from: 0 })
  if (read === null || 'message' in read) return null
  const { places } = read
  const found = (place: Place | null, explained: () => Explained): Hover | null =>
    place !== null && place.from <= pos && pos <= place.to
      ? { from: place.from, to: place.to, explained: explained() }
      : null
  return (
    found(places.user, () => explainUser(read.user, world)) ??
    found(places.verb, () =>
      plainly(verbMeanings[read.verb], 'Checked against the rules in memory; nothing is run or logged.'),
    ) ??
    ofAction(read, line, pos, world) ??
    found(places.because, () => ofReason(read.because ?? 'command')) ??
    found(places.origin, () => plainly('Where the connection comes from: bind and protected mode count too.')) ??
    found(places.db, () => plainly(`The connection is in database ${read.db}.`))
  )
}

const verbMeanings = {
  can: 'Holds where the server lets the user do this.',
  cannot:
    'Holds where the server refuses it. A user or command that does not exist is no refusal: the line cannot be told then.',
}

function ofAction({ action, places, user }: Expectation, line: string, pos: number, world: World): Hover | null {
  const { from, to } = places.action
  if (pos < from || pos > to) return null
  if (action.kind === 'log-in')
    return {
      from,
      to,
      explained: plainly(
        `Logging in as ${toText(user)}: the user is on and has a password, and the server takes the connection.`,
      ),
    }
  const hover = explainCommandWord(line.slice(from, to), pos - from, world)
  return hover && { from: hover.from + from, to: hover.to + from, explained: hover.explained }
}
