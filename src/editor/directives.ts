import type { Explained, Point } from '../analysis/explain-token'
import { withCommas } from '../analysis/numbers'
import { type Directive, directivesOf } from '../targets/directives'
import type { Target, TargetId } from '../targets/target'

/** A redis.conf directive, for completion and hovers. */
export interface DirectiveHelp {
  readonly name: string
  /** A short description. Empty for directives that the simulator ignores. */
  readonly summary: string
  /** The values it accepts, where they are words; else the default, where that is a number. */
  readonly values?: readonly string[]
  /** The default among `values`. */
  readonly usual?: string
}

const yesNo = ['yes', 'no']
const guarded = ['no', 'local', 'yes']

/** The directives that the simulator acts on. */
const explained: readonly DirectiveHelp[] = [
  {
    name: 'bind',
    summary: 'addresses to listen on; - before one: no error if missing',
    values: ['127.0.0.1 -::1', '* -::*', '0.0.0.0'],
  },
  { name: 'protected-mode', summary: 'without a password, serve this host only', values: yesNo },
  { name: 'port', summary: 'TCP port; 0 for none' },
  { name: 'tls-port', summary: 'port for TLS; 0 for none' },
  { name: 'unixsocket', summary: 'path of the Unix socket' },
  { name: 'unixsocketperm', summary: 'file mode of the Unix socket, octal' },
  { name: 'requirepass', summary: 'the default user’s password; ignored with an aclfile' },
  { name: 'aclfile', summary: 'where the users are kept', values: ['users.acl'] },
  { name: 'user', summary: 'a user and its rules; not together with aclfile' },
  { name: 'role', summary: 'a role and its rules; not together with aclfile' },
  { name: 'acllog-max-len', summary: 'entries that ACL LOG keeps' },
  {
    name: 'acl-pubsub-default',
    summary: 'channels that new users start with',
    values: ['resetchannels', 'allchannels'],
  },
  { name: 'rename-command', summary: 'another name for a command; "" takes it away' },
  { name: 'enable-protected-configs', summary: 'who may set protected directives', values: guarded },
  { name: 'enable-debug-command', summary: 'who may run DEBUG', values: guarded },
  { name: 'enable-module-command', summary: 'who may run MODULE', values: guarded },
  { name: 'tls-auth-clients-user', summary: 'user that a client’s certificate logs in' },
  { name: 'maxclients', summary: 'connections at once' },
  { name: 'databases', summary: 'how many numbered databases' },
  { name: 'maxmemory', summary: 'bytes before writes are refused or keys evicted' },
  { name: 'notify-keyspace-events', summary: 'keyspace events to publish, by letter' },
  { name: 'loglevel', summary: 'how much the server log says', values: ['debug', 'verbose', 'notice', 'warning'] },
  { name: 'dir', summary: 'working directory' },
]

/** The statements of redis.conf that are not settings. */
const statements = new Set(['user', 'role', 'rename-command'])

const known = new Map<TargetId, readonly DirectiveHelp[]>()

/** Returns the directives that a target accepts in redis.conf, those that the simulator acts on first. */
export function directivesFor({ id, behaviours }: Target): readonly DirectiveHelp[] {
  let list = known.get(id)
  if (!list) {
    const accepted = directivesOf(id)
    const first = explained
      .filter(({ name }) => accepted.has(name) || (statements.has(name) && (name !== 'role' || behaviours.hasRoles)))
      .map((help): DirectiveHelp => ({ ...valuesOf(accepted.get(help.name)), ...help }))
    const named = new Set(first.map(({ name }) => name))
    const rest = [...accepted.values()]
      .filter(({ name, hidden }) => !hidden && !named.has(name))
      .map((directive): DirectiveHelp => ({ name: directive.name, summary: '', ...valuesOf(directive) }))
    known.set(id, (list = [...first, ...rest]))
  }
  return list
}

