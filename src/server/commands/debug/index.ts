import { lower, type Bytes } from '../../../acl/bytes'
import { dumpValue, loadValue } from '../../../keyspace/dump/payload'
import { StringValue } from '../../../keyspace/string/value'
import { CommandError, OK, simple, type Reply } from '../../../resp/reply'
import { hasDebug } from '../../../targets/debug-subcommands'
import { wait } from '../../blocking'
import { bytesOf } from '../../config-value'
import type { Invocation } from '../../invocation'
import { replies, type Handler, type Replies } from '../../handler'
import { isFull } from '../../memory-limit'
import { integer } from '../arguments'
import { describeDatabase, describeObject, describeString, describeStructure, describeTable } from './describe'
import { digestOf, digestOfAll } from './digest'
import { debugHelp } from './help'
import type { DebugParts } from './parts'
import { exampleReply } from './protocol'
import { enginesOf } from '../../scripting/engines'

type Subcommand = Handler<DebugParts>

/** A subcommand that changes nothing which can be seen here. */
const accept: Subcommand = () => OK

/** Returns whether a text starts with a number other than 0, as atoi reads it. */
const asFlag = (text: Bytes | undefined): boolean => (parseInt(text ?? '', 10) || 0) !== 0

/** Stops the server as a crash does. */
const crash: Subcommand = (_, server) => {
  server.stop('crash')
  return replies([])
}

/** Returns the error for a subcommand that the release lacks, or has with another number of words. */
function unknown({ args }: Invocation, server: DebugParts): CommandError {
  const word = server.target.behaviours.hasSubcommandRules ? 'unknown' : 'Unknown'
  return new CommandError(
    `ERR ${word} subcommand or wrong number of arguments for '${args.text(1).slice(0, 128)}'. Try DEBUG HELP.`,
  )
}

/** DEBUG SLEEP seconds: the reply comes after that time, and nothing else happens meanwhile. */
const sleep: Subcommand = (invocation, server) => {
  const milliseconds = 1000 * (parseFloat(invocation.args.text(2)) || 0)
  if (milliseconds <= 0) return OK
  server.sleep(milliseconds)
  if (invocation.context !== 'toplevel') return OK
  wait(invocation, { keys: [], timeout: milliseconds, attempt: () => undefined, onTimeout: OK }, server)
  return replies([])
}

/** DEBUG POPULATE count [prefix] [size]. */
const populate: Subcommand = ({ session, argv }, server) => {
  const positive = (text: Bytes | undefined): number => {
    const value = integer(text, 'ERR value is out of range, must be positive')
    if (value < 0) throw new CommandError('ERR value is out of range, must be positive')
    return value
  }
  const count = positive(argv[2])
  const prefix = argv[3] ?? 'key'
  const size = argv[4] === undefined ? 0 : positive(argv[4])
  const db = server.database(session.db)
  for (let i = 0; i < count; i++) {
    const key = `${prefix}:${i}`
    if (db.has(key)) continue
    if (isFull(server, size)) throw new CommandError('ERR OOM in dictTryExpand')
    const text = `value:${i}`
    db.set(key, StringValue.text(size === 0 ? text : text.slice(0, size).padEnd(size, '\0')))
  }
  return OK
}

/** DEBUG RELOAD [MERGE] [NOFLUSH]: values are packed as they are after loading. There is no file for NOSAVE. */
const reload: Subcommand = ({ argv }, server) => {
  const options = new Set(argv.slice(2).map(lower))
  for (const option of options)
    if (option !== 'merge' && option !== 'noflush' && option !== 'nosave')
      throw new CommandError('ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.')
  if (options.has('nosave')) return notSimulated('reload')
  if (options.has('noflush') && !options.has('merge')) {
    if (enginesOf(server.scripting).functions.libraries.length > 0)
      throw new CommandError('ERR Error trying to load the RDB dump, check server logs.')
    if (server.keyspace.databases.some((db) => db.size > 0)) {
      server.stop('crash')
      return replies([])
    }
  }
  server.saves.save()
  loadAgain(server)
  return OK
}

/** Replaces every value by what is loaded from its RDB form. */
function loadAgain({ keyspace, target }: DebugParts): void {
  const { behaviours } = target
  for (const db of keyspace.databases)
    db.replaceValues((value) =>
      value.type === 'vectorset' || value.type === 'array'
        ? value
        : (loadValue(dumpValue(value, behaviours), behaviours, keyspace.limits) ?? value),
    )
}

const replyBuffer: Subcommand = (invocation, server) => {
  const { args } = invocation
  const what = args.word(2)
  if (what === 'peak-reset-time') {
    if (!args.is(3, 'never') && !args.is(3, 'reset')) integer(args.optional(3))
  } else if (what !== 'resizing') throw unknown(invocation, server)
  return OK
}

const scripts: Subcommand = (invocation, server) => {
  const what = invocation.args.text(2)
  if (lower(what) === 'list') return OK
  if (what.length !== 40) throw unknown(invocation, server)
  if (!enginesOf(server.scripting).scripts.has(what))
    throw new CommandError('NOSCRIPT No matching script. Please use EVAL.')
  return OK
}

/** DEBUG STRINGMATCH-TEST, which feeds random patterns to the matcher. */
const testGlobs: Subcommand = (_, { target }) =>
  simple(`Apparently ${target.behaviours.productName === 'Redis' ? 'Redis' : 'the server'} did not crash: test passed`)

