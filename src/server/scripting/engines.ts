import { ScriptEngine } from './engine'
import { FunctionEngine } from './functions'
import type { Target } from '../../targets/target'

/** The script cache and the function libraries of a server. */
export interface Engines {
  readonly scripts: ScriptEngine
  readonly functions: FunctionEngine
}

/** The part of a server that holds its engines. */
interface Keeper {
  readonly target: Target
  /** In seconds. */
  readonly clock: () => number
  engines: Engines | null
}

/** Returns the script cache and the libraries of a server, which are made when they are first asked for. */
export function enginesOf(scripting: Keeper): Engines {
  const { target, clock } = scripting
  scripting.engines ??= { scripts: new ScriptEngine(target, clock), functions: new FunctionEngine(target, clock) }
  return scripting.engines
}
