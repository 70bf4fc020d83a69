import { lower, type Bytes } from '../acl/bytes'
import { CommandError } from '../resp/reply'
import { parseDouble } from './numbers'

const INT64_MAX = 9223372036854775807n
const INT64_MIN = -9223372036854775808n

export const NOT_INTEGER = 'ERR value is not an integer or out of range'
export const NOT_FLOAT = 'ERR value is not a valid float'
export const SYNTAX_ERROR = 'ERR syntax error'

/** The error of a command that checks the number of its own arguments (7.0 and newer; before, the words differ). */
export function wrongArity(command: string): string {
  return `ERR wrong number of arguments for '${command}' command`
}

/** Ends the command with an error reply: `ERR …`, code included. */
export function fail(text: Bytes): never {
  throw new CommandError(text)
}

/**
 * A signed 64-bit integer as the server reads one everywhere (string2ll): digits with an optional minus, no plus sign,
 * spaces or leading zeros, nothing out of range. Null where it is not one.
 */
export function parseInteger(bytes: Bytes): bigint | null {
  if (!/^(?:0|-?[1-9][0-9]{0,18})$/.test(bytes) || bytes.endsWith('\n')) return null
  const value = BigInt(bytes)
  return value >= INT64_MIN && value <= INT64_MAX ? value : null
}

/** An integer argument; where it is none, the command fails with `message`. */
export function bigintArgument(bytes: Bytes, message = NOT_INTEGER): bigint {
  return parseInteger(bytes) ?? fail(message)
}

/** An integer argument as a number: beyond 2^53 it is the nearest double, which is only good for clamping. */
export function integerArgument(bytes: Bytes, message = NOT_INTEGER): number {
  return Number(bigintArgument(bytes, message))
}

/** The bounds of a C long, for rangeArgument. */
export const LONG_MAX = INT64_MAX

/** An integer within bounds. `notInteger` where it is no integer, `outOfRange` where it lies outside. */
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

/** An integer of at least 0; by default as the server words it (`must be positive`). */
export function positiveArgument(bytes: Bytes, message?: string): number {
  return rangeArgument(
    bytes,
    0,
    LONG_MAX,
    message ?? 'ERR value is out of range, must be positive',
    message ?? NOT_INTEGER,
  )
}

/** A double argument, as strtod reads it; not NaN. */
export function doubleArgument(bytes: Bytes, message = NOT_FLOAT): number {
  return parseDouble(bytes) ?? fail(message)
}

/** Whether an argument is this keyword (given in lower case), in any case. */
export function isKeyword(argument: Bytes | undefined, keyword: string): boolean {
  return argument !== undefined && argument.length === keyword.length && lower(argument) === keyword
}

/**
 * The timeout of a blocking command: seconds with a fraction, to milliseconds. 0 waits for ever. From 6.0 it is a double;
 * fractions of a millisecond are rounded up.
 */
export function timeoutArgument(bytes: Bytes): number {
  const seconds = parseDouble(bytes) ?? fail('ERR timeout is not a float or out of range')
  const ms = seconds * 1000
  if (ms >= 2 ** 63) fail('ERR timeout is out of range')
  if (ms < 0) fail('ERR timeout is negative')
  return Math.ceil(ms)
}
