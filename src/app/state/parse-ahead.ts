import { fromText } from '../../acl/bytes'
import { prepareAclFile } from '../../acl/prepare'
import { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { Pace } from './pace'

/**
 * Parses, with pauses, what loading a file will need; nothing changes yet.
 * @param isStale called after each pause but the last; where it returns true, the file is not to be loaded any more
 */
export async function parseAhead(users: Users, acl: string, isStale: () => boolean): Promise<void> {
  const pace = new Pace()
  let isLong = false
  for (const step of prepareAclFile(users, fromText(acl))) {
    void step
    if (!pace.isDue) continue
    isLong = true
    await pace.breath()
    if (isStale()) return
  }
  // Loading a long file is a task of its own.
  if (isLong) await pace.breath()
}

/** Does the same for a server that is to be started, and returns its users. */
export async function usersAhead(target: Target, acl: string, conf: string, isStale: () => boolean): Promise<Users> {
  const users = new Users(target.table, target.behaviours)
  const { allChannelsByDefault } = users
  // What is parsed is of no use where this guess is wrong.
  const directive = /^[ \t]*acl-pubsub-default[ \t]+["']?(allchannels|resetchannels)/im.exec(conf)
  if (target.behaviours.hasChannels && directive !== null)
    users.allChannelsByDefault = directive[1]?.toLowerCase() === 'allchannels'
  await parseAhead(users, acl, isStale)
  users.allChannelsByDefault = allChannelsByDefault
  return users
}
