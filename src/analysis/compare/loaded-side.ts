import { fromText, lower, type Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import { prepareAclFile } from '../../acl/prepare'
import type { User } from '../../acl/user'
import { Users } from '../../acl/users'
import { Config } from '../../server/config'
import { parseConfigFile } from '../../server/config-file'
import type { Target } from '../../targets/target'
import { finish } from '../steps'
import type { RefusedSide, Side } from './types'

/** A loaded side: its users, and the commands that redis.conf renames or disables for all of them. */
export interface LoadedSide {
  readonly target: Target
  readonly users: ReadonlyMap<Bytes, User>
  readonly hidden: ReadonlySet<Bytes>
  /** The number of databases of the server. */
  readonly databases: number
}

/**
 * Loads the users that a side's files define, the default user included; returns the server's error where it rejects
 * users.acl.
 */
export function loadSide(files: Side, side: RefusedSide['side']): LoadedSide | RefusedSide {
  return finish(loadSideInSteps(files, side))
}

/** Same as `loadSide`, some lines a step. */
export function* loadSideInSteps(
  { target, acl, name = 'users.acl', conf = '' }: Side,
  side: RefusedSide['side'],
): Generator<undefined, LoadedSide | RefusedSide> {
  const { users, hidden, databases } = emptyServer(target, conf)
  yield* prepareAclFile(users, acl)
  const loaded = loadAclFile(users, acl, fromText(name))
  if (!loaded.ok) return { side, message: loaded.message, crash: loaded.crash, problems: loaded.problems }
  users.replaceAll(loaded)
  return { target, users: new Map([...users].map((user) => [user.name, user])), hidden, databases }
}

/** Returns the users of a server without an ACL file, with the defaults for new users that its redis.conf sets. */
export function emptyServer(
  target: Target,
  conf: Bytes,
): Pick<LoadedSide, 'hidden' | 'databases'> & { readonly users: Users } {
  const users = new Users(target.table, target.behaviours)
  const { channelsByDefault, hidden, databases } = settingsOf(conf, target)
  if (channelsByDefault !== null) users.allChannelsByDefault = channelsByDefault
  return { users, hidden, databases }
}

type Settings = Pick<LoadedSide, 'hidden' | 'databases'> & { readonly channelsByDefault: boolean | null }

/** The last redis.conf of a target: the effects of all fixes of a file are computed with the same. */
const lastSettings = new WeakMap<Target, { readonly conf: Bytes; readonly settings: Settings }>()

/**
 * Returns the directives of redis.conf that affect permissions: acl-pubsub-default, rename-command and databases. Skips
 * lines that cannot be parsed.
 */
function settingsOf(conf: Bytes, target: Target): Settings {
  const last = lastSettings.get(target)
  if (last?.conf === conf) return last.settings
  const settings = readSettings(conf, target)
  lastSettings.set(target, { conf, settings })
  return settings
}

function readSettings(conf: Bytes, target: Target): Settings {
  const config = new Config(target)
  const hidden = new Set<Bytes>()
  let isSet = false
  for (const { words } of parseConfigFile(conf)) {
    if (words === null) continue
    const [name = '', ...rest] = words
    if (lower(name) === 'rename-command' && rest.length === 2 && rest[1] === '') hidden.add(lower(rest[0] ?? ''))
    const counts = lower(name) === 'acl-pubsub-default' || lower(name) === 'databases'
    const directive = counts ? config.find(name) : undefined
    const read = directive === undefined ? null : config.read(directive, rest)
    if (directive === undefined || read === null || 'error' in read) continue
    config.set(directive, read.value)
    if (directive.name === 'acl-pubsub-default') isSet = true
  }
  return {
    channelsByDefault: isSet ? config.get('acl-pubsub-default') === 'allchannels' : null,
    hidden,
    databases: config.number('databases'),
  }
}
