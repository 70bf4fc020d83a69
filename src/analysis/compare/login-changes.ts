import type { User } from '../../acl/user'
import type { LoginChange } from './types'

/** Returns the changes of how a user logs in. */
export function loginChanges(before: User, after: User): LoginChange[] {
  const changes: LoginChange[] = []
  if (!before.enabled && after.enabled) changes.push({ what: 'on', text: 'can log in now (on)', tone: 'more' })
  if (before.enabled && !after.enabled) changes.push({ what: 'off', text: 'can no longer log in (off)', tone: 'less' })
  if (!before.nopass && after.nopass)
    changes.push({ what: 'nopass', text: 'needs no password any more (nopass)', tone: 'more' })
  if (before.nopass && !after.nopass)
    changes.push({ what: 'nopass-removed', text: 'needs a password now', tone: 'less' })
  const olds = new Set(before.passwords.map(({ hash }) => hash))
  const news = new Set(after.passwords.map(({ hash }) => hash))
  const added = [...news].filter((hash) => !olds.has(hash)).length
  const removed = [...olds].filter((hash) => !news.has(hash)).length
  const count = (n: number): string => (n === 1 ? 'a password' : `${n} passwords`)
  if (added > 0) changes.push({ what: 'password-added', text: `${count(added)} added`, tone: 'more' })
  if (removed > 0) changes.push({ what: 'password-removed', text: `${count(removed)} removed`, tone: 'less' })
  return changes
}
