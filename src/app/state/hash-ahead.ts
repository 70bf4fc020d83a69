import type { Users } from '../../acl/users'
import { idle, Pace } from './pace'

/** Milliseconds of hashing between two pauses. */
const SLICE = 8

/**
 * Hashes the plain passwords of users while the page is idle, so that ACL SAVE and ACL LIST find those of thousands of users
 * hashed.
 * @param isStale called after each pause; where it returns true, the hashes are not needed any more
 */
export async function hashAhead(users: Users, isStale: () => boolean): Promise<void> {
  const pace = new Pace(Infinity, SLICE)
  await pace.breath(idle)
  for (const user of users) {
    if (pace.isDue) await pace.breath(idle)
    if (isStale()) return
    user.hashPasswords()
  }
}
