import { type Bytes, trimEndOf } from '../../acl/bytes'
import { error, oneLine, type ErrorReply } from '../../resp/reply'
import type { Behaviours } from '../../targets/behaviours'
import { pushField } from './convert'
import type { Lua } from './lua'
import type { ScriptStopped } from './lua-errors'
import { BOOLEAN, NIL, TABLE } from './lua-stack'

/** The errors of scripts, in Lua and as the server's replies. `name` is a script's SHA-1, or a function's name. */
export class ScriptErrors {
  readonly #lua: Lua
  readonly #behaviours: Behaviours

  constructor(lua: Lua, behaviours: Behaviours) {
    this.#lua = lua
    this.#behaviours = behaviours
  }

  /** Adds the position to the error on top; `level` is the call stack level that raised it. */
  describe(level: number): void {
    const lua = this.#lua
    // An error of a library function is attributed to its caller.
    let place = lua.position(level)
    for (let up = level + 1; place?.what === 'C' && up < level + 4; up++) place = lua.position(up)
    if (!this.#behaviours.scriptErrorTables) {
      const text = shown(lua)
      lua.pushBytes(place === null ? text : `${place.source}:${place.line}: ${text}`)
      return
    }
    if (lua.type(-1) !== TABLE) {
      const text = shown(lua)
      pushField(lua, 'err', `ERR ${text}`)
    }
    if (place !== null) {
      lua.pushBytes(place.source)
      lua.rawSet(-2, 'source')
      lua.pushNumber(place.line)
      lua.rawSet(-2, 'line')
    }
  }

  /** Returns the reply for the error on top. */
  reply(name: Bytes): ErrorReply {
    const lua = this.#lua
    if (!this.#behaviours.scriptErrorTables)
      return this.#plainReply(name, lua.toBytes(-1) ?? 'error object is not a string')
    if (lua.type(-1) !== TABLE) return this.#plainReply(name, lua.toBytes(-1) ?? 'execution failure')
    const field = (key: string): Bytes | null => {
      lua.rawGet(-1, key)
      const value = lua.toBytes(-1)
      lua.pop()
      return value
    }
    const message = field('err')
    if (message === null)
      return error('ERR The real server crashes here: the script raised a table that has no err field')
    return error(trimmed(this.#located(message, name, field('source'), field('line'))))
  }

  /** Returns the reply where Lua ran out of memory: its error handler does not run, so the reply names no position. */
  memoryReply(name: Bytes): ErrorReply {
    return this.#plainReply(name, 'not enough memory')
  }

  /** Returns the reply for a script that was stopped, with the server's reason. */
  stoppedReply({ source, line }: ScriptStopped, name: Bytes, reason: Bytes): ErrorReply {
    return error(
      this.#behaviours.scriptErrorTables
        ? this.#located(`ERR ${reason}`, name, source, line)
        : `ERR Error running script (call to f_${name}): ${source}:${line}: ${reason}`,
    )
  }

  /** Returns the reply for a text error without a position. */
  #plainReply(name: Bytes, text: Bytes): ErrorReply {
    const { scriptErrorTables, scriptErrorsNameScript } = this.#behaviours
    if (!scriptErrorTables) return error(trimmed(`ERR Error running script (call to f_${name}): ${text}`))
    return error(trimmed(`ERR Error running script${scriptErrorsNameScript ? ` ${name}` : ''}, ${text.slice(0, 100)}`))
  }

  #located(message: Bytes, name: Bytes, source: Bytes | null, line: Bytes | number | null): Bytes {
    if (source === null || line === null) return message
    const whose = this.#behaviours.scriptErrorsNameScript ? `${name}, ` : ''
    return `${message} script: ${whose}on ${source}:${line}.`
  }
}

/** Formats the value on top like tostring, for values that an error may have. */
function shown(lua: Lua): Bytes {
  switch (lua.type(-1)) {
    case NIL:
      return 'nil'
    case BOOLEAN:
      return String(lua.toBoolean(-1))
    default:
      return lua.toBytes(-1) ?? `${lua.typeName(-1)}: 0x${lua.pointer(-1).toString(16).padStart(12, '0')}`
  }
}

function trimmed(text: Bytes): Bytes {
  return oneLine(trimEndOf(text, '\r\n'))
}
