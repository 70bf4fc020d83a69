import { textAt, wordAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import type { Decision } from '../acl/decision'
import type { User } from '../acl/user'
import { optionReadingEveryKey, sortRefusal } from '../keyspace/generic/sort-access'
import { allowsProtected } from './admission'
import type { Configuration, Release } from './parts'
import { protectedCommandRefusal } from './protected-command'
import type { Origin } from './types'

/** A denial by the command itself or by the configuration, after the access check has allowed the command. */
export interface LateRefusal {
  /** `key`: the user's key patterns do not match what the command reads; `configuration`: a directive blocks it. */
  readonly reason: 'key' | 'configuration'
  /** A phrase that can follow a colon. */
  readonly why: string
  /** The server's error. */
  readonly error: Bytes
}

/**
 * Returns the error of a command line that the user's rules or the configuration deny although the access check allows it;
 * null where there is none. Covers BY and GET of SORT (sort.c, sortCommandGeneric), DEBUG and
 * MODULE (server.c, processCommand) and the protected directives of CONFIG SET (config.c, configSetCommand).
 */
export function lateRefusal(
  server: Release & Configuration,
  user: User,
  decision: Decision,
  origin: Origin,
): LateRefusal | null {
  const { command, argv } = decision
  const closed = protectedCommandRefusal(server, command, origin)
  if (closed !== null) {
    const why = `${closed.directive} ${server.config.get(closed.directive)} blocks it`
    return { reason: 'configuration', why, error: closed.error }
  }
  if (command.name === 'sort' || command.name === 'sort_ro') return refusedSort(server, user, decision)
  return wordAt(argv, 0) === 'config' && wordAt(argv, 1) === 'set' ? refusedDirective(server, argv, origin) : null
}

function refusedSort(server: Release, user: User, { command, argv, selectors }: Decision): LateRefusal | null {
  const option = server.target.behaviours.sortChecksAccess
    ? optionReadingEveryKey(argv, command.name === 'sort_ro')
    : null
  if (option === null) return null
  if (selectors.some(({ selector, allowed }) => allowed && user.selectors[selector]?.readsEveryKey === true))
    return null
  const why = `${option} reads keys that the command does not name, which only read access to every key (%R~* or ~*) allows`
  return { reason: 'key', why, error: sortRefusal(option) }
}

/** Finds the first directive that CONFIG SET rejects; the server reports that one. */
function refusedDirective(server: Configuration & Release, argv: readonly Bytes[], origin: Origin): LateRefusal | null {
  if (allowsProtected(server, 'enable-protected-configs', origin)) return null
  for (let i = 2; i < argv.length; i += 2) {
    const typed = textAt(argv, i)
    const directive = server.config.find(typed)
    if (directive === undefined || directive.immutable) return null
    if (!directive.protectedConfig) continue
    const why = `${directive.name} is a protected directive, and enable-protected-configs ${server.config.get('enable-protected-configs')} blocks it`
    const error = `ERR CONFIG SET failed (possibly related to argument '${typed}') - can't set protected config`
    return { reason: 'configuration', why, error }
  }
  return null
}
