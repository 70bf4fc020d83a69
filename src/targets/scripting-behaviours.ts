import { since, type TargetId } from './list'

/** The wording of errors around redis.call. */
export interface ScriptWording {
  readonly noArguments: string
  readonly badArguments: string
  readonly unknownCommand: string
  readonly wrongArity: string
  readonly notAllowed: string
  /** The prefix in messages about functions of the API: `redis.log() requires …`. */
  readonly api: 'redis' | 'server'
}

/** Differences between servers in Lua scripts and functions. */
export interface ScriptingBehaviours {
  /** An error in a script is a table inside, and its reply ends in `script: …, on @user_script:1.` (7.0). Before: `Error running script (call to f_…): …`. */
  readonly scriptErrorTables: boolean
  /** The end of an error reply names the script or function (up to Valkey 9.0). */
  readonly scriptErrorsNameScript: boolean
  /** `ACL failure in script: ` and the ACL's own words (7.2). Before, a sentence of its own. */
  readonly scriptAclWords: boolean
  /** Tables reachable from the globals are read-only (7.0). Before, only new globals are refused. */
  readonly scriptReadonlyGlobals: boolean
  /** `redis.acl_check_cmd` exists, REPL constants and version fields too (7.0). */
  readonly scriptAclCheck: boolean
  /** A wrong number of arguments in acl_check_cmd raises an error (8.0). */
  readonly scriptAclCheckArity: boolean
  /** Scripts may begin with `#!lua flags=…` (7.0). */
  readonly scriptFlags: boolean
  /** An engine in a shebang that the server does not have is looked for by its name (Valkey 8.1). */
  readonly scriptEngines: boolean
  /** The API is `server` as well as `redis` (Valkey 8.0). */
  readonly scriptServerApi: boolean
  /** `os.clock` (7.4). */
  readonly scriptOsClock: boolean
  /** `getfenv`, `setfenv` and `newproxy` are within reach. */
  readonly scriptInsecureApi: boolean
  /** Numbers become command arguments in their shortest form (7.2). Before, with 17 digits. */
  readonly scriptShortestNumbers: boolean
  /** The random generator starts anew with every script (6.x). */
  readonly scriptReseedsRandom: boolean
  /** The RDB version in FUNCTION DUMP's payload. */
  readonly scriptDumpVersion: number
  readonly scriptHelpWording: '6.0' | 'redis' | 'valkey'
  readonly scriptWording: ScriptWording
}

const before7: ScriptWording = {
  noArguments: 'Please specify at least one argument for redis.call()',
  badArguments: 'Lua redis() command arguments must be strings or integers',
  unknownCommand: 'Unknown Redis command called from Lua script',
  wrongArity: 'Wrong number of args calling Redis command From Lua script',
  notAllowed: 'This Redis command is not allowed from scripts',
  api: 'redis',
}

const redis7: ScriptWording = {
  noArguments: 'Please specify at least one argument for this redis lib call',
  badArguments: 'Lua redis lib command arguments must be strings or integers',
  unknownCommand: 'Unknown Redis command called from script',
  wrongArity: 'Wrong number of args calling Redis command from script',
  notAllowed: 'This Redis command is not allowed from script',
  api: 'redis',
}

const valkey8: ScriptWording = {
  noArguments: 'Please specify at least one argument for this call',
  badArguments: 'Command arguments must be strings or integers',
  unknownCommand: 'Unknown command called from script',
  wrongArity: 'Wrong number of args calling command from script',
  notAllowed: 'This Redis command is not allowed from script',
  api: 'server',
}

/** The scripting behaviours of a target. One line a behaviour: which releases have it. */
export function scriptingBehaviours(id: TargetId): ScriptingBehaviours {
  const is7 = since(id, 'redis-7.0', 'valkey-7.2')
  return {
    scriptErrorTables: is7,
    scriptErrorsNameScript: !since(id, null, 'valkey-9.1'),
    scriptAclWords: since(id, 'redis-7.2', 'valkey-7.2'),
    scriptReadonlyGlobals: is7,
    scriptAclCheck: is7,
    scriptAclCheckArity: since(id, 'redis-8.0', null),
    scriptFlags: is7,
    scriptEngines: since(id, null, 'valkey-8.1'),
    scriptServerApi: since(id, null, 'valkey-8.0'),
    scriptOsClock: since(id, 'redis-7.4', 'valkey-8.0'),
    scriptInsecureApi: !since(id, 'redis-8.0', 'valkey-8.1'),
    scriptShortestNumbers: since(id, 'redis-7.2', 'valkey-7.2'),
    scriptReseedsRandom: !is7,
    scriptDumpVersion: since(id, null, 'valkey-9.1')
      ? 80
      : since(id, 'redis-7.4', null)
        ? 12
        : since(id, 'redis-7.2', 'valkey-7.2')
          ? 11
          : 10,
    scriptHelpWording: id === 'redis-6.0' ? '6.0' : since(id, null, 'valkey-8.0') ? 'valkey' : 'redis',
    scriptWording: since(id, null, 'valkey-8.0') ? valkey8 : is7 ? redis7 : before7,
  }
}
