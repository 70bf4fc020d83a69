import { lower, type Bytes } from '../../acl/bytes'
import { CommandError, map, OK, push, simple, type Reply } from '../../resp/reply'
import { dropFieldsets } from '../fieldsets'
import type { Target } from '../../targets/target'
import { replies, type Handler, type HandlerTable } from '../handler'
import { logIn } from '../log-in'
import type { Accounts, Data, Messages, Monitoring, Release, Watching } from '../parts'
import type { DenialParts } from '../permissions'
import type { Session } from '../session'
import { integer, syntaxError } from './arguments'
import { setName } from './client-names'

/** The parts of a server that logging in touches. */
type LogInParts = Accounts & DenialParts

/** The parts of a server that the commands of a connection touch. */
type ConnectionParts = LogInParts & Pick<Data, 'keyspace'> & Messages

/** Logs a session in by a password that the client sent. `object` is the command as typed. */
function logInWith(session: Session, username: Bytes, password: Bytes, object: Bytes, server: LogInParts): void {
  logIn(session, username, object, (user) => user.accepts(password), server)
}

const auth: Handler<LogInParts> = ({ session, argv, args }, server) => {
  if (argv.length > 3) throw syntaxError()
  if (argv.length === 2) {
    if (server.defaultUser.nopass) {
      throw new CommandError(
        'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      )
    }
    logInWith(session, 'default', args.text(1), args.text(0), server)
  } else {
    logInWith(session, args.text(1), args.text(2), args.text(0), server)
  }
  return OK
}

/** HELLO [proto [AUTH user password] [SETNAME name]]: older servers act on each option as they read it. */
const hello: Handler<LogInParts> = ({ session, argv, args }, server) => {
  const { behaviours } = server.target
  const protocol = helloProtocol(argv[1], server.target)
  const later: (() => void)[] = []
  let name: Bytes | null = null
  for (let i = 2; i < argv.length; i++) {
    const option = args.text(i)
    const left = argv.length - 1 - i
    if (lower(option) === 'auth' && left >= 2) {
      const [username = '', password = ''] = argv.slice(i + 1, i + 3)
      i += 2
      if (!behaviours.helloReadsFirst) logInWith(session, username, password, args.text(0), server)
      else later.splice(0, 1, () => logInWith(session, username, password, args.text(0), server))
    } else if (lower(option) === 'setname' && left >= 1) {
      name = args.text(++i)
      setName(behaviours.helloReadsFirst ? null : session, name)
    } else {
      throw new CommandError(`ERR Syntax error in HELLO option '${option}'`)
    }
  }
  for (const act of later) act()
  if (!session.authenticated) {
    throw new CommandError(
      `NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO ${behaviours.helloErrorNamesProtocol ? '<proto> ' : ''}AUTH <user> <pass> ` +
        'option can be used to authenticate the client and select the RESP protocol version at the same time',
    )
  }
  if (name !== null) setName(session, name)
  if (protocol !== null) session.protocol = protocol
  return greeting(server.target, session)
}

function helloProtocol(text: Bytes | undefined, { behaviours }: Target): 2 | 3 | null {
  if (text === undefined) return null
  const unsupported = new CommandError('NOPROTO unsupported protocol version')
  if (!behaviours.helloAlone && !/^[0-9]+$/.test(text)) throw unsupported
  const version = integer(text, 'ERR Protocol version is not an integer or out of range')
  if (version !== 2 && version !== 3) throw unsupported
  return version
}

function greeting(target: Target, session: Session): Reply {
  const { behaviours, version } = target
  return map([
    ['server', behaviours.serverName],
    ['version', behaviours.serverName === 'redis' ? (behaviours.redisVersion ?? version) : version],
    ['proto', session.protocol],
    ['id', session.id],
    ['mode', 'standalone'],
    ['role', 'master'],
    ['modules', moduleList(target)],
  ])
}

/** Returns the modules that a release comes with, as HELLO and MODULE LIST show them. */
export function moduleList({ behaviours }: Target): Reply {
  return behaviours.builtInModules.map(({ name, path }) =>
    map([
      ['name', name],
      ['ver', 1],
      ['path', path],
      ['args', []],
    ]),
  )
}

/** RESET: returns the connection to its first state, except for its id. */
const reset: Handler<Messages & Monitoring & Watching> = ({ session }, server) => {
  server.monitors.delete(session)
  session.transaction = null
  server.watches.unwatch(session)
  server.pubsub.forget(session)
  session.tracking = null
  session.replyMode = 'on'
  session.noEvict = session.noTouch = false
  session.name = ''
  session.db = 0
  session.protocol = 2
  dropFieldsets(session)
  session.logInByDefault()
  return simple('RESET')
}

const ping: Handler = ({ session, argv, args }) => {
  if (argv.length > 2) throw new CommandError("ERR wrong number of arguments for 'ping' command")
  if (session.protocol === 2 && session.subscriptions > 0) return push(['pong', args.optional(1) ?? ''])
  return argv[1] ?? simple('PONG')
}

const select: Handler<Release & Pick<Data, 'keyspace'>> = ({ session, argv }, server) => {
  const db = integer(argv[1], server.target.behaviours.selectSaysInvalidIndex ? 'ERR invalid DB index' : undefined)
  if (db < 0 || db >= server.keyspace.databases.length) throw new CommandError('ERR DB index is out of range')
  session.db = db
  return OK
}

const quit: Handler = ({ session }) => {
  session.closeAfterReply = true
  return OK
}

/** POST and `host:`, where they are commands: closes the connection without a reply (securityWarningCommand). */
const hangUp: Handler = ({ session }) => {
  session.closeAfterReply = true
  return replies([])
}

/** Commands on the connection itself. */
export const connectionCommands: HandlerTable<ConnectionParts> = {
  auth,
  hello,
  reset,
  ping,
  quit,
  post: hangUp,
  'host:': hangUp,
  select,
  echo: ({ args }) => args.text(1),
}
