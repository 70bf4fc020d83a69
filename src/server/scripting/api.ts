import { type Bytes, trimEndOf } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { format17g, formatShortest } from '../../keyspace/numbers'
import { type Reply, isError } from '../../resp/reply'
import type { Target } from '../../targets/target'
import { hasArity } from '../command-errors'
import type { Invocation } from '../invocation'
import { pushField, pushReply } from './convert'
import { type Lua, type LuaFunction, stoppedHere } from './lua'
import { RAISE_TOP } from './lua-errors'
import { NUMBER, STRING } from './lua-stack'
import { setFunction } from './host-functions'
import { sha1Hex } from './sha1'

/** The interface of the server to a running script. All commands run as the caller, with the caller's permissions. */
export interface ScriptCaller {
  /** Resolves a command line; undefined for unknown commands. */
  invocation(argv: readonly Bytes[]): Invocation | undefined
  /** Checks a command line as the caller. Returns the script's error after logging the denial, or null where it is allowed. */
  refusal(invocation: Invocation): Bytes | null
  /** Returns true where the caller may run a command line. Logs nothing. */
  allows(invocation: Invocation): boolean
  /** Returns true for a command that scripts may not call, whoever runs them. */
  isForbidden(command: Command): boolean
  /** Counts a command that was not run, with its error; undefined: an unknown one. */
  rejected(command: Command | undefined, error: Bytes): void
  /** Returns the error of a server that accepts no writes; null where it does. */
  writeRefusal(): Bytes | null
  /** Returns true where a command must not read the old data of a replica without its primary. */
  isTooOld(command: Command): boolean
  /** Returns true where there is too little memory for a command that may allocate some. */
  isOutOfMemory(): boolean
  /** The time that the script may still run before it counts as busy, in milliseconds. */
  readonly timeLeft: number
  /** The time that a script may run which cannot be paused where it is, in milliseconds. */
  readonly mostTime: number
  /** Returns true for a command that processes more data than the simulator allows. */
  isTooMuch(invocation: Invocation): boolean
  /** Returns true where so many additional bytes exceed the simulator's limit. */
  isFull(growth: number): boolean
  /** Runs a resolved and allowed command. */
  run(invocation: Invocation, run: ScriptRun): Reply
  /** Implements redis.log. */
  log(level: number, message: Bytes): void
}

/** The state of one run of a script or function. */
export interface ScriptRun {
  readonly caller: ScriptCaller
  /** Denies write commands: EVAL_RO and its variants, or the flag no-writes. */
  readonly readOnly: boolean
  /** Allows commands that take memory where there is none left: the flag allow-oom. */
  readonly allowsOom: boolean
  /** The protocol of redis.setresp. */
  protocol: 2 | 3
  /** Sends changes to replicas: redis.set_repl. */
  feedsReplicas: boolean
  /** True once a write command has run: the script can no longer be killed. */
  hasWritten: boolean
}

/** The owner of an API. `run`: the current run; null while a library is loaded. */
export interface ApiHost {
  readonly target: Target
  readonly run: ScriptRun | null
  /** Runs work outside Lua and adds its time to the script's. */
  timed<T>(work: () => T): T
}

