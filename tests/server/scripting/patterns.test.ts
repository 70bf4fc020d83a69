import fc from 'fast-check'
import { expect, test } from 'vitest'
import { provideLuaFromPackage } from '../../../src/cli/lua'
import { setPatternFunctions } from '../../../src/server/scripting/libraries/patterns'
import { luaRuntime, prepareScripting } from '../../../src/server/scripting/load'
import { Lua } from '../../../src/server/scripting/lua'
import { runs } from '../../runs'

/** A bare Lua: with its own string library, or with ours in its place. */
function bareLua(ours: boolean): Lua {
  const module = luaRuntime()?.module
  if (module === undefined) throw new Error('not prepared')
  const lua = new Lua(module, { inside: 64 * 1024 * 1024, outside: 64 * 1024 * 1024 })
  lua.open('base')
  lua.open('string')
  lua.open('table')
  if (ours) {
    lua.pushGlobal('string')
    setPatternFunctions(lua)
    lua.pop()
  }
  return lua
}

const code = `
  local f, text, pattern = ...
  local function show(...)
    local out = {}
    for i = 1, select('#', ...) do out[i] = tostring((select(i, ...))) end
    return table.concat(out, '|')
  end
  if f == 'gmatch' then
    local out = {}
    for a, b in text:gmatch(pattern) do out[#out + 1] = show(a, b) end
    return table.concat(out, ';')
  end
  if f == 'gsub' then return show(text:gsub(pattern, '<%0>')) end
  return show(string[f](text, pattern))`

function run(lua: Lua, args: readonly string[]): string {
  lua.setTop(0)
  lua.load(code, '=x')
  for (const arg of args) lua.pushBytes(arg)
  lua.protectedCall(args.length, 1)
  return lua.toBytes(-1) ?? ''
}

test('patterns match as those of Lua itself', async () => {
  provideLuaFromPackage()
  await prepareScripting()
  const original = bareLua(false)
  const ours = bareLua(true)
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '%a',
    '%d',
    '%W',
    '%s',
    '[ab]',
    '[^a]',
    '[a-c]',
    '[]]',
    '[%w_]',
    '(',
    ')',
    '()',
    '*',
    '+',
    '-',
    '?',
    '^',
    '$',
    '%',
    '%b()',
    '%f[a]',
    '%1',
    '[',
    '\0',
    'é',
    '%%',
    '-',
  )
  const pattern = fc.array(piece, { maxLength: 7 }).map((parts) => parts.join(''))
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '(', ')', '_', '\xe9', '\0', '-'),
    maxLength: 10,
  })
  const f = fc.constantFrom('find', 'match', 'gmatch', 'gsub')
  fc.assert(
    fc.property(f, text, pattern, (f, text, pattern) => {
      expect(run(ours, [f, text, pattern])).toBe(run(original, [f, text, pattern]))
    }),
    { numRuns: runs(2000) },
  )
})

test('a pattern that would take for ever is given up', async () => {
  provideLuaFromPackage()
  await prepareScripting()
  const lua = bareLua(true)
  const start = performance.now()
  expect(run(lua, ['find', 'a'.repeat(40), '.-'.repeat(40) + 'b'])).toContain('pattern too complex')
  expect(run(lua, ['find', 'a'.repeat(100_000), 'a?'.repeat(100_000) + 'b'])).toContain('pattern too complex')
  expect(performance.now() - start).toBeLessThan(20_000)
})
