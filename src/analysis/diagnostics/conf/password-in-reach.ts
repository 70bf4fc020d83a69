import { fromText, lower, toText, type Bytes } from '../../../acl/bytes'
import { loadAclFile } from '../../../acl/load'
import { hashPassword } from '../../../acl/password'
import { canLogIn } from '../../../acl/user'
import { Users } from '../../../acl/users'
import { heldEscalations, isUnlimited } from '../../escalation'
import { gettingEverything } from '../../ways/goals'
import { Graph } from '../../ways/graph'
import { scriptText } from '../../ways/script'
import { Ways, type Way } from '../../ways/search'
import { all, directive, type ConfCheck, type ConfReport, type ConfText } from './conf-file'

const directives = ['requirepass', 'masterauth', 'primaryauth']

/** The most users that are named for one directive. */
const MOST = 3

/**
 * A password that CONFIG GET prints to users who may not do much, and that logs in as one who may do more: the ways of several
 * steps that start in redis.conf.
 */
export const passwordInReach: ConfCheck = {
  code: 'privilege-escalation',
  severity: 'warning',
  check: (conf) => {
    const users = usersOf(conf)
    if (users === null) return []
    const hashes = new Set([...users].filter(canLogIn).flatMap(({ passwords }) => passwords.map(({ hash }) => hash)))
    return directives.flatMap((name) => {
      const value = directive(conf, name)?.values[0] ?? ''
      return value !== '' && hashes.has(hashPassword(value)) ? reports(conf, users, name) : []
    })
  },
}

function usersOf({ acl, target, directives: lines }: ConfText): Users | null {
  const users = new Users(target.table, target.behaviours)
  if (acl !== null) {
    const read = loadAclFile(users, fromText(acl), 'users.acl')
    if (!read.ok) return null
    users.replaceAll(read)
    return users
  }
  for (const { name, values } of lines)
    if (name === 'user' && values[0] !== undefined) users.setUser(values[0], ['reset', ...values.slice(1)])
  return users
}

function reports(conf: ConfText, users: Users, name: string): ConfReport[] {
  const at = directive(conf, name)
  if (at === undefined) return []
  const { target } = conf
  const renames = all(conf, 'rename-command')
  const named = (isHidden: boolean): readonly (readonly [Bytes, Bytes])[] =>
    renames.flatMap(({ values: [from = '', to = ''] }) => ((to === '') === isHidden ? [[lower(to), lower(from)]] : []))
  const typing = { target, renamed: new Map(named(false)), hidden: new Set(named(true).map(([, from]) => from)) }
  const graph = new Graph({
    users,
    target,
    config: {
      find: (one) => (one === name ? { name } : undefined),
      get: (one) => directive(conf, one)?.values[0] ?? (one === name ? '' : 'no'),
    },
    hidden: typing.hidden,
  })
  const ways = new Ways(graph)
  const goal = gettingEverything(true)
  const found: { readonly user: string; readonly way: Way }[] = []
  for (const user of users) {
    if (
      isUnlimited(user) ||
      heldEscalations(user).some(({ escalation }) => ['everything', 'read'].includes(escalation.reaches))
    )
      continue
    const way = ways.from(user, goal)
    const isByIt = way?.lines.some(({ argv }) => argv.some((word) => typeof word !== 'string' && 'directive' in word))
    if (way === null || isByIt !== true) continue
    if (way.last.kind === 'reads' && user.selectors.some(({ allKeys }) => allKeys)) continue
    found.push({ user: toText(user.name), way })
  }
  return found.slice(0, MOST).map(({ user, way }, i) => ({
    message: `${user} can ${way.last.kind === 'reads' ? 'copy all data' : 'get every permission'}: ${way.lines.map((line) => scriptText(typing, line)).join(', then ')}.${i === MOST - 1 && found.length > MOST ? ` So can ${found.length - MOST} more users.` : ''}`,
    hint: 'Deny CONFIG GET (-config|get), or give this directive a password of a user who may do little.',
    span: at.line.span,
    fixes: [],
  }))
}
