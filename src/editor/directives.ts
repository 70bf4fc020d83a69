import { directivesOf } from '../targets/directives'
import type { Target, TargetId } from '../targets/target'

/** A redis.conf directive, for completion and hovers. */
export interface DirectiveHelp {
  readonly name: string
  /** A few words: what it sets. Empty for directives that the simulator does not act on. */
  readonly summary: string
  /** The words it takes, where it takes words. */
  readonly values?: readonly string[]
}

const yesNo = ['yes', 'no']
const guarded = ['no', 'local', 'yes']

/** Those that the simulator acts on. */
const explained: readonly DirectiveHelp[] = [
  { name: 'bind', summary: 'addresses to listen on; - before one: no error if missing', values: ['127.0.0.1 -::1', '* -::*', '0.0.0.0'] },
  { name: 'protected-mode', summary: 'without a password, serve this host only', values: yesNo },
  { name: 'port', summary: 'TCP port; 0 for none' },
  { name: 'tls-port', summary: 'port for TLS; 0 for none' },
  { name: 'unixsocket', summary: 'path of the Unix socket' },
  { name: 'unixsocketperm', summary: 'file mode of the Unix socket, octal' },
  { name: 'requirepass', summary: 'the default user’s password; ignored with an aclfile' },
  { name: 'aclfile', summary: 'where the users are kept', values: ['users.acl'] },
  { name: 'user', summary: 'a user and its rules; not together with aclfile' },
  { name: 'acllog-max-len', summary: 'entries that ACL LOG keeps' },
  { name: 'acl-pubsub-default', summary: 'channels that new users start with', values: ['resetchannels', 'allchannels'] },
  { name: 'rename-command', summary: 'another name for a command; "" takes it away' },
  { name: 'enable-protected-configs', summary: 'who may set protected directives', values: guarded },
  { name: 'enable-debug-command', summary: 'who may run DEBUG', values: guarded },
  { name: 'enable-module-command', summary: 'who may run MODULE', values: guarded },
  { name: 'tls-auth-clients-user', summary: 'user that a client’s certificate logs in', values: ['CN', 'off'] },
  { name: 'maxclients', summary: 'connections at once' },
  { name: 'databases', summary: 'how many numbered databases' },
  { name: 'maxmemory', summary: 'bytes before writes are refused or keys evicted' },
  { name: 'notify-keyspace-events', summary: 'keyspace events to publish, by letter' },
  { name: 'loglevel', summary: 'how much the server log says', values: ['debug', 'verbose', 'notice', 'warning'] },
  { name: 'dir', summary: 'working directory' },
]

/** What redis.conf knows besides settings. */
const statements = new Set(['user', 'rename-command'])

const known = new Map<TargetId, readonly DirectiveHelp[]>()

/** The directives that a target accepts in redis.conf, those that the simulator acts on first. */
export function directivesFor({ id }: Target): readonly DirectiveHelp[] {
  let list = known.get(id)
  if (!list) {
    const accepted = directivesOf(id)
    const first = explained.filter(({ name }) => accepted.has(name) || statements.has(name))
    const rest = [...accepted.values()]
      .filter(({ name }) => !first.some((one) => one.name === name))
      .map(({ name, kind }): DirectiveHelp => ({ name, summary: '', ...(kind.type === 'yes-no' ? { values: yesNo } : kind.type === 'choice' ? { values: kind.values } : {}) }))
    known.set(id, (list = [...first, ...rest]))
  }
  return list
}
