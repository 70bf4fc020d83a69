import { type Bytes, lower } from '../../acl/bytes'
import { compileGlob } from '../../acl/glob'
import { CommandError, map, OK, set, simple, type Reply } from '../../resp/reply'
import type { Call, ServerHandler, ServerHandlerTable } from '../command'
import { integer } from '../commands/arguments'
import { family, takes } from '../commands/family'
import { killScript, runningFunction, runScript, scriptingOf } from './busy'
import { callerOf } from './caller'
import { dumpLibraries, readDump } from './dump'
import { noScript } from './engine'
import type { FunctionEngine } from './functions'
import { functionHelp, scriptHelp } from './help'

/** The keys and arguments after numkeys at argv[2]. */
function keysAndArgs(
  argv: readonly Bytes[],
  problem?: Bytes,
): { readonly keys: readonly Bytes[]; readonly args: readonly Bytes[] } {
  const count = integer(argv[2], problem)
  if (count > argv.length - 3) throw new CommandError("ERR Number of keys can't be greater than number of args")
  if (count < 0) throw new CommandError("ERR Number of keys can't be negative")
  return { keys: argv.slice(3, 3 + count), args: argv.slice(3 + count) }
}

function evaluate(bySha: boolean, readOnly: boolean): ServerHandler {
  return (call) => {
    const { scripts } = scriptingOf(call.server)
    const script = call.argv[1] ?? ''
    if (bySha && script.length !== 40) throw noScript(call.server.target)
    const { keys, args } = keysAndArgs(call.argv)
    const sha = bySha ? lower(script) : scripts.load(script, false)
    return runScript(call, 'SCRIPT', sha, (mayPause) =>
      scripts.run(sha, keys, args, readOnly, mayPause, callerOf(call.session)),
    )
  }
}

function callFunction(readOnly: boolean): ServerHandler {
  return (call) => {
    const { functions } = scriptingOf(call.server)
    const found = functions.find(call.argv[1] ?? '')
    if (found === undefined) throw new CommandError('ERR Function not found')
    const { keys, args } = keysAndArgs(call.argv, 'ERR Bad number of keys provided')
    return runScript(call, 'FUNCTION', found.name, (mayPause) =>
      functions.call(found, keys, args, readOnly, mayPause, callerOf(call.session)),
    )
  }
}

/** ASYNC or SYNC, or neither. */
function checkFlushMode(argv: readonly Bytes[], problem: Bytes): void {
  const mode = argv[2] === undefined ? 'sync' : lower(argv[2])
  if (argv.length > 3 || (mode !== 'sync' && mode !== 'async')) throw new CommandError(problem)
}

function help(lines: (call: Call) => readonly string[]): ServerHandler {
  return (call) => lines(call).map((line) => simple(line))
}

const MANY = Infinity

const script = family('script', {
  load: takes(3, 3, ({ server, argv }) => scriptingOf(server).scripts.load(argv[2] ?? '', true)),
  exists: takes(3, MANY, ({ server, argv }) =>
    argv.slice(2).map((sha) => (scriptingOf(server).scripts.has(sha) ? 1 : 0)),
  ),
  flush: takes(2, 3, ({ server, argv }) => {
    if (argv.length > 2 && server.target.behaviours.scriptHelpWording === '6.0') {
      throw new CommandError(
        `ERR Unknown subcommand or wrong number of arguments for '${argv[1] ?? ''}'. Try SCRIPT HELP.`,
      )
    }
    checkFlushMode(argv, 'ERR SCRIPT FLUSH only support SYNC|ASYNC option')
    scriptingOf(server).scripts.flush()
    return OK
  }),
  kill: takes(2, 2, (call) => killScript(call, 'SCRIPT')),
  debug: takes(3, 3, ({ argv }) => {
    if (!['yes', 'sync', 'no'].includes(lower(argv[2] ?? '')))
      throw new CommandError('ERR Use SCRIPT DEBUG YES/SYNC/NO')
    return OK
  }),
  show: takes(3, 3, ({ server, argv }) => {
    const body = scriptingOf(server).scripts.show(argv[2] ?? '')
    if (body === undefined) throw noScript(server.target)
    return body
  }),
  help: takes(
    2,
    2,
    help(({ server }) => scriptHelp(server.target.behaviours)),
  ),
})

