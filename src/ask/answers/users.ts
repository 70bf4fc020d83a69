import { toText, type Bytes } from '../../acl/bytes'
import { canLogIn, type User } from '../../acl/user'
import { plain } from '../../analysis/phrase'
import { summarize } from '../../analysis/summary'
import type { SimulatedServer } from '../../server/server'
import type { UserList } from '../meaning'
import type { Answer, UserAnswer } from './answer'

/** Describes what a user can do. */
export function answerSummary({ users, target }: SimulatedServer, name: Bytes): Answer {
  const user = users.get(name)
  if (user === undefined) return { verdict: null, text: `There is no user ${toText(name)}.` }
  const list = summarize(user, target).map(({ phrases }) => plain(phrases))
  return { verdict: null, text: `${toText(name)} ${list.join('; ')}.`, list }
}

/** Lists the users of a kind. */
export function answerUsers({ users }: SimulatedServer, list: UserList): Answer {
  const all = [...users]
  switch (list) {
    case 'share a password':
      return inGroups(
        groupsOf(all, (user) => (user.nopass ? [] : user.passwords.map(({ hash }) => hash))),
        'have a password in common',
        'No two users have a password in common.',
      )
    case 'are alike':
      return inGroups(
        groupsOf(all, (user) => [user.selectors.map((selector) => rulesOf(selector)).join(' | ')]),
        'have the same rules, passwords aside',
        'No two users have the same rules.',
      )
    case 'log in without a password':
      return withoutPassword(all)
    case 'are off':
      return listed(
        all.filter(({ enabled }) => !enabled),
        'is off: nobody can log in as it.',
      )
  }
}

function rulesOf(selector: User['root']): string {
  return [
    selector.describeKeys(),
    selector.describeChannels(),
    selector.describeDatabases(),
    selector.describeCommands(),
  ].join(' ')
}

function groupsOf(users: readonly User[], keysOf: (user: User) => readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>()
  for (const user of users) {
    for (const key of new Set(keysOf(user))) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [toText(user.name)])
      else group.push(toText(user.name))
    }
  }
  return [...groups.values()].filter(({ length }) => length > 1)
}

function inGroups(groups: readonly (readonly string[])[], what: string, none: string): Answer {
  const users = groups.flatMap((group) =>
    group.map((name): UserAnswer => ({ name, verdict: 'yes', text: `${group.join(', ')} ${what}.`, rules: [] })),
  )
  const text = groups.map((group) => `${group.join(', ')} ${what}.`).join(' ')
  return { verdict: null, text: text === '' ? none : text, users }
}

function listed(users: readonly User[], what: string): Answer {
  const found = users.map(({ name }): UserAnswer => ({
    name: toText(name),
    verdict: 'yes',
    text: `${toText(name)} ${what}`,
    rules: [],
  }))
  return {
    verdict: null,
    text: found.length === 0 ? 'No user.' : found.map(({ text }) => text).join(' '),
    users: found,
  }
}

function withoutPassword(all: readonly User[]): Answer {
  const answer = listed(
    all.filter((user) => canLogIn(user) && user.nopass),
    'logs in with any password, or as default with none (nopass).',
  )
  const locked = all.filter((user) => user.enabled && !canLogIn(user)).map(({ name }) => toText(name))
  if (locked.length === 0) return answer
  const none = `${locked.join(', ')} ${locked.length === 1 ? 'has' : 'have'} no password at all, so nobody can log in.`
  return { ...answer, text: `${answer.text} ${none}` }
}
