import { lower } from '../../acl/bytes'
import { inOrder, listAcl, loadAclFile, printAclFile } from '../../acl/load'
import { dryRunText } from '../../acl/refusals'
import { hashPassword } from '../../acl/password'
import type { Arguments } from '../../keyspace/arguments'
import { CommandError, OK, oneLine, simple, type Reply } from '../../resp/reply'
import { disownSession, losesSubscription, replaceUsers, sessionsOf, sessionsWithout } from '../acl-changes'
import { hasArity, wrongArity } from '../command-errors'
import { replies, type Handler, type HandlerTable } from '../handler'
import type {
  Accounts,
  AclLogging,
  Clients,
  CommandNames,
  Configuration,
  Files,
  Randomness,
  Release,
  Stopping,
  Time,
} from '../parts'
import { decideFor } from '../permissions'
import type { Session } from '../session'
import { aclHelp } from './acl-help'
import { logReply, roleReply, userReply } from './acl-replies'
import { integer } from './arguments'

/** The parts of a server that ACL touches. */
type AclParts = Release &
  Time &
  Accounts &
  AclLogging &
  Clients &
  CommandNames &
  Configuration &
  Files &
  Randomness &
  Pick<Stopping, 'stop'>

/** The largest password of ACL GENPASS, in bits. */
const GENPASS_MAX_BITS = 4096

/** Returns the error for a subcommand with arguments that it does not take. */
function badArguments(args: Arguments, { target }: Release): CommandError {
  const unknown = target.behaviours.hasSubcommandRules ? 'unknown' : 'Unknown'
  return new CommandError(`ERR ${unknown} subcommand or wrong number of arguments for '${args.text(1)}'. Try ACL HELP.`)
}

const setUser: Handler<AclParts> = ({ argv, args }, server) => {
  const ended: Session[] = []
  const refusal = server.users.setUser(args.text(2), argv.slice(3), undefined, (was, becomes) => {
    ended.push(...sessionsOf(server, was).filter((session) => losesSubscription(session, was, becomes)))
  })
  if (refusal !== null) throw new CommandError(oneLine(`ERR ${refusal.message}`))
  for (const session of ended) disownSession(server, session)
  return OK
}

const deleteUsers: Handler<AclParts> = ({ argv }, server) => {
  const names = argv.slice(2)
  if (names.includes('default')) throw new CommandError("ERR The 'default' user cannot be removed")
  let deleted = 0
  for (const name of names) {
    const user = server.users.get(name)
    if (user === undefined || !server.users.deleteUser(name)) continue
    deleted++
    for (const session of sessionsOf(server, user)) disownSession(server, session)
  }
  return deleted
}

const getUser: Handler<AclParts> = ({ args }, { users, target }) => {
  const user = users.get(args.text(2))
  return user === undefined ? null : userReply(user, target.behaviours)
}

const setRole: Handler<AclParts> = ({ argv, args }, server) => {
  const name = args.text(2)
  const refusal = server.users.setRole(name, argv.slice(3))
  if (refusal !== null) throw new CommandError(oneLine(`ERR ${refusal.message}`))
  for (const session of sessionsWithout(name, server)) disownSession(server, session)
  return OK
}

/** Deletes no role where one of them is held. */
const deleteRoles: Handler<AclParts> = ({ argv }, { users }) => {
  const names = argv.slice(2)
  const held = names.find((name) => users.roles.has(name) && users.holdersOf(name).length > 0)
  if (held !== undefined)
    throw new CommandError(oneLine(`ERR Role '${held}' is assigned to one or more users. Remove it from them first.`))
  return names.filter((name) => users.deleteRole(name)).length
}

const getRole: Handler<AclParts> = ({ args }, { users, target }) => {
  const role = users.roles.get(args.text(2))
  return role === undefined ? null : roleReply(role, users.holdersOf(role.name), target.behaviours)
}

/** Combines the hashes of all users' lines with XOR, so that their order does not matter; roles are not among them (ACLDigest). */
const digest: Handler<AclParts> = (_, { users }) => {
  let sum = 0n
  for (const user of users) sum ^= BigInt(`0x${hashPassword(user.describe().slice('user '.length))}`)
  return sum.toString(16).padStart(64, '0')
}

const categories: Handler<AclParts> = ({ argv, args }, server): Reply => {
  const { table } = server.target
  const name = argv[2]
  if (argv.length > 3) throw badArguments(args, server)
  if (name === undefined) return table.categories
  const members = table.inCategory(name)
  if (members === undefined) throw new CommandError(oneLine(`ERR Unknown category '${name}'`))
  return members.map((command) => command.name)
}

