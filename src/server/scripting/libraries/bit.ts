import type { Lua, LuaFunction } from '../lua'

const view = new DataView(new ArrayBuffer(8))

/** Converts an argument as LuaBitOp does: rounds to the nearest integer and keeps the lowest 32 bits. */
function bits(lua: Lua, index: number): number {
  const n = lua.checkNumber(index)
  // Adding 2^52 + 2^51 leaves the integer in the lowest bits of the double.
  view.setFloat64(0, n + 6755399441055744)
  return view.getInt32(4)
}

function fold(lua: Lua, operation: (a: number, b: number) => number): number {
  let result = bits(lua, 1)
  for (let i = 2; i <= lua.top(); i++) result = operation(result, bits(lua, i))
  lua.pushNumber(result | 0)
  return 1
}

function shift(lua: Lua, operation: (value: number, by: number) => number): number {
  lua.pushNumber(operation(bits(lua, 1), bits(lua, 2) & 31) | 0)
  return 1
}

/** Pushes the `bit` table: LuaBitOp 1.0.2. */
export function pushBit(lua: Lua): void {
  const functions: Record<string, LuaFunction> = {
    tobit: () => fold(lua, (a) => a),
    bnot: () => {
      lua.pushNumber(~bits(lua, 1))
      return 1
    },
    band: () => fold(lua, (a, b) => a & b),
    bor: () => fold(lua, (a, b) => a | b),
    bxor: () => fold(lua, (a, b) => a ^ b),
    lshift: () => shift(lua, (a, n) => a << n),
    rshift: () => shift(lua, (a, n) => a >>> n),
    arshift: () => shift(lua, (a, n) => a >> n),
    rol: () => shift(lua, (a, n) => (a << n) | (a >>> ((32 - n) & 31))),
    ror: () => shift(lua, (a, n) => (a >>> n) | (a << ((32 - n) & 31))),
    bswap: () => {
      const a = bits(lua, 1)
      lua.pushNumber((a >>> 24) | ((a >>> 8) & 0xff00) | ((a & 0xff00) << 8) | (a << 24))
      return 1
    },
    tohex: () => {
      const value = bits(lua, 1)
      const wanted = lua.top() < 2 ? 8 : bits(lua, 2)
      const digits = Math.min(8, Math.abs(wanted))
      const text = (value >>> 0)
        .toString(16)
        .padStart(8, '0')
        .slice(8 - digits)
      lua.pushBytes(wanted < 0 ? text.toUpperCase() : text)
      return 1
    },
  }
  lua.pushTable()
  for (const [name, f] of Object.entries(functions)) {
    lua.pushFunction(f)
    lua.rawSet(-2, name)
  }
}
