import { lower, type Bytes } from '../acl/bytes'
import { CommandError } from '../resp/reply'
import { parseDouble } from './numbers'

const INT64_MAX = 9223372036854775807n
const INT64_MIN = -9223372036854775808n

export const NOT_INTEGER = 'ERR value is not an integer or out of range'
export const NOT_FLOAT = 'ERR value is not a valid float'
export const SYNTAX_ERROR = 'ERR syntax error'

/** Returns the arity error of a command that checks its own arguments (7.0 and newer; older wording differs). */
export function wrongArity(command: string): string {
  return `ERR wrong number of arguments for '${command}' command`
}

/** Ends the command with an error reply, code included: `ERR …`. */
export function fail(text: Bytes): never {
  throw new CommandError(text)
}

/**
 * Parses a signed 64-bit integer as the server does everywhere (string2ll): digits with an optional minus, without plus
 * sign, spaces or leading zeros. Returns null if it is invalid or out of range.
 */
export function parseInteger(bytes: Bytes): bigint | null {
  if (!/^(?:0|-?[1-9][0-9]{0,18})$/.test(bytes) || bytes.endsWith('\n')) return null
  const value = BigInt(bytes)
  return value >= INT64_MIN && value <= INT64_MAX ? value : null
}

/** Parses an integer. Fails with `message`. */
export function bigintArgument(bytes: Bytes, message = NOT_INTEGER): bigint {
  return parseInteger(bytes) ?? fail(message)
}

/** Parses an integer as a number. Beyond 2^53 it is the nearest double, which is good enough for clamping only. */
export function integerArgument(bytes: Bytes, message = NOT_INTEGER): number {
  return Number(bigintArgument(bytes, message))
}

/** The largest C long, for rangeArgument. */
export const LONG_MAX = INT64_MAX

/** Parses an integer within bounds. Fails with `notInteger` or `outOfRange`. */
export function rangeArgument(
  bytes: Bytes,
  min: number | bigint,
  max: number | bigint,
  outOfRange?: string,
  notInteger?: string,
): number {
  const value = bigintArgument(bytes, notInteger ?? outOfRange ?? NOT_INTEGER)
  if (value < min || value > max) fail(outOfRange ?? `ERR value is out of range, value must between ${min} and ${max}`)
  return Number(value)
}

/** Parses an integer of at least 0, which the server's error calls positive. */
export function positiveArgument(bytes: Bytes, message?: string): number {
  return rangeArgument(
    bytes,
    0,
    LONG_MAX,
    message ?? 'ERR value is out of range, must be positive',
    message ?? NOT_INTEGER,
  )
}

/** Parses a double as strtod does, except NaN. */
export function doubleArgument(bytes: Bytes, message = NOT_FLOAT): number {
  return parseDouble(bytes) ?? fail(message)
}

/** Returns true if an argument is this keyword (given in lower case), ignoring case. */
export function isKeyword(argument: Bytes | undefined, keyword: string): boolean {
  return argument !== undefined && argument.length === keyword.length && lower(argument) === keyword
}

/**
 * Parses the timeout of a blocking command, a double in seconds. Returns milliseconds, rounded up; 0 waits forever.
 */
function timeoutArgument(bytes: Bytes): number {
  const seconds = parseDouble(bytes) ?? fail('ERR timeout is not a float or out of range')
  const ms = seconds * 1000
  if (ms >= 2 ** 63) fail('ERR timeout is out of range')
  if (ms < 0) fail('ERR timeout is negative')
  return Math.ceil(ms)
}

/**
 * The arguments of one command line, by position; 0 is the command's name as sent.
 * Arity is checked before a command runs, so reading a required argument that is not there is a bug and throws.
 * A malformed argument ends the command with the server's error.
 */
export class Arguments {
  readonly #argv: readonly Bytes[]

  constructor(argv: readonly Bytes[]) {
    this.#argv = argv
  }

  /** The whole command line, its name included. */
  get line(): readonly Bytes[] {
    return this.#argv
  }

  /** The number of arguments, the command's name included. */
  get count(): number {
    return this.#argv.length
  }

  has(n: number): boolean {
    return n < this.#argv.length
  }

  /** Returns a required argument as sent. */
  text(n: number): Bytes {
    const argument = this.#argv[n]
    if (argument === undefined) throw new RangeError(`Argument ${n} is missing`)
    return argument
  }

  /** Returns the name of a key. */
  key(n: number): Bytes {
    return this.text(n)
  }

  optional(n: number): Bytes | undefined {
    return this.#argv[n]
  }

  /** Returns a keyword in lower case: keywords are case-insensitive. */
  word(n: number): Bytes {
    return lower(this.text(n))
  }

  /** Returns true if the argument exists and is this keyword (given in lower case). */
  is(n: number, keyword: string): boolean {
    return isKeyword(this.#argv[n], keyword)
  }

  /** Returns the position of the first argument from `start` on that is this keyword; -1 where there is none. */
  find(keyword: string, start: number): number {
    return this.#argv.findIndex((argument, n) => n >= start && isKeyword(argument, keyword))
  }

  /** Returns a cursor over the options from `start` on. */
  options(start: number): OptionCursor {
    return new OptionCursor(this, start)
  }

  /** Returns the arguments from `start` up to, not including, `end`; a negative `end` counts from the last. */
  rest(start: number, end?: number): Bytes[] {
    return this.#argv.slice(start, end)
  }

  bigint(n: number, message?: string): bigint {
    return bigintArgument(this.text(n), message)
  }

  /** Returns an integer as a number. Beyond 2^53 it is the nearest double, which is good enough for clamping only. */
  integer(n: number, message?: string): number {
    return integerArgument(this.text(n), message)
  }

  integerWithin(
    n: number,
    min: number | bigint,
    max: number | bigint,
    outOfRange?: string,
    notInteger?: string,
  ): number {
    return rangeArgument(this.text(n), min, max, outOfRange, notInteger)
  }

  /** Returns an integer of at least 0, which the server's error calls positive. */
  positive(n: number, message?: string): number {
    return positiveArgument(this.text(n), message)
  }

  float(n: number, message?: string): number {
    return doubleArgument(this.text(n), message)
  }

  /** Returns the timeout of a blocking command in milliseconds. */
  timeout(n: number): number {
    return timeoutArgument(this.text(n))
  }
}

/** A cursor over the options of a command line, which come in any order. */
class OptionCursor {
  readonly #args: Arguments
  #at: number

  constructor(args: Arguments, start: number) {
    this.#args = args
    this.#at = start
  }

  /** True until every argument was read. */
  get hasMore(): boolean {
    return this.#args.has(this.#at)
  }

  /** Reads the next argument if it is this keyword (given in lower case) and at least `values` arguments follow it. */
  takes(keyword: string, values = 0): boolean {
    if (!this.#args.is(this.#at, keyword) || this.#at + values >= this.#args.count) return false
    this.#at++
    return true
  }

  text(): Bytes {
    return this.#args.text(this.#at++)
  }

  integer(message?: string): number {
    return this.#args.integer(this.#at++, message)
  }

  integerWithin(min: number | bigint, max: number | bigint, outOfRange?: string, notInteger?: string): number {
    return this.#args.integerWithin(this.#at++, min, max, outOfRange, notInteger)
  }

  /** Returns an integer of at least 0, which the server's error calls positive. */
  positive(message?: string): number {
    return this.#args.positive(this.#at++, message)
  }

  float(message?: string): number {
    return this.#args.float(this.#at++, message)
  }
}
