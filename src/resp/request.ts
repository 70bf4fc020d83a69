import type { Bytes } from '../acl/bytes'
import { splitWords } from '../acl/split'
import { RecentWords } from './recent-words'

/** The limits of a request. Redis 6.0.16 and newer have much lower ones before a client has logged in. */
export interface RequestLimits {
  /** The most arguments of one command: a million up to 6.2, the largest int since. */
  readonly maxArguments: number
  /** proto-max-bulk-len. */
  readonly maxBulkLength: number
  /** The client must log in first: at most 10 arguments of 16 kB each. */
  readonly mustLogIn: () => boolean
  /** A NUL byte hides the end of a length line behind it, so that the server waits for more (all but Valkey 8 and newer). */
  readonly nulHidesLineEnd: boolean
  /** Bytes 0xff are dropped from inline commands (Valkey 8.1). */
  readonly inlineLosesFF: boolean
  /** After a line of nothing but spaces the next line is read as an inline command, whatever it starts with (Valkey 8). */
  readonly blankLineKeepsInline: boolean
}

/** Shared by all readers: what is in it changes no result. */
const words = new RecentWords()

/** A command line, or the protocol error to send before closing the connection. */
export type Request = { readonly argv: readonly Bytes[] } | { readonly protocolError: Bytes }

/** The longest line of an inline command or of a length. */
const MAX_LINE = 64 * 1024
/** The approximate memory of an argument besides its text, in bytes. */
export const ARGUMENT = 32
const MAX_ARGUMENTS_BEFORE_LOGIN = 10
/** The most arguments of which room is made before they arrive. */
const MAX_ARGUMENTS_AT_ONCE = 16
const MAX_BULK_BEFORE_LOGIN = 16384
/** The codes of `*`, `$`, `0` and a carriage return. */
const STAR = 42
const DOLLAR = 36
const ZERO = 48
const RETURN = 13

/**
 * Parses requests from a stream of bytes that arrives in arbitrary pieces, as networking.c does: inline commands, or arrays
 * of bulk strings. Ignores everything after a protocol error.
 */
export class RequestReader {
  readonly #limits: RequestLimits
  #buffer: Bytes = ''
  #at = 0
  /** The bulk strings of the request being read, the number of those read, and of those missing. */
  #argv: Bytes[] = []
  #read = 0
  #missing = 0
  #argvSize = 0
  /** Length of the bulk string being read; -1: its length line comes next. */
  #bulk = -1
  #broken = false
  #nextIsInline = false

  constructor(limits: RequestLimits) {
    this.#limits = limits
  }

