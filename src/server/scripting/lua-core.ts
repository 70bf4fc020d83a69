import { type Bytes, fromUint8 } from '../../acl/bytes'
import { OutOfMemory } from './lua-errors'
import { type LuaExports, instantiate } from './wasm'

const COUNT_HOOK = 8
/**
 * The size of the scratch memory, in bytes. Longer strings are copied through memory that is allocated for them and
 * freed at once.
 */
export const SCRATCH_SIZE = 4096
/** The overhead of a JavaScript string in a list, in bytes. */
const STRING_OVERHEAD = 32
/**
 * The number of bytes whose copying costs as much time as one Lua instruction: within Lua's memory, and between Lua and
 * JavaScript.
 */
const BYTES_MOVED = 25
const BYTES_CONVERTED = 4
/**
 * Lua's memory in bytes up to which `watch` calls back as seldom as asked; beyond it, more often in proportion. An instruction, such as
 * a comparison of strings or a call of table.maxn, goes through all memory at worst.
 */
const SMALL_MEMORY = 1024 * 1024
/** The fewest instructions between two callbacks. */
const LEAST_INTERVAL = 16
const COUNT_KILOBYTES = 3
/** The cost after which `watch` calls back early, in instructions. */
const LONG_INSTRUCTION = 500_000
/** The size of the buffer for lua_Debug, whose size is 100 bytes. The fields used here are at fixed offsets. */
const DEBUG_SIZE = 128

export interface MemoryLimits {
  /** The limit of Lua's own memory, in bytes. */
  readonly inside: number
  /** The limit of JavaScript copies held by running host functions, in bytes. */
  readonly outside: number
}

/** A position in running code. `what` is `C` for host functions and Lua's own library. */
export interface Position {
  readonly source: Bytes
  readonly line: number
  readonly what: string
}

/** The engine of a Lua instance: its running state, its memory, and what it has spent of its limits. */
export class LuaCore {
  readonly c: LuaExports
  /** The pointer of the C function that calls the host. */
  readonly callPointer: number
  readonly #hookPointer: number
  readonly #scratch: { pointer: number; size: number }
  readonly #debug: number
  /** The running lua_State, which differs by coroutine. */
  L: number
  readonly main: number
  /** Runs a host function. */
  onCall: (L: number) => number = () => 0
  /** The callback of `watch`; null without a limit. */
  #onTick: ((instructions: number) => void) | null = null
  #most = 0
  /** The present number of instructions between two calls of it, `#most` at most. */
  #interval = 0
  /** The additional cost of instructions since the last tick, in instructions. */
  #spent = 0
  /** True where a state ticks at its next instruction, because the cost was high. */
  #hurried = false
  /** The bytes of JavaScript copies held by running host functions. */
  held = 0
  readonly #outside: number
  /** The number of nested running host functions. */
  depth = 0
  /** True once anything but a Lua error left this Lua instance, which must then be discarded. */
  broken = false
  /** True once Lua ran out of memory: its contents may leave no room for anything else. */
  exhausted = false

  constructor(module: WebAssembly.Module, limits: MemoryLimits) {
    this.#outside = limits.outside
    const host = {
      call: (L: number) => this.onCall(L),
      tick: (L: number) => this.#tick(L),
      moved: (bytes: number) => this.spend(bytes / BYTES_MOVED),
      refused: () => {
        this.exhausted = true
      },
      ended: () => {
        this.broken = true
      },
    }
    const instance = instantiate(module, host, limits.inside)
    this.c = instance.lua
    this.callPointer = instance.callPointer
    this.#hookPointer = instance.hookPointer
    this.#scratch = { pointer: this.c.malloc(SCRATCH_SIZE), size: SCRATCH_SIZE }
    this.#debug = this.c.malloc(DEBUG_SIZE)
    this.main = this.L = this.c.luaL_newstate()
  }

