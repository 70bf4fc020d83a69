import type { Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'
import { allows, type CommandLine } from '../../proof/command-line'
import { DEFAULT_STATES, outside } from '../../proof/inclusion'
import { contains, everything, nothing, type Language } from '../../proof/language'
import type { Subject } from '../../proof/permissions'
import { keyOutside, keyWithin, type Search } from '../../proof/reach'
import type { Need } from '../../proof/reached'
import { isUnlimited } from '../escalation'
import { readableLine, readableName } from '../readable-line'
import { attack, rule, type Cursor, type Graph, type Held } from './graph'
import type { End, Goal } from './search'

/** Returns the goal to be logged in as a user. */
export function becoming(graph: Graph, user: User, name: string): Goal {
  return {
    name,
    key: null,
    isExact: true,
    end: (held) => {
      if (held.kind === 'session') return held.user.name === user.name ? { cost: 0, write: () => undefined } : null
      return held.kind === 'rules' && graph.canLogIn
        ? { cost: 2, write: (cursor) => graph.takeOver(cursor, user) }
        : null
    },
  }
}

/**
 * Returns the goal to have every permission, or a power that gives it.
 * @param orReading reading all data is enough, too
 */
export function gettingEverything(orReading = false): Goal {
  const nothingMore: End = { cost: 0, write: () => undefined }
  return {
    name: 'get every permission',
    key: null,
    isExact: true,
    end: (held) => {
      switch (held.kind) {
        case 'session':
          return isUnlimited(held.user) ? nothingMore : null
        case 'rules':
          return { cost: 1, write: (cursor) => rule(cursor, 'ACL', 'SETUSER', cursor.me, '~*', '&*', '+@all') }
        case 'reads':
          return orReading ? nothingMore : null
        case 'configuration':
        case 'replication':
        case 'nodes':
        case 'code':
          return nothingMore
        default:
          return null
      }
    },
  }
}

/** Keys to be reached. */
export interface Keys {
  readonly keys: Language
  /** False: all keys but these. */
  readonly within: boolean
  readonly db: number | null
  /** The name of the goal. */
  readonly name: string
}

/** Returns the goal to read or change any of some keys, or to see others use them. */
export function reaching(subjectOf: (user: User) => Subject, { keys, within, db, name }: Keys): Goal {
  const key = sampleOf(keys, within)
  const search = within ? keyWithin : keyOutside
  const lineOf = (user: User, needs: readonly Need[]): CommandLine | null => {
    for (const need of needs) {
      const subject = subjectOf(user)
      const found: Search = search(subject, need, keys, { db })
      if (found.kind === 'undecided') goal.isExact = false
      if (found.kind !== 'line') continue
      const { line, name } = found
      return readableLine(
        subject.target,
        line,
        (one) =>
          allows(subject, one) &&
          one.argv.every((word, i) => line.argv[i] !== name || word === name || contains(keys, word) === within),
      )
    }
    return null
  }
  const end = (held: Held): End | null => {
    switch (held.kind) {
      case 'session': {
        const line = lineOf(held.user, ['access', 'read', 'write'])
        return line === null ? null : { cost: 1, write: (cursor) => attack(cursor, ...line.argv) }
      }
      case 'rights': {
        const line = lineOf(held.user, ['write'])
        return line === null ? null : { cost: 2, write: (cursor) => call(cursor, held.user, line.argv) }
      }
      case 'rules':
        return key === null ? null : { cost: 2, write: (cursor) => grant(cursor, key) }
      case 'reads':
      case 'arguments':
      case 'writes':
        return key === null ? null : { cost: 0, write: () => undefined }
      default:
        return null
    }
  }
  const goal: Goal = { name, key, end, isExact: true }
  return goal
}

/** Returns a key of a set, or of all others; null where there is none. */
function sampleOf(keys: Language, within: boolean): Bytes | null {
  const budget = { left: DEFAULT_STATES }
  const found = within ? outside(keys, nothing, budget) : outside(everything, keys, budget)
  if (found.kind !== 'witness') return null
  const fits = (name: Bytes): boolean => contains(keys, name) === within
  const readable = readableName(found.text, fits)
  // A name that DEBUG can make.
  return [`${readable.replace(/:[^:]*$/, '')}:0`].find(fits) ?? readable
}

/** Grants the key to the attacker, who then reads it. */
function grant(cursor: Cursor, key: Bytes): void {
  rule(cursor, 'ACL', 'SETUSER', cursor.me, '~*', '+get')
  attack(cursor, 'GET', key)
}

/** Loads a function of a name that a user calls, and has it called. */
function call(cursor: Cursor, user: User, argv: readonly Bytes[]): void {
  const [command = '', ...rest] = argv
  const words = [command.toUpperCase(), ...rest].map(luaString).join(', ')
  const code = `#!lua name=theirs\nredis.register_function('theirs', function() return redis.call(${words}) end)`
  attack(cursor, 'FUNCTION', 'LOAD', 'REPLACE', code)
  cursor.lines.push({ sender: 'caller', user: user.name, argv: ['FCALL', 'theirs', '0'] })
}

const luaString = (text: Bytes): Bytes =>
  `'${text.replace(/[^ !#-&(-[\]-~]/g, (byte) => `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`)}'`