/** FUNCTION LIST's answer for one library. */
function describe(engine: FunctionEngine, argv: readonly Bytes[]): Reply {
  let pattern: Bytes | null = null
  let withCode = false
  for (let i = 2; i < argv.length; i++) {
    const option = lower(argv[i] ?? '')
    if (!withCode && option === 'withcode') withCode = true
    else if (pattern === null && option === 'libraryname') {
      if (i === argv.length - 1) throw new CommandError('ERR library name argument was not given')
      pattern = argv[++i] ?? ''
    } else throw new CommandError(`ERR Unknown argument ${argv[i] ?? ''}`)
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

const functionFamily = family('function', {
  load: takes(3, MANY, ({ server, argv }) => {
    const options = argv.slice(2, -1)
    for (const option of options)
      if (lower(option) !== 'replace') throw new CommandError(`ERR Unknown option given: ${option}`)
    return scriptingOf(server).functions.load(argv[argv.length - 1] ?? '', options.length > 0)
  }),
  delete: takes(3, 3, ({ server, argv }) => {
    scriptingOf(server).functions.delete(argv[2] ?? '')
    return OK
  }),
  flush: takes(2, MANY, ({ server, argv }) => {
    if (argv.length > 3)
      throw new CommandError(
        `ERR unknown subcommand or wrong number of arguments for '${argv[1] ?? ''}'. Try FUNCTION HELP.`,
      )
    checkFlushMode(argv, 'ERR FUNCTION FLUSH only supports SYNC|ASYNC option')
    scriptingOf(server).functions.flush()
    return OK
  }),
  list: takes(2, MANY, ({ server, argv }) => describe(scriptingOf(server).functions, argv)),
  stats: takes(2, 2, ({ server }) => {
    const { functions } = scriptingOf(server)
    const counts = map([
      ['libraries_count', functions.libraries.length],
      ['functions_count', functions.functionCount],
    ])
    return map([
      ['running_script', runningFunction(server)],
      ['engines', map([['LUA', counts]])],
    ])
  }),
  dump: takes(2, 2, ({ server }) => {
    const codes = scriptingOf(server).functions.libraries.map((library) => library.code)
    return dumpLibraries(codes, server.target.behaviours.scriptDumpVersion)
  }),
  restore: takes(3, MANY, ({ server, argv }) => {
    if (argv.length > 4)
      throw new CommandError(
        `ERR unknown subcommand or wrong number of arguments for '${argv[1] ?? ''}'. Try FUNCTION HELP.`,
      )
    const policy = lower(argv[3] ?? 'append')
    if (policy !== 'flush' && policy !== 'append' && policy !== 'replace') {
      throw new CommandError('ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.')
    }
    const codes = readDump(argv[2] ?? '', server.target.behaviours.scriptDumpVersion)
    if ('problem' in codes) throw new CommandError(codes.problem)
    scriptingOf(server).functions.restore(codes, policy)
    return OK
  }),
  kill: takes(2, 2, (call) => killScript(call, 'FUNCTION')),
  help: takes(
    2,
    2,
    help(() => functionHelp),
  ),
})

/** EVAL and its kin, SCRIPT, FUNCTION and FCALL. They need the Lua engine, which prepareScripting loads. */
export const scriptingCommands: ServerHandlerTable = {
  eval: evaluate(false, false),
  eval_ro: evaluate(false, true),
  evalsha: evaluate(true, false),
  evalsha_ro: evaluate(true, true),
  fcall: callFunction(false),
  fcall_ro: callFunction(true),
  ...script,
  ...functionFamily,
}
