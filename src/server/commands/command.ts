import { lower, type Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { compileGlob } from '../../acl/glob'
import { CommandError, map, set, simple, type Reply } from '../../resp/reply'
import { loadedDocs } from '../../targets/load'
import { moduleOf } from '../../targets/modules'
import type { Target } from '../../targets/target'
import { canHaveKeys, usesOf } from '../../targets/uses'
import { hasArity } from '../command-errors'
import type { Handler, HandlerTable } from '../handler'
import { removedCommands } from '../lookup'
import type { CommandNames, Release } from '../parts'
import { docsReply, infoReply } from './command-replies'

/** The parts of a server that COMMAND reports on. */
type CommandParts = CommandNames & Release

/** Returns the commands that clients can name, in the target's order, without those renamed to nothing. */
function visible(server: CommandParts): Command[] {
  const removed = removedCommands(server)
  return server.target.table.commands.filter((command) => !removed.has(lower((command.parent ?? command).name)))
}

const topLevel = (server: CommandParts): Command[] => visible(server).filter((command) => command.parent === null)

/** Finds a command by its name as clients use it: `get`, or `config|get` since 7.0. */
function named(server: CommandParts, name: Bytes): Command | undefined {
  const argv = server.target.behaviours.hasSubcommandRules ? name.split('|') : [name]
  return argv.length > 2 ? undefined : server.lookup(argv).command
}

const count: Handler<CommandParts> = (_, server) => topLevel(server).length

function infoOf(server: CommandParts, names: readonly Bytes[]): Reply {
  const withSpecs = server.target.behaviours.hasKeySpecs
  return names.map((name) => {
    const command = named(server, name)
    return command === undefined ? null : infoReply(command, withSpecs)
  })
}

const all = (server: CommandParts): Reply =>
  topLevel(server).map((command) => infoReply(command, server.target.behaviours.hasKeySpecs))

const info: Handler<CommandParts> = ({ argv }, server) =>
  argv.length === 2 && server.target.behaviours.hasSubcommandRules ? all(server) : infoOf(server, argv.slice(2))

/** COMMAND LIST: every name, subcommands included, or those that pass a filter. Nothing passes the filter for an unknown category or module. */
const list: Handler<CommandParts> = ({ argv }, server) => {
  if (argv.length === 2) return visible(server).map((command) => command.name)
  const [filterBy = '', type = '', value = ''] = argv.slice(2)
  if (argv.length !== 5 || lower(filterBy) !== 'filterby') throw new CommandError('ERR syntax error')
  const glob = compileGlob(lower(value))
  const filters: Readonly<Record<string, (command: Command) => boolean>> = {
    module: (command) => moduleOf(command) === value,
    aclcat: (command) => command.categories.includes(lower(value)),
    pattern: (command) => glob.matches(lower(command.name)),
  }
  const filter = Object.hasOwn(filters, lower(type)) ? filters[lower(type)] : undefined
  if (filter === undefined) throw new CommandError('ERR syntax error')
  return visible(server)
    .filter(filter)
    .map((command) => command.name)
}

function keys(withFlags: boolean): Handler<CommandParts> {
  return ({ session, argv }, server) => {
    const line = argv.slice(2)
    const { command } = server.lookup(line)
    if (command === undefined) throw new CommandError('ERR Invalid command specified')
    if (!canHaveKeys(server.target, command)) throw new CommandError('ERR The command has no key arguments')
    if (!hasArity(command, line)) throw new CommandError('ERR Invalid number of arguments specified for command')
    const found = usesOf(server.target, command, line, session.db).keys
    if (found.length === 0 && !command.flags.has('no_mandatory_keys'))
      throw new CommandError('ERR Invalid arguments specified for command')
    return found.map(({ key, flags }) => (withFlags ? [key, set(flags.map((flag) => simple(flag)))] : key))
  }
}

/** COMMAND DOCS. Names that the server does not know are ignored. */
const docs: Handler<CommandParts> = ({ argv }, server) => {
  const known = loadedDocs(server.target)
  if (known === null)
    throw new CommandError('ERR the simulator has not loaded its command documentation yet, please ask again')
  const commands =
    argv.length === 2
      ? topLevel(server)
      : argv
          .slice(2)
          .map((name) => named(server, name))
          .filter((command) => command !== undefined)
  return map(commands.map((command) => [command.name, docsReply(command, known)]))
}

const help: Handler<CommandParts> = (_, { target }) => helpLines(target).map((line) => simple(line))

function helpLines(target: Target): string[] {
  const { helpWords, hasSubcommandRules, productName } = target.behaviours
  const of = productName === 'Redis' ? 'Redis ' : ''
  if (helpWords === '6.0') {
    return [
      'COMMAND <subcommand> arg arg ... arg. Subcommands are:',
      '(no subcommand) -- Return details about all Redis commands.',
      'COUNT -- Return the total number of commands in this Redis server.',
      'GETKEYS <full-command> -- Return the keys from a full Redis command.',
      'INFO [command-name ...] -- Return details about multiple Redis commands.',
    ]
  }
  const first = [
    'COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
    '(no subcommand)',
    `    Return details about all ${of}commands.`,
    'COUNT',
    `    Return the total number of commands in this ${of}server.`,
  ]
  const getKeys = ['GETKEYS <full-command>', `    Return the keys from a full ${of}command.`]
  const last = ['HELP', helpWords === '7.2' ? '    Print this help.' : '    Prints this help.']
  if (!hasSubcommandRules)
    return [
      ...first,
      ...getKeys,
      'INFO [<command-name> ...]',
      '    Return details about multiple Redis commands.',
      ...last,
    ]
  const allOfThem = ['    If no command names are given, documentation details for all', '    commands are returned.']
  return [
    ...first,
    'LIST',
    `    Return a list of all commands in this ${of}server.`,
    'INFO [<command-name> ...]',
    `    Return details about multiple ${of}commands.`,
    ...allOfThem,
    'DOCS [<command-name> ...]',
    `    Return documentation details about multiple ${of}commands.`,
    ...allOfThem,
    ...getKeys,
    'GETKEYSANDFLAGS <full-command>',
    `    Return the keys and the access flags from a full ${of}command.`,
    ...last,
  ]
}

/** COMMAND, and in Redis 6 its subcommands, which are not commands of their own there. */
const command: Handler<CommandParts> = (invocation, server) => {
  const { argv } = invocation
  const sub = argv[1]
  if (sub === undefined) return all(server)
  const word = lower(sub)
  if (word === 'help' && argv.length === 2) return help(invocation, server)
  if (word === 'info') return info(invocation, server)
  if (word === 'count' && argv.length === 2) return count(invocation, server)
  if (word === 'getkeys' && argv.length >= 3) return keys(false)(invocation, server)
  throw new CommandError(`ERR Unknown subcommand or wrong number of arguments for '${sub}'. Try COMMAND HELP.`)
}

/** The COMMAND family. */
export const commandCommands: HandlerTable<CommandParts> = {
  command: command,
  'command|count': count,
  'command|docs': docs,
  'command|getkeys': keys(false),
  'command|getkeysandflags': keys(true),
  'command|help': help,
  'command|info': info,
  'command|list': list,
}
