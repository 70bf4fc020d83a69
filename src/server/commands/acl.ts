import { compareBytes, lower, type Bytes } from '../../acl/bytes'
import { loadAclFile, printAclFile } from '../../acl/load'
import { dryRunText } from '../../acl/refusals'
import type { User } from '../../acl/user'
import { CommandError, OK, simple, type Reply } from '../../resp/reply'
import { disownSession, losesSubscription, replaceUsers, sessionsOf } from '../acl-changes'
import { replies, type Call, type Replies, type ServerHandlerTable } from '../command'
import { decideFor } from '../permissions'
import type { SimulatedServer } from '../server'
import type { Session } from '../session'
import { aclHelp } from './acl-help'
import { logReply, userReply } from './acl-replies'

/** The most bits that ACL GENPASS makes. */
const GENPASS_MAX_BITS = 4096

function usersInOrder(server: SimulatedServer): User[] {
  return [...server.users].sort((a, b) => compareBytes(a.name, b.name))
}

/** An integer argument as the server's getLongFromObject reads it. */
function integer(text: Bytes): number {
  if (!/^(0|-?[1-9][0-9]*)$/.test(text) || !isLong(BigInt(text)))
    throw new CommandError('ERR value is not an integer or out of range')
  return Number(text)
}

function isLong(value: bigint): boolean {
  return value === BigInt.asIntN(64, value)
}

/** The error of a subcommand called with arguments that it does not take. */
function badArguments(call: Call): CommandError {
  const unknown = call.server.target.behaviours.hasSubcommandRules ? 'unknown' : 'Unknown'
  return new CommandError(
    `ERR ${unknown} subcommand or wrong number of arguments for '${call.argv[1] ?? ''}'. Try ACL HELP.`,
  )
}

/** Messages never break the protocol: line ends in them become spaces. */
function oneLine(text: Bytes): Bytes {
  return text.replace(/[\r\n]/g, ' ')
}

function setUser({ server, argv }: Call): Reply {
  const ended: Session[] = []
  const refusal = server.users.setUser(argv[2] ?? '', argv.slice(3), undefined, (was, becomes) => {
    ended.push(...sessionsOf(server, was).filter((session) => losesSubscription(session, was, becomes)))
  })
  if (refusal !== null) throw new CommandError(oneLine(`ERR ${refusal.message}`))
  ended.forEach(disownSession)
  return OK
}

function deleteUsers({ server, argv }: Call): Reply {
  const names = argv.slice(2)
  if (names.includes('default')) throw new CommandError("ERR The 'default' user cannot be removed")
  let deleted = 0
  for (const name of names) {
    const user = server.users.get(name)
    if (user === undefined || !server.users.deleteUser(name)) continue
    deleted++
    sessionsOf(server, user).forEach(disownSession)
  }
  return deleted
}

function getUser({ server, argv }: Call): Reply {
  const user = server.users.get(argv[2] ?? '')
  return user === undefined ? null : userReply(user, server.target.behaviours)
}

function categories(call: Call): Reply {
  const { table } = call.server.target
  const name = call.argv[2]
  if (call.argv.length > 3) throw badArguments(call)
  if (name === undefined) return table.categories
  const members = table.inCategory(name)
  if (members === undefined) throw new CommandError(oneLine(`ERR Unknown category '${name}'`))
  return members.map((command) => command.name)
}

function generatePassword(call: Call): Reply {
  if (call.argv.length > 3) throw badArguments(call)
  const given = call.argv[2]
  const bits = given === undefined ? 256 : integer(given)
  if (bits <= 0 || bits > GENPASS_MAX_BITS) {
    throw new CommandError(
      `ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ${GENPASS_MAX_BITS}`,
    )
  }
  const digits = Math.ceil(bits / 4)
  let hex = ''
  for (const byte of call.server.random.bytes(Math.ceil(digits / 2)))
    hex += byte.charCodeAt(0).toString(16).padStart(2, '0')
  return hex.slice(0, digits)
}

function log(call: Call): Reply {
  const { server, argv } = call
  if (argv.length > 3) throw badArguments(call)
  const given = argv[2]
  if (given !== undefined && lower(given) === 'reset') {
    server.aclLog.reset()
    return OK
  }
  const count = Math.max(0, given === undefined ? 10 : integer(given))
  return server.aclLog.entries.slice(0, count).map((entry) => logReply(entry, server.now, server.target.behaviours))
}