  /**
   * Calls back every `count` instructions of this Lua instance (and of coroutines created from now on), and more often where it has
   * much memory; null ends that.
   */
  watch(count: number, onTick: ((instructions: number) => void) | null): void {
    this.#onTick = onTick
    this.#most = count
    this.#interval = this.#intervalNow()
    this.#spent = 0
    this.#hurried = false
    this.c.lua_sethook(this.L, this.#hookPointer, onTick === null ? 0 : COUNT_HOOK, this.#interval)
  }

  /** Adds a cost in instructions; `watch` calls back early where it is high. */
  spend(instructions: number): void {
    this.#spent += instructions
    if (this.#spent < LONG_INSTRUCTION || this.#hurried || this.#onTick === null) return
    this.#hurried = true
    this.c.lua_sethook(this.L, this.#hookPointer, COUNT_HOOK, 1)
  }

  /**
   * Counts bytes that the running host function holds outside Lua until it returns. Raises Lua's memory error beyond
   * the limit.
   */
  hold(bytes: number): void {
    this.held += bytes
    if (this.held > this.#outside) throw new OutOfMemory()
  }

  /** Reads the string at a pointer, whose length is in the scratch memory. The running host function holds it. */
  read(pointer: number): Bytes {
    const size = new DataView(this.c.memory.buffer).getUint32(this.#scratch.pointer, true)
    if (this.depth > 0) this.hold(size + STRING_OVERHEAD)
    this.spend(size / BYTES_CONVERTED)
    return fromUint8(new Uint8Array(this.c.memory.buffer, pointer, size))
  }

  /** Copies bytes to a place in Lua's memory. */
  copyTo(pointer: number, bytes: Bytes): void {
    this.spend(bytes.length / BYTES_CONVERTED)
    const view = new Uint8Array(this.c.memory.buffer, pointer, bytes.length)
    for (let i = 0; i < bytes.length; i++) view[i] = bytes.charCodeAt(i)
  }

  /** The place in the scratch memory where Lua writes a length, which `read` reads. */
  get lengthPointer(): number {
    return this.#scratch.pointer
  }

  /** Copies bytes into Lua's memory. The pointer is valid until the next call that writes. */
  write(bytes: Bytes): number {
    if (bytes.length + 8 > this.#scratch.size) {
      const size = bytes.length + 8 + 4096
      const pointer = this.c.malloc(size)
      if (pointer === 0) throw new OutOfMemory()
      this.c.free(this.#scratch.pointer)
      this.#scratch.pointer = pointer
      this.#scratch.size = size
    }
    this.copyTo(this.#scratch.pointer, bytes)
    return this.#scratch.pointer
  }

  /** Returns the chunk name and line at a level of the call stack (0: the running function), or null past its end. */
  position(level: number): Position | null {
    if (this.c.lua_getstack(this.L, level, this.#debug) === 0) return null
    this.c.lua_getinfo(this.L, this.write('nSl\0'), this.#debug)
    const view = new DataView(this.c.memory.buffer)
    const text = (pointer: number): Bytes => {
      const bytes = new Uint8Array(this.c.memory.buffer)
      return fromUint8(bytes.subarray(pointer, bytes.indexOf(0, pointer)))
    }
    return {
      what: text(view.getUint32(this.#debug + 12, true)),
      source: text(view.getUint32(this.#debug + 16, true)),
      line: view.getInt32(this.#debug + 20, true),
    }
  }

  /** Calls into Lua from the host. Anything thrown except a Lua error marks this instance as broken. */
  guard(run: () => number): number {
    const L = this.L
    try {
      return run()
    } catch (thrown) {
      this.broken = true
      throw thrown
    } finally {
      this.L = L
    }
  }

  /** The memory that Lua uses, in bytes. */
  get memoryInUse(): number {
    return this.c.lua_gc(this.L, COUNT_KILOBYTES, 0) * 1024
  }

  #intervalNow(): number {
    const share = Math.min(1, SMALL_MEMORY / this.memoryInUse)
    return Math.max(Math.min(LEAST_INTERVAL, this.#most), Math.floor(this.#most * share))
  }

  #tick(L: number): void {
    const before = this.L
    this.L = L
    this.#hurried = false
    const instructions = this.#interval + this.#spent
    this.#spent = 0
    this.#interval = this.#intervalNow()
    if (this.c.lua_gethookcount(L) !== this.#interval) {
      this.c.lua_sethook(L, this.#hookPointer, COUNT_HOOK, this.#interval)
    }
    try {
      this.#onTick?.(instructions)
    } finally {
      this.L = before
    }
  }
}