/** Returns the values to offer for a directive, with its default. */
function valuesOf(directive: Directive | undefined): Pick<DirectiveHelp, 'values' | 'usual'> {
  if (directive === undefined) return {}
  const { kind, value } = directive
  if (kind.type === 'yes-no') return { values: yesNo, usual: value }
  if (kind.type === 'choice') return { values: kind.values, usual: value }
  return kind.type === 'integer' || kind.type === 'memory' || kind.type === 'octal'
    ? { values: [value], usual: value }
    : {}
}

/** Describes the values that a directive accepts. */
function takes({ kind }: Directive): string {
  switch (kind.type) {
    case 'yes-no':
      return 'Takes yes or no.'
    case 'choice':
      return `Takes ${kind.values.slice(0, -1).join(', ')} or ${kind.values.at(-1) ?? ''}.`
    case 'integer':
      return kind.max >= 2147483647
        ? `Takes a whole number from ${withCommas(kind.min)}.`
        : `Takes a whole number from ${withCommas(kind.min)} to ${withCommas(kind.max)}.`
    case 'octal':
      return `Takes an octal number up to ${kind.max.toString(8)}.`
    case 'memory':
      return 'Takes a number of bytes, or with a unit: 64mb.'
    case 'words':
      return 'Takes several words.'
    case 'text':
      return 'Takes a text.'
  }
}

/** Explains a value of a directive; null where there is nothing to explain. */
function valueWords(name: string, value: string): string | null {
  if (name === 'bind') {
    const address = value.replace(/^-/, '')
    const optional = value.startsWith('-') ? ' No error where the address is missing.' : ''
    if (address === '*' || address === '0.0.0.0') return `Every IPv4 address of the machine.${optional}`
    if (address === '::*' || address === '::') return `Every IPv6 address of the machine.${optional}`
    return `${/^(127\.|::1$)/.test(address) ? 'This host only.' : `The address ${address}.`}${optional}`
  }
  if (name === 'requirepass') return 'The password, in clear: whoever reads this file has it.'
  if (name.startsWith('enable-'))
    return (
      { no: 'Nobody may.', local: 'Connections from this host may.', yes: 'Everybody may whom the ACL lets.' }[value] ??
      null
    )
  if (name === 'protected-mode' && value === 'no')
    return 'Anybody who reaches the port gets in where the default user has no password.'
  if (name === 'acl-pubsub-default')
    return (
      { allchannels: 'New users start with every channel.', resetchannels: 'New users start without channels.' }[
        value
      ] ?? null
    )
  return null
}

/**
 * Explains a directive of redis.conf (or CONFIG GET and SET): its effect, its values and its default.
 * @param value the value to explain; null for the directive itself
 * @returns null where nothing is known, as for a pattern of CONFIG GET
 */
export function explainDirective(name: string, value: string | null, target: Target): Explained | null {
  const lowered = name.toLowerCase()
  const help = directivesFor(target).find((one) => one.name === lowered)
  const directive = directivesOf(target.id).get(lowered)
  if (help === undefined)
    return /[*?[\]]/.test(name)
      ? null
      : { summary: `${target.label} has no directive ${name}.`, more: null, points: [] }
  const points: Point[] =
    directive === undefined
      ? []
      : [
          { label: '', text: `${takes(directive)}${directive.value === '' ? '' : ` Without it: ${directive.value}.`}` },
          ...(directive.immutable
            ? [{ label: '', text: 'CONFIG SET cannot change it: the server reads it at start.' }]
            : []),
          ...(directive.protectedConfig && directivesOf(target.id).has('enable-protected-configs')
            ? [{ label: '', text: 'Protected: CONFIG SET changes it only where enable-protected-configs lets it.' }]
            : []),
          ...(directive.alias === null ? [] : [{ label: 'Also called', text: directive.alias }]),
        ]
  const said = value === null ? null : valueWords(lowered, value)
  return {
    summary: said ?? (help.summary === '' ? `${help.name}.` : `${help.name}: ${help.summary}.`),
    more: said === null ? null : `${help.name}: ${help.summary}.`,
    points,
  }
}