  /** Adds received bytes. */
  feed(bytes: Bytes): void {
    if (this.#broken) return
    this.#buffer = this.#at === this.#buffer.length ? bytes : this.#buffer.slice(this.#at) + bytes
    this.#at = 0
  }

  /** Returns the next request, or null until more bytes arrive. Skips empty requests. */
  next(): Request | null {
    while (!this.#broken) {
      if (this.#missing === 0 && this.#at >= this.#buffer.length) return null
      const request =
        this.#missing > 0
          ? this.#readBulks()
          : this.#buffer.charCodeAt(this.#at) === STAR && !this.#nextIsInline
            ? (this.#readWhole() ?? this.#readMultibulk())
            : this.#readInline()
      if (request === 'empty') continue
      return request
    }
    return null
  }

  /** The number of bytes that wait for the rest of their request. */
  get pending(): number {
    return this.#buffer.length - this.#at
  }

  /** The approximate memory of incomplete requests, in bytes. */
  get held(): number {
    return this.pending + this.#argvSize
  }

  #fail(problem: string): Request {
    this.#broken = true
    this.#buffer = ''
    this.#argv = []
    this.#argvSize = 0
    return { protocolError: `ERR Protocol error: ${problem}` }
  }

  #readInline(): Request | 'empty' | null {
    const end = this.#find('\n', true)
    if (end < 0) return this.pending > MAX_LINE ? this.#fail('too big inline request') : null
    const line = this.#buffer.slice(this.#at, this.#buffer[end - 1] === '\r' && end > this.#at ? end - 1 : end)
    const words = splitWords(line)
    if (words === null) return this.#fail('unbalanced quotes in request')
    this.#at = end + 1
    this.#nextIsInline = words.length === 0 && this.#limits.blankLineKeepsInline && line !== ''
    if (words.length === 0) return 'empty'
    const loses = this.#limits.inlineLosesFF && line.includes('\xff')
    return {
      argv: words.map((word) =>
        loses && line.slice(word.from, word.to).includes('\xff') ? word.text.replaceAll('\xff', '') : word.text,
      ),
    }
  }

  /**
   * Reads a request of up to nine short arguments that has arrived as a whole, as almost all do. Returns null, and has read
   * nothing, where it is any other.
   */
  #readWhole(): Request | null {
    const buffer = this.#buffer
    let at = this.#at + 1
    const count = buffer.charCodeAt(at) - ZERO
    if (!(count > 0 && count <= 9) || buffer.charCodeAt(at + 1) !== RETURN) return null
    at += 3
    const argv = new Array<Bytes>(count)
    const longest = Math.min(MAX_BULK_BEFORE_LOGIN, this.#limits.maxBulkLength)
    for (let i = 0; i < count; i++) {
      if (buffer.charCodeAt(at) !== DOLLAR) return null
      let size = buffer.charCodeAt(++at) - ZERO
      if (!(size >= 0 && size <= 9)) return null
      for (let code = buffer.charCodeAt(++at); code !== RETURN; code = buffer.charCodeAt(++at)) {
        const digit = code - ZERO
        if (!(digit >= 0 && digit <= 9) || size === 0) return null
        size = size * 10 + digit
      }
      at += 2
      if (size > longest || at + size + 2 > buffer.length) return null
      argv[i] = words.cut(buffer, at, size)
      at += size + 2
    }
    this.#at = at
    return { argv }
  }

  #readMultibulk(): Request | 'empty' | null {
    let count: number | null = this.#readPlainLength()
    if (count < 0) {
      const line = this.#readLine('too big mbulk count string')
      if (line === null || typeof line === 'object') return line
      count = length(line.slice(1))
    }
    if (count === null || count > this.#limits.maxArguments) return this.#fail('invalid multibulk length')
    if (count > MAX_ARGUMENTS_BEFORE_LOGIN && this.#limits.mustLogIn())
      return this.#fail('unauthenticated multibulk length')
    if (count <= 0) return 'empty'
    this.#missing = count
    this.#argv = count <= MAX_ARGUMENTS_AT_ONCE ? new Array<Bytes>(count) : []
    this.#read = 0
    return this.#readBulks()
  }

  #readBulks(): Request | null {
    while (this.#missing > 0) {
      if (this.#bulk < 0) {
        const problem = this.#readBulkLength()
        if (problem !== undefined) return problem
      }
      // The two bytes after a bulk string are skipped without a check.
      if (this.pending < this.#bulk + 2) return null
      this.#argv[this.#read++] = words.cut(this.#buffer, this.#at, this.#bulk)
      this.#at += this.#bulk + 2
      this.#argvSize += this.#bulk + ARGUMENT
      this.#bulk = -1
      this.#missing--
    }
    const argv = this.#argv
    this.#argv = []
    this.#argvSize = 0
    return { argv }
  }

  /** Reads the length of the next bulk string. Returns a protocol error, or null where the line is not complete. */
  #readBulkLength(): Request | null | undefined {
    let size: number | null = this.#buffer.charCodeAt(this.#at) === DOLLAR ? this.#readPlainLength() : -1
    if (size < 0) {
      const line = this.#readLine('too big bulk count string')
      if (line === null || typeof line === 'object') return line
      const mark = line[0] ?? ' '
      if (mark !== '$') return this.#fail(`expected '$', got '${mark === '\n' ? ' ' : mark}'`)
      size = length(line.slice(1))
    }
    if (size === null || size < 0 || size > this.#limits.maxBulkLength) return this.#fail('invalid bulk length')
    if (size > MAX_BULK_BEFORE_LOGIN && this.#limits.mustLogIn()) return this.#fail('unauthenticated bulk length')
    this.#bulk = size
    return undefined
  }

  /**
   * Reads a length line of up to nine digits after its first character, and skips it; -1 where the line is anything else,
   * or not complete.
   */
  #readPlainLength(): number {
    const buffer = this.#buffer
    const first = this.#at + 1
    let size = 0
    for (let at = first; at < first + 10 && at + 1 < buffer.length; at++) {
      const digit = buffer.charCodeAt(at) - ZERO
      if (digit === RETURN - ZERO && at > first) {
        this.#at = at + 2
        return size
      }
      if (digit < 0 || digit > 9 || (size === 0 && at > first)) return -1
      size = size * 10 + digit
    }
    return -1
  }

  /** Returns the end of a line, or -1. Where C code searches the line as a string, it ends at a NUL. */
  #find(mark: string, nulHides: boolean): number {
    const end = this.#buffer.indexOf(mark, this.#at)
    return end >= 0 && nulHides && this.#buffer.slice(this.#at, end).includes('\0') ? -1 : end
  }

  /** Returns a line up to its carriage return and skips the byte after that, a line feed or not. */
  #readLine(tooBig: string): Bytes | Request | null {
    const end = this.#find('\r', this.#limits.nulHidesLineEnd)
    if (end < 0) return this.pending > MAX_LINE ? this.#fail(tooBig) : null
    if (end + 1 >= this.#buffer.length) return null
    const line = this.#buffer.slice(this.#at, end)
    this.#at = end + 2
    return line
  }
}

/** Parses a number as string2ll does; null where it is none. Large numbers lose precision, which no limit notices. */
function length(text: Bytes): number | null {
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(text)) return null
  const number = BigInt(text)
  return BigInt.asIntN(64, number) === number ? Number(number) : null
}
