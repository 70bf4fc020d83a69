import type { Bytes } from '../../acl/bytes'

/** Thrown by a host function to raise a Lua error. `where` prefixes the message with the caller's `chunk:line: `. */
export class LuaError extends Error {
  constructor(
    message: Bytes,
    readonly where: boolean = true,
  ) {
    super(message)
  }
}

/** Thrown by a host function to raise Lua's own `not enough memory` error. */
export class OutOfMemory extends Error {}

/** Thrown by a host function to raise the value on top of the stack as the error. */
export const RAISE_TOP = Symbol('raise the value on top of the stack')

/** Thrown through all Lua frames to stop a script. The Lua instance cannot be used afterwards. */
export class ScriptStopped extends Error {
  constructor(
    readonly line: number,
    readonly source: Bytes,
  ) {
    super('stopped')
  }
}