function dryRun({ server, session, argv }: Call): Reply {
  const user = server.users.get(argv[2] ?? '')
  const line = argv.slice(3)
  if (user === undefined) throw new CommandError(oneLine(`ERR User '${argv[2] ?? ''}' not found`))
  const { command } = server.lookup(line)
  if (command === undefined) throw new CommandError(oneLine(`ERR Command '${line[0] ?? ''}' not found`))
  if (command.arity > 0 ? command.arity !== line.length : line.length < -command.arity) {
    throw new CommandError(`ERR wrong number of arguments for '${command.name}' command`)
  }
  const decision = decideFor(server, user, command, line, session.db)
  return decision.allowed ? OK : dryRunText(decision, server.target.behaviours)
}

/** The configured ACL file; throws the server's error where there is none. */
function aclFile(server: SimulatedServer): string {
  const path = server.config.get('aclfile')
  if (path !== '') return path
  const [instance, configuration, target] = server.target.behaviours.aclFileErrorNamesRedis
    ? ['This Redis instance', 'a Redis configuration', 'the Redis configuration']
    : ['This instance', 'a configuration', 'the configuration']
  throw new CommandError(
    `ERR ${instance} is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then ` +
      `issue a CONFIG REWRITE (assuming you have ${configuration} file set) in order to store users in ${target}.`,
  )
}

function save({ server }: Call): Reply {
  const path = aclFile(server)
  try {
    server.files.write(path, printAclFile(usersInOrder(server)))
  } catch {
    throw new CommandError(
      'ERR There was an error trying to save the ACLs. Please check the server logs for more information',
    )
  }
  return OK
}

/** ACL LOAD; on a file that makes the real server crash, all connections end without a reply. */
function load({ server }: Call): Reply | Replies {
  const path = aclFile(server)
  const content = server.files.read(path)
  if (content === null)
    throw new CommandError(`ERR Error loading ACLs, opening file '${path}': No such file or directory`)
  const result = loadAclFile(server.users, content, path)
  if (result.ok) {
    replaceUsers(server, result.users)
    return OK
  }
  if (!result.crash) throw new CommandError(oneLine(`ERR ${result.message}`))
  server.stop('crash')
  return replies([])
}

/** Where subcommands are commands of their own (7.0). Arity was checked. */
const handlers: ServerHandlerTable = {
  'acl|setuser': setUser,
  'acl|deluser': deleteUsers,
  'acl|getuser': getUser,
  'acl|list': ({ server }) => usersInOrder(server).map((user) => user.describe()),
  'acl|users': ({ server }) => usersInOrder(server).map((user) => user.name),
  'acl|whoami': ({ session }) => session.account.name,
  'acl|cat': categories,
  'acl|genpass': generatePassword,
  'acl|log': log,
  'acl|dryrun': dryRun,
  'acl|load': load,
  'acl|save': save,
  'acl|help': ({ server }) => aclHelp(server.target.behaviours.aclHelp).map(simple),
}

/** How many arguments each subcommand takes on 6.x, `ACL` and its own name included: at least, at most. */
const arities: Readonly<Record<string, readonly [number, number]>> = {
  setuser: [3, Infinity],
  deluser: [3, Infinity],
  getuser: [3, 3],
  list: [2, 2],
  users: [2, 2],
  whoami: [2, 2],
  load: [2, 2],
  save: [2, 2],
  cat: [2, 3],
  genpass: [2, 3],
  log: [2, 3],
  help: [2, 2],
}

/** ACL on 6.x, where it is one command. */
function anySubcommand(call: Call): Reply | Replies {
  const name = lower(call.argv[1] ?? '')
  const [least, most] = (Object.hasOwn(arities, name) && arities[name]) || [Infinity, 0]
  if (name === 'load' || name === 'save') aclFile(call.server)
  const handler = handlers[`acl|${name}`]
  if (handler === undefined || call.argv.length < least || call.argv.length > most) throw badArguments(call)
  return handler(call)
}

/** The ACL command family. */
export const aclHandlers: ServerHandlerTable = { ...handlers, acl: anySubcommand }
