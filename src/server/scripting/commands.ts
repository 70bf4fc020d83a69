import { lower, type Bytes } from '../../acl/bytes'
import { compileGlob } from '../../acl/glob'
import type { Arguments } from '../../keyspace/arguments'
import { CommandError, map, OK, set, simple, type Reply } from '../../resp/reply'
import { integer } from '../commands/arguments'
import { family, takes } from '../commands/family'
import type { Handler, HandlerTable } from '../handler'
import type { Data, Release, Scripts, Time } from '../parts'
import { callerOf, type CallerParts } from './caller'
import { dumpLibraries, readDump } from './dump'
import { noScript } from './engine'
import type { FunctionEngine } from './functions'
import { functionHelp, scriptHelp } from './help'
import { enginesOf } from './engines'

/** Returns the keys and arguments after numkeys at argv[2]. */
function keysAndArgs(
  argv: readonly Bytes[],
  problem?: Bytes,
): { readonly keys: readonly Bytes[]; readonly args: readonly Bytes[] } {
  const count = integer(argv[2], problem)
  if (count > argv.length - 3) throw new CommandError("ERR Number of keys can't be greater than number of args")
  if (count < 0) throw new CommandError("ERR Number of keys can't be negative")
  return { keys: argv.slice(3, 3 + count), args: argv.slice(3 + count) }
}

/** The parts of a server that scripting commands touch. */
type ScriptingParts = CallerParts & Scripts

function evaluate(bySha: boolean, readOnly: boolean): Handler<ScriptingParts> {
  return (invocation, server) => {
    const { scripting, target, now } = server
    const { argv, session } = invocation
    const script = invocation.args.text(1)
    if (bySha && script.length !== 40) throw noScript(target)
    const { keys, args } = keysAndArgs(argv)
    const sha = bySha ? lower(script) : enginesOf(scripting).scripts.load(script, false)
    return scripting.run(invocation, 'SCRIPT', sha, now, (mayPause) =>
      enginesOf(scripting).scripts.run(sha, keys, args, readOnly, mayPause, callerOf(session, server)),
    )
  }
}

function callFunction(readOnly: boolean): Handler<ScriptingParts> {
  return (invocation, server) => {
    const { scripting, now } = server
    const { argv, session } = invocation
    const found = enginesOf(scripting).functions.find(invocation.args.text(1))
    if (found === undefined) throw new CommandError('ERR Function not found')
    const { keys, args } = keysAndArgs(argv, 'ERR Bad number of keys provided')
    return scripting.run(invocation, 'FUNCTION', found.name, now, (mayPause) =>
      enginesOf(scripting).functions.call(found, keys, args, readOnly, mayPause, callerOf(session, server)),
    )
  }
}

/** The number of scripts or functions beyond which ASYNC leaves freeing them to the background (LAZYFREE_THRESHOLD). */
const LAZY_ABOVE = 64

/** Counts what a flush with ASYNC has the real server free in the background, for INFO. */
function countLazily(args: Arguments, count: number, keyspace: Data['keyspace'], more = 0): void {
  if (args.is(2, 'async') && count > LAZY_ABOVE) keyspace.freedLazily += count + more
}

/** Throws `problem` where a flush has an argument other than ASYNC or SYNC. */
function checkFlushMode(argv: readonly Bytes[], problem: Bytes): void {
  const mode = argv[2] === undefined ? 'sync' : lower(argv[2])
  if (argv.length > 3 || (mode !== 'sync' && mode !== 'async')) throw new CommandError(problem)
}

const MANY = Infinity

const script = family<Release & Scripts & Data>('script', {
  load: takes(3, 3, ({ args }, { scripting }) => enginesOf(scripting).scripts.load(args.text(2), true)),
  exists: takes(3, MANY, ({ argv }, { scripting }) =>
    argv.slice(2).map((sha) => (enginesOf(scripting).scripts.has(sha) ? 1 : 0)),
  ),
  flush: takes(2, 3, ({ argv, args }, { scripting, target, keyspace }) => {
    if (argv.length > 2 && target.behaviours.scriptHelpWording === '6.0') {
      throw new CommandError(
        `ERR Unknown subcommand or wrong number of arguments for '${args.text(1)}'. Try SCRIPT HELP.`,
      )
    }
    checkFlushMode(argv, 'ERR SCRIPT FLUSH only support SYNC|ASYNC option')
    countLazily(args, enginesOf(scripting).scripts.size, keyspace)
    enginesOf(scripting).scripts.flush()
    return OK
  }),
  kill: takes(2, 2, (_, { scripting }) => scripting.kill('SCRIPT')),
  debug: takes(3, 3, ({ args }) => {
    if (!['yes', 'sync', 'no'].includes(args.word(2))) throw new CommandError('ERR Use SCRIPT DEBUG YES/SYNC/NO')
    return OK
  }),
  show: takes(3, 3, ({ args }, { scripting, target }) => {
    const body = enginesOf(scripting).scripts.show(args.text(2))
    if (body === undefined) throw noScript(target)
    return body
  }),
  help: takes(2, 2, (_, { target }) => scriptHelp(target.behaviours).map((line) => simple(line))),
})

