import { splitWords } from '../../src/acl/split'
import { Users } from '../../src/acl/users'
import type { Subject } from '../../src/proof/permissions'
import { loadTarget } from '../../src/targets/load'
import type { Target, TargetId } from '../../src/targets/target'

/** A user `u` on a target, on and without a password, with these rules. Throws where the server refuses one. */
export function subjectOn(target: Target, rules: string, allChannels = false): Subject {
  const users = new Users(target.table, target.behaviours)
  users.allChannelsByDefault ||= allChannels
  const words = rules.match(/\((?:"[^"]*"|[^)])*\)|\S+/g) ?? []
  const error = users.setUser('u', ['on', 'nopass', ...words])
  const user = users.get('u')
  if (error !== null || user === undefined) throw new Error(`refused: ${rules}`)
  return { user, target, hidden: new Set() }
}

/** The same by the target's id. */
export async function subject(rules: string, id: TargetId = 'redis-8.0'): Promise<Subject> {
  return subjectOn(await loadTarget(id), rules)
}

/** The words of a command line. */
export const argvOf = (line: string): string[] => splitWords(line)?.map(({ text }) => text) ?? []
