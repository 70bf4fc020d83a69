import type { Bytes } from '../../../acl/bytes'
import type { Lua, LuaFunction } from '../lua'
import { LuaError } from '../lua-errors'
import { FUNCTION, NIL, NUMBER, STRING, TABLE } from '../lua-stack'
import { Output } from '../output'
import { LuaPattern, type Match } from './pattern'

/*
 * string.find, match, gmatch and gsub again. Lua's own try every way a pattern can match, with nothing to stop them: a
 * short script can keep them busy for years, out of reach of the limit on instructions. These count their steps.
 */

const SPECIAL = /[\^$*+?.([%-]/

/** Sets the four pattern functions (and gfind, gmatch's older name) in the table on top. */
export function setPatternFunctions(lua: Lua): void {
  const step = lua.register(() => gmatchStep(lua))
  const functions: Record<string, LuaFunction> = {
    find: () => find(lua, true),
    match: () => find(lua, false),
    gmatch: () => gmatch(lua, step),
    gfind: () => gmatch(lua, step),
    gsub: () => gsub(lua),
  }
  for (const [name, f] of Object.entries(functions)) {
    lua.pushFunction(f)
    lua.rawSet(-2, name)
  }
}

/** Pushes a capture; capture 0 of a pattern without captures is the whole match. */
function pushCapture(lua: Lua, match: Match, index: number): void {
  const capture = match.capture(index)
  if (typeof capture === 'number') lua.pushNumber(capture)
  else lua.pushBytes(capture)
}

/** Pushes all captures, or the whole match where there are none. Returns their number. */
function pushCaptures(lua: Lua, match: Match, wholeIfNone: boolean): number {
  const count = match.count === 0 && wholeIfNone ? 1 : match.count
  if (!lua.reserve(count)) throw new LuaError('stack overflow (too many captures)')
  for (let i = 0; i < count; i++) pushCapture(lua, match, i)
  return count
}

function find(lua: Lua, wantsPlace: boolean): number {
  const text = lua.checkBytes(1)
  const pattern = lua.checkBytes(2)
  const given = lua.top() < 3 || lua.type(3) === NIL ? 1 : Math.trunc(lua.checkNumber(3))
  const start = Math.min(text.length, Math.max(0, given < 0 ? text.length + given : given - 1))
  if (wantsPlace && (lua.toBoolean(4) || !SPECIAL.test(pattern.split('\0', 1)[0] ?? ''))) {
    const at = text.indexOf(pattern, start)
    lua.spend((at < 0 ? text.length : at) - start)
    if (at >= 0) {
      lua.pushNumber(at + 1)
      lua.pushNumber(at + pattern.length)
      return 2
    }
    lua.pushNil()
    return 1
  }
  const compiled = new LuaPattern(text, pattern, spending(lua))
  for (let from = start; from <= text.length; from++) {
    const match = compiled.matchAt(from)
    if (match !== null) {
      if (!wantsPlace) return pushCaptures(lua, match, true)
      lua.pushNumber(from + 1)
      lua.pushNumber(match.end)
      return pushCaptures(lua, match, false) + 2
    }
    if (compiled.anchored) break
  }
  lua.pushNil()
  return 1
}

/** Returns an iterator whose state (text, pattern and position) is in Lua, so that it is garbage-collected. */
function gmatch(lua: Lua, step: number): number {
  lua.checkBytes(1)
  lua.checkBytes(2)
  lua.setTop(2)
  lua.pushNumber(0)
  lua.pushClosure(step, 3)
  return 1
}

function gmatchStep(lua: Lua): number {
  const text = lua.upvalueBytes(1)
  lua.pushUpvalue(2)
  const pattern = lua.toBytes(-1) ?? ''
  lua.pushUpvalue(3)
  const start = lua.toNumber(-1)
  // In gmatch, `^` is not an anchor.
  const compiled = new LuaPattern(text, pattern, spending(lua), false)
  for (let from = start; from <= text.length; from++) {
    const match = compiled.matchAt(from)
    if (match === null) continue
    lua.pushNumber(match.end === from ? from + 1 : match.end)
    lua.setUpvalue(3)
    return pushCaptures(lua, match, true)
  }
  lua.pushNumber(text.length + 1)
  lua.setUpvalue(3)
  return 0
}

/** Counts the matcher's steps as instructions. */
function spending(lua: Lua): (steps: number) => void {
  return (steps) => lua.spend(steps)
}

function gsub(lua: Lua): number {
  const text = lua.checkBytes(1)
  const pattern = lua.checkBytes(2)
  const type = lua.type(3)
  if (type !== NUMBER && type !== STRING && type !== FUNCTION && type !== TABLE)
    lua.argumentError(3, 'string/function/table expected')
  const most = lua.top() < 4 || lua.type(4) === NIL ? text.length + 1 : Math.trunc(lua.checkNumber(4))
  const compiled = new LuaPattern(text, pattern, spending(lua))
  const out = new Output(lua)
  let from = 0
  let count = 0
  while (count < most) {
    const match = compiled.matchAt(from)
    if (match !== null) {
      count++
      out.add(replacement(lua, match, type))
    }
    if (match !== null && match.end > from) from = match.end
    else if (from < text.length) out.add(text[from++] ?? '')
    else break
    if (compiled.anchored) break
  }
  out.add(text.slice(from))
  lua.pushBytes(out.text())
  lua.pushNumber(count)
  return 2
}

/** Returns the replacement of a match: by a template, a function's result or a table's entry. */
function replacement(lua: Lua, match: Match, type: number): Bytes {
  if (type === NUMBER || type === STRING) return fill(lua, lua.toBytes(3) ?? '', match)
  if (type === FUNCTION) {
    lua.copy(3)
    lua.call(pushCaptures(lua, match, true), 1)
  } else {
    pushCapture(lua, match, 0)
    lua.getTop(3)
  }
  if (!lua.toBoolean(-1)) {
    lua.pop()
    return match.whole
  }
  if (!lua.isString(-1)) throw new LuaError(`invalid replacement value (a ${lua.typeName(-1)})`)
  const value = lua.toBytes(-1) ?? ''
  lua.pop()
  return value
}

function fill(lua: Lua, template: Bytes, match: Match): Bytes {
  if (!template.includes('%')) return template
  const out = new Output(lua)
  for (let i = 0; i < template.length; i++) {
    const c = template[i] ?? ''
    if (c !== '%') {
      out.add(c)
      continue
    }
    const next = template[++i] ?? '\0'
    if (next < '0' || next > '9') out.add(next)
    else out.add(next === '0' ? match.whole : String(match.capture(Number(next) - 1)))
  }
  return out.text()
}