/** Pushes the API table, which is `redis` (and `server`) in scripts. */
export function pushApi(lua: Lua, host: ApiHost, kind: 'eval' | 'function'): void {
  const { behaviours } = host.target
  const { api } = behaviours.scriptWording
  lua.pushTable()
  const functions: Record<string, LuaFunction> = {
    call: () => call(lua, host, true),
    pcall: () => call(lua, host, false),
    log: () => luaLog(lua, host),
    sha1hex: () => {
      if (lua.top() !== 1) throw fault(lua, host, 'wrong number of arguments')
      lua.pushBytes(sha1Hex(lua.toBytes(1) ?? ''))
      return 1
    },
    error_reply: () => {
      if (lua.top() !== 1 || lua.type(1) !== STRING) pushFault(lua, host, 'wrong number or type of arguments')
      else if (behaviours.scriptErrorTables) pushField(lua, 'err', errorText(lua.toBytes(1) ?? '', true))
      else pushField(lua, 'err', lua.toBytes(1) ?? '')
      return 1
    },
    status_reply: () => {
      if (lua.top() !== 1 || lua.type(1) !== STRING) pushFault(lua, host, 'wrong number or type of arguments')
      else pushField(lua, 'ok', lua.toBytes(1) ?? '')
      return 1
    },
    setresp: () => {
      if (lua.top() !== 1) throw fault(lua, host, `${api}.setresp() requires one argument.`)
      const version = Math.trunc(lua.toNumber(1))
      if (version !== 2 && version !== 3) throw fault(lua, host, 'RESP version must be 2 or 3.')
      if (host.run !== null) host.run.protocol = version
      return 0
    },
    set_repl: () => {
      if (lua.top() !== 1) throw fault(lua, host, `${api}.set_repl() requires one argument.`)
      const flags = Math.trunc(lua.toNumber(1))
      if ((flags & ~3) !== 0)
        throw fault(lua, host, 'Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.')
      if (host.run !== null) host.run.feedsReplicas = (flags & REPL_REPLICA) !== 0
      return 0
    },
  }
  if (kind === 'eval') {
    functions['replicate_commands'] = () => {
      lua.pushBoolean(true)
      return 1
    }
    functions['breakpoint'] = () => {
      lua.pushBoolean(false)
      return 1
    }
    functions['debug'] = () => 0
  }
  if (behaviours.scriptAclCheck) functions['acl_check_cmd'] = () => aclCheck(lua, host)
  for (const [name, f] of Object.entries(functions)) setFunction(lua, name, f)

  setConstants(lua, host.target)
}

/** The flag of redis.set_repl for replicas. */
const REPL_REPLICA = 2

/** Sets the constants (log levels, versions, replication) in the table on top. */
export function setConstants(lua: Lua, target: Target): void {
  const { behaviours, version } = target
  const numbers: Record<string, number> = {
    LOG_DEBUG: 0,
    LOG_VERBOSE: 1,
    LOG_NOTICE: 2,
    LOG_WARNING: 3,
    REPL_NONE: 0,
    REPL_AOF: 1,
    REPL_SLAVE: REPL_REPLICA,
    REPL_REPLICA,
    REPL_ALL: 3,
  }
  const texts: Record<string, string> = {}
  if (behaviours.scriptAclCheck) {
    const compatible = behaviours.scriptServerApi ? '7.2.4' : version
    texts['REDIS_VERSION'] = compatible
    numbers['REDIS_VERSION_NUM'] = versionNumber(compatible)
  }
  if (behaviours.scriptServerApi) {
    texts['SERVER_NAME'] = 'valkey'
    texts['VALKEY_VERSION'] = version
    numbers['VALKEY_VERSION_NUM'] = versionNumber(version)
  }
  for (const [name, n] of Object.entries(numbers)) {
    lua.pushNumber(n)
    lua.rawSet(-2, name)
  }
  for (const [name, text] of Object.entries(texts)) {
    lua.pushBytes(text)
    lua.rawSet(-2, name)
  }
}

function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return (major << 16) | (minor << 8) | patch
}

/** Returns an error text as newer servers store it in a table: with a code, without a leading `-`. */
function errorText(text: Bytes, mayHaveCode: boolean): Bytes {
  const line = trimEndOf(text, '\r\n')
  if (!line.startsWith('-') && !mayHaveCode) return `ERR ${line}`
  const body = line.startsWith('-') ? line.slice(1) : line
  return body.includes(' ') ? body : `ERR ${body}`
}

/** Pushes an error of the API itself. */
function pushFault(lua: Lua, host: ApiHost, message: Bytes): void {
  if (host.target.behaviours.scriptErrorTables) {
    pushField(lua, 'err', errorText(message, false))
    return
  }
  const place = lua.position(1)
  pushField(lua, 'err', place === null ? message : `${place.source}: ${place.line}: ${message}`)
}

/** Pushes an error of the API itself and returns the value to throw. */
export function fault(lua: Lua, host: ApiHost, message: Bytes): typeof RAISE_TOP {
  pushFault(lua, host, message)
  toRaisable(lua, host)
  return RAISE_TOP
}

/** Converts the error table on top to the value to raise: the table in newer servers, its text in older ones. */
function toRaisable(lua: Lua, host: ApiHost): void {
  if (!host.target.behaviours.scriptErrorTables) lua.rawGet(-1, 'err')
}