/** Returns the reply of FUNCTION LIST. */
function describe(engine: FunctionEngine, args: Arguments): Reply {
  let pattern: Bytes | null = null
  let withCode = false
  for (let i = 2; i < args.count; i++) {
    const option = args.word(i)
    if (!withCode && option === 'withcode') withCode = true
    else if (pattern === null && option === 'libraryname') {
      if (i === args.count - 1) throw new CommandError('ERR library name argument was not given')
      pattern = args.text(++i)
    } else throw new CommandError(`ERR Unknown argument ${args.text(i)}`)
  }
  const glob = pattern === null ? null : compileGlob(lower(pattern))
  return engine.libraries
    .filter(({ name }) => glob === null || glob.matches(lower(name)))
    .map((library) =>
      map([
        ['library_name', library.name],
        ['engine', 'LUA'],
        [
          'functions',
          library.functions.map((f) =>
            map([
              ['name', f.name],
              ['description', f.description],
              ['flags', set(f.flags.map((flag) => simple(flag)))],
            ]),
          ),
        ],
        ...(withCode ? [['library_code', library.code] as const] : []),
      ]),
    )
}

const functionFamily = family<Release & Scripts & Data & Time>('function', {
  load: takes(3, MANY, ({ argv, args }, { scripting }) => {
    const options = argv.slice(2, -1)
    for (const option of options)
      if (lower(option) !== 'replace') throw new CommandError(`ERR Unknown option given: ${option}`)
    return enginesOf(scripting).functions.load(args.text(args.count - 1), options.length > 0)
  }),
  delete: takes(3, 3, ({ args }, { scripting }) => {
    enginesOf(scripting).functions.delete(args.text(2))
    return OK
  }),
  flush: takes(2, MANY, ({ argv, args }, { scripting, target, keyspace }) => {
    if (argv.length > 3)
      throw new CommandError(
        `ERR unknown subcommand or wrong number of arguments for '${args.text(1)}'. Try FUNCTION HELP.`,
      )
    checkFlushMode(argv, 'ERR FUNCTION FLUSH only supports SYNC|ASYNC option')
    countLazily(args, enginesOf(scripting).functions.functionCount, keyspace, target.behaviours.flushesLazily ? 1 : 0)
    enginesOf(scripting).functions.flush()
    return OK
  }),
  list: takes(2, MANY, ({ args }, { scripting }) => describe(enginesOf(scripting).functions, args)),
  stats: takes(2, 2, (_, { scripting, now }) => {
    const { functions } = enginesOf(scripting)
    const counts = map([
      ['libraries_count', functions.libraries.length],
      ['functions_count', functions.functionCount],
    ])
    return map([
      ['running_script', scripting.runningFunction(now)],
      ['engines', map([['LUA', counts]])],
    ])
  }),
  dump: takes(2, 2, (_, { scripting, target }) => {
    const codes = enginesOf(scripting).functions.libraries.map((library) => library.code)
    return dumpLibraries(codes, target.behaviours.scriptDumpVersion)
  }),
  restore: takes(3, MANY, ({ argv, args }, { scripting, target }) => {
    if (argv.length > 4)
      throw new CommandError(
        `ERR unknown subcommand or wrong number of arguments for '${args.text(1)}'. Try FUNCTION HELP.`,
      )
    const policy = lower(argv[3] ?? 'append')
    if (policy !== 'flush' && policy !== 'append' && policy !== 'replace') {
      throw new CommandError('ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.')
    }
    const codes = readDump(args.text(2), target.behaviours.scriptDumpVersion)
    if ('problem' in codes) throw new CommandError(codes.problem)
    enginesOf(scripting).functions.restore(codes, policy)
    return OK
  }),
  kill: takes(2, 2, (_, { scripting }) => scripting.kill('FUNCTION')),
  help: takes(2, 2, () => functionHelp.map((line) => simple(line))),
})

/** EVAL and its variants, SCRIPT, FUNCTION and FCALL. They need the Lua engine, which prepareScripting loads. */
export const scriptingCommands: HandlerTable<ScriptingParts> = {
  eval: evaluate(false, false),
  eval_ro: evaluate(false, true),
  evalsha: evaluate(true, false),
  evalsha_ro: evaluate(true, true),
  fcall: callFunction(false),
  fcall_ro: callFunction(true),
  ...script,
  ...functionFamily,
}