const generatePassword: Handler<AclParts> = ({ argv, args }, server) => {
  if (argv.length > 3) throw badArguments(args, server)
  const given = argv[2]
  const bits = given === undefined ? 256 : integer(given)
  if (bits <= 0 || bits > GENPASS_MAX_BITS) {
    throw new CommandError(
      `ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ${GENPASS_MAX_BITS}`,
    )
  }
  const digits = Math.ceil(bits / 4)
  let hex = ''
  for (const byte of server.random.bytes(Math.ceil(digits / 2))) hex += byte.charCodeAt(0).toString(16).padStart(2, '0')
  return hex.slice(0, digits)
}

const log: Handler<AclParts> = ({ argv, args }, server): Reply => {
  if (argv.length > 3) throw badArguments(args, server)
  const given = argv[2]
  if (given !== undefined && lower(given) === 'reset') {
    server.aclLog.reset()
    return OK
  }
  const count = Math.max(0, given === undefined ? 10 : integer(given))
  return server.aclLog.entries.slice(0, count).map((entry) => logReply(entry, server.now, server.target.behaviours))
}

const dryRun: Handler<AclParts> = ({ session, argv, args }, server) => {
  const user = server.users.get(args.text(2))
  const line = argv.slice(3)
  if (user === undefined) throw new CommandError(oneLine(`ERR User '${args.text(2)}' not found`))
  const { command } = server.lookup(line)
  if (command === undefined) throw new CommandError(oneLine(`ERR Command '${line[0] ?? ''}' not found`))
  if (!hasArity(command, line)) throw new CommandError(wrongArity(command))
  const decision = decideFor(server, user, command, line, session.db)
  return decision.allowed ? OK : dryRunText(decision, server.target.behaviours)
}

/** Returns the path of the ACL file; throws the server's error where none is configured. */
function aclFile({ config, target: { behaviours } }: AclParts): string {
  const path = config.get('aclfile')
  if (path !== '') return path
  const [instance, configuration, target] = behaviours.aclFileErrorNamesRedis
    ? ['This Redis instance', 'a Redis configuration', 'the Redis configuration']
    : ['This instance', 'a configuration', 'the configuration']
  throw new CommandError(
    `ERR ${instance} is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then ` +
      `issue a CONFIG REWRITE (assuming you have ${configuration} file set) in order to store users in ${target}.`,
  )
}

const save: Handler<AclParts> = (_, server) => {
  const path = aclFile(server)
  try {
    server.files.write(path, printAclFile(server.users))
  } catch {
    throw new CommandError(
      'ERR There was an error trying to save the ACLs. Please check the server logs for more information',
    )
  }
  return OK
}

/** ACL LOAD; a file that crashes the real server ends all connections without a reply. */
const load: Handler<AclParts> = (_, server) => {
  const path = aclFile(server)
  const content = server.files.read(path)
  if (content === null)
    throw new CommandError(`ERR Error loading ACLs, opening file '${path}': No such file or directory`)
  const result = loadAclFile(server.users, content, path)
  if (result.ok) {
    replaceUsers(server, result)
    return OK
  }
  if (!result.crash) throw new CommandError(oneLine(`ERR ${result.message}`))
  server.stop('crash')
  return replies([])
}

/** The subcommands, where they are commands of their own (7.0). */
const handlers: HandlerTable<AclParts> = {
  'acl|setuser': setUser,
  'acl|deluser': deleteUsers,
  'acl|getuser': getUser,
  'acl|setrole': setRole,
  'acl|delrole': deleteRoles,
  'acl|getrole': getRole,
  'acl|roles': (_, { users }) => inOrder(users.roles.values()).map((role) => role.name),
  'acl|digest': digest,
  'acl|list': (_, { users }) => listAcl(users),
  'acl|users': (_, { users }) => inOrder(users).map((user) => user.name),
  'acl|whoami': ({ session }) => session.account.name,
  'acl|cat': categories,
  'acl|genpass': generatePassword,
  'acl|log': log,
  'acl|dryrun': dryRun,
  'acl|load': load,
  'acl|save': save,
  'acl|help': (_, { target }) => aclHelp(target.behaviours.aclHelp).map(simple),
}

/** The least and most words of each subcommand on 6.x, `ACL` and its own name included. */
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
const anySubcommand: Handler<AclParts> = (invocation, server) => {
  const { argv, args } = invocation
  const name = args.word(1)
  const [least, most] = (Object.hasOwn(arities, name) && arities[name]) || [Infinity, 0]
  if (name === 'load' || name === 'save') aclFile(server)
  const handler = handlers[`acl|${name}`]
  if (handler === undefined || argv.length < least || argv.length > most) throw badArguments(args, server)
  return handler(invocation, server)
}

/** The ACL command family. */
export const aclHandlers: HandlerTable<AclParts> = { ...handlers, acl: anySubcommand }