/** Implements redis.call and redis.pcall: runs a command as the caller of the script. */
function call(lua: Lua, host: ApiHost, raises: boolean): number {
  const failed = (message: Bytes): number => {
    if (raises) throw fault(lua, host, message)
    pushFault(lua, host, message)
    return 1
  }
  const { run, target } = host
  if (run === null) {
    const { api } = target.behaviours.scriptWording
    return failed(`${api}.call/pcall can only be called inside a script invocation`)
  }
  const wording = target.behaviours.scriptWording
  const argv = commandLine(lua, host)
  if (argv === null) return failed(lua.top() === 0 ? wording.noArguments : wording.badArguments)
  const invocation = run.caller.invocation(argv)
  const rejected = (message: Bytes): number => {
    run.caller.rejected(invocation?.command, errorText(message, false))
    return failed(message)
  }
  if (invocation === undefined) return rejected(wording.unknownCommand)
  const { command } = invocation
  if (!hasArity(command, argv)) return rejected(wording.wrongArity)
  if (run.caller.isForbidden(command)) return rejected(wording.notAllowed)
  const refusal = run.caller.refusal(invocation)
  if (refusal !== null) return rejected(refusal)
  const writes = command.flags.has('write')
  if (run.readOnly && (writes || command.flags.has('may_replicate')))
    return rejected('Write commands are not allowed from read-only scripts.')
  if (run.caller.isTooOld(command)) return rejected('Can not execute the command on a stale replica')
  const unwritable = writes && !run.hasWritten ? run.caller.writeRefusal() : null
  if (unwritable !== null) return rejected(`-${unwritable}`)
  const growth = argv.reduce((total, arg) => total + arg.length, 0)
  const mayLackMemory = !run.hasWritten && !run.allowsOom
  if (command.flags.has('denyoom') && (run.caller.isFull(growth) || (mayLackMemory && run.caller.isOutOfMemory())))
    return rejected("-OOM command not allowed when used memory > 'maxmemory'.")
  if (run.caller.isTooMuch(invocation)) throw stoppedHere(lua)
  if (writes) run.hasWritten = true
  const reply = host.timed(() => run.caller.run(invocation, run))
  pushReply(lua, reply, run.protocol)
  if (isError(reply) && raises) {
    toRaisable(lua, host)
    throw RAISE_TOP
  }
  return 1
}

/**
 * Returns the arguments on the stack as a command line; null where there are none, or where some argument is neither a
 * string nor a number.
 */
function commandLine(lua: Lua, host: ApiHost): Bytes[] | null {
  const count = lua.top()
  const argv: Bytes[] = []
  for (let i = 1; i <= count; i++) {
    const type = lua.type(i)
    if (type === NUMBER) argv.push(numberArgument(lua.toNumber(i), host))
    else if (type === STRING) argv.push(lua.toBytes(i) ?? '')
    else return null
  }
  return argv.length === 0 ? null : argv
}

function numberArgument(n: number, host: ApiHost): Bytes {
  if (!host.target.behaviours.scriptShortestNumbers) return format17g(n)
  return Number.isSafeInteger(n) ? String(n + 0) : formatShortest(n)
}

/** Implements redis.log. */
export function luaLog(lua: Lua, host: ApiHost): number {
  const { api } = host.target.behaviours.scriptWording
  const count = lua.top()
  if (count < 2) throw fault(lua, host, `${api}.log() requires two arguments or more.`)
  if (!lua.isNumber(1)) throw fault(lua, host, 'First argument must be a number (log level).')
  const level = Math.trunc(lua.toNumber(1))
  if (level < 0 || level > 3) throw fault(lua, host, 'Invalid log level.')
  const words: Bytes[] = []
  for (let i = 2; i <= count; i++) if (lua.isString(i)) words.push(lua.toBytes(i) ?? '')
  host.run?.caller.log(level, words.join(' '))
  return 0
}

function aclCheck(lua: Lua, host: ApiHost): number {
  const wording = host.target.behaviours.scriptWording
  const argv = commandLine(lua, host)
  if (argv === null) throw fault(lua, host, lua.top() === 0 ? wording.noArguments : wording.badArguments)
  if (host.run === null)
    throw fault(lua, host, `${wording.api}.acl_check_cmd can only be called inside a script invocation`)
  const invocation = host.run.caller.invocation(argv)
  if (invocation === undefined) throw fault(lua, host, `Invalid command passed to ${wording.api}.acl_check_cmd()`)
  if (host.target.behaviours.scriptAclCheckArity && !hasArity(invocation.command, argv)) {
    throw fault(lua, host, `Wrong number of args for ${wording.api}.acl_check_cmd()`)
  }
  lua.pushBoolean(host.run.caller.allows(invocation))
  return 1
}