const packedThreshold: Subcommand = ({ args }) => {
  const bytes = bytesOf(args.text(2))
  if (bytes === null || bytes > 2 ** 32)
    throw new CommandError('ERR argument must be a memory value bigger than 1 and smaller than 4gb')
  return OK
}

/** DEBUG PROTECT-CLIENT id: keeps the server from closing a client, which stays in CLIENT LIST. */
const protectClient: Subcommand = ({ args }, server) => {
  const id = args.text(2)
  if (!/^\s*[+-]?[0-9]{1,20}$/.test(id)) throw new CommandError('ERR Invalid client id')
  const session = server.sessions.get(Number(id))
  if (session === undefined) throw new CommandError('ERR No such client')
  session.isProtected = true
  return OK
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  help: (_, server) => debugHelp(server.target),
  segfault: crash,
  panic: crash,
  oom: crash,
  assert: crash,
  log: accept,
  leak: accept,
  reload,
  loadaof: (_, server) => {
    if (!server.config.flag('appendonly')) return notSimulated('loadaof')
    loadAgain(server)
    return OK
  },
  object: ({ session, args }, server) =>
    describeObject(server, server.database(session.db), args.text(2), args.is(3, 'fast')),
  sdslen: ({ session, args }, server) => describeString(server, server.database(session.db), args.text(2)),
  ziplist: ({ session, args }, server) =>
    describeStructure(server, server.database(session.db), args.text(2), 'ziplist'),
  listpack: ({ session, args }, server) =>
    describeStructure(server, server.database(session.db), args.text(2), 'listpack'),
  quicklist: ({ session, args }, server) =>
    describeStructure(server, server.database(session.db), args.text(2), 'quicklist'),
  populate,
  digest: (_, server) => simple(digestOfAll(server.keyspace.databases, server.target.behaviours)),
  'digest-value': ({ session, argv }, server) =>
    argv.slice(2).map((key) => simple(digestOf(server.database(session.db), key, server.target.behaviours))),
  protocol: ({ session, args }) => exampleReply(args.text(2), session),
  sleep,
  'set-active-expire': ({ argv }, { debugging }) => {
    debugging.activeExpiry = asFlag(argv[2])
    return OK
  },
  'lua-always-replicate-commands': accept,
  'quicklist-packed-threshold': packedThreshold,
  'set-skip-checksum-validation': accept,
  'aof-flush-sleep': accept,
  replicate: accept,
  error: ({ args }) => ({ type: 'error', text: args.text(2) }),
  structsize: () => 'bits:64 robj:16 dictentry:24 sdshdr5:1 sdshdr8:3 sdshdr16:5 sdshdr32:9 sdshdr64:17 ',
  htstats: ({ argv }, server) => {
    const index = integer(argv[2])
    const db = server.keyspace.databases[index]
    if (db === undefined) throw new CommandError('ERR Out of range database')
    return describeDatabase(server, db)
  },
  'htstats-key': ({ session, args }, server) => describeTable(server, server.database(session.db), args.text(2)),
  'change-repl-id': accept,
  'stringmatch-test': testGlobs,
  'stringmatch-len': testGlobs,
  'set-disable-deny-scripts': ({ argv }, { debugging }) => {
    debugging.scriptsCallAll = asFlag(argv[2])
    return OK
  },
  'client-eviction': (_, { config }) => {
    if (config.get('maxmemory-clients') === '0') throw new CommandError('ERR maxmemory-clients is disabled.')
    return notSimulated('client-eviction')
  },
  'pause-cron': ({ argv }, { debugging }) => {
    debugging.cronPaused = asFlag(argv[2])
    return OK
  },
  replybuffer: replyBuffer,
  'dict-resizing': accept,
  script: scripts,
  'delay-rdb-client-free-seconds': accept,
  'repl-pause': accept,
  internal_secret: () => {
    throw new CommandError('ERR Internal secret is missing')
  },
  'mark-internal-client': (invocation, server) => {
    const { args } = invocation
    if (args.count === 3 && !args.is(2, 'unmark')) throw unknown(invocation, server)
    return OK
  },
  'drop-cluster-packet-filter': ({ argv }) => {
    integer(argv[2])
    return OK
  },
  'close-cluster-link-on-packet-drop': accept,
  'disable-cluster-random-ping': accept,
  'disable-cluster-reconnection': accept,
  'pause-after-fork': accept,
  'client-enforce-reply-list': ({ argv }, { debugging }) => {
    debugging.listsReplies = asFlag(argv[2])
    return OK
  },
  'hashtable-can-abort-shrink': accept,
  'force-free-primary-async': accept,
  'protect-client': protectClient,
}

/** Returns the answer to a subcommand that the release has and that is not simulated. */
function notSimulated(name: string): Reply {
  throw new CommandError(`ERR 'debug|${name}' is not simulated by ACL Playground`)
}

/** DEBUG (debugCommand). */
export const debug = (...[invocation, server]: Parameters<Subcommand>): Reply | Replies => {
  const name = invocation.args.word(1)
  if (!hasDebug(server.target.id, name, invocation.argv.length)) throw unknown(invocation, server)
  const run = subcommands[name]
  return run === undefined ? notSimulated(name) : run(invocation, server)
}
