import type { Bytes } from '../acl/bytes'
import { check, readsEveryKey } from '../acl/check'
import { optionReadingEveryKey } from '../keyspace/generic/sort-access'
import { usesOf } from '../targets/uses'
import { canLogIn } from '../acl/user'
import { type Subject, isHidden } from './permissions'

/** A command line, and the database of the connection that runs it. */
export interface CommandLine {
  readonly argv: readonly Bytes[]
  readonly db: number
}

/** Returns true if a subject may run a command line, by its rules, the command's own checks and renamed commands. */
export function allows({ user, target, hidden }: Subject, { argv, db }: CommandLine, assumeLogIn = false): boolean {
  const command = target.table.resolve(argv)
  if (command === undefined || isHidden({ hidden }, command) || (!assumeLogIn && !canLogIn(user))) return false
  const uses = usesOf(target, command, argv, db)
  if (!check(user, command, argv, uses)) return false
  const sorts = target.behaviours.sortChecksAccess && (command.name === 'sort' || command.name === 'sort_ro')
  const needsAll = sorts && optionReadingEveryKey(argv, command.name === 'sort_ro') !== null
  return !needsAll || readsEveryKey(user, command, argv, uses)
}
