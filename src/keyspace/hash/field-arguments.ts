import { lower, type Bytes } from '../../acl/bytes'
import { type Arguments, bigintArgument, fail, parseInteger, SYNTAX_ERROR, wrongArity } from '../arguments'
import type { CommandContext } from '../context'
import { invalidExpireTime } from '../string/expiry'
import { HashValue } from './value'

/** The latest expiry that Redis can store for a field (46 bits of milliseconds). */
const MAX_FIELD_TIME = 70368744177663n
const INT64_MAX = 9223372036854775807n

export const MISSING_FIELDS = 'ERR Mandatory argument FIELDS is missing or not at the right position'
const VALKEY_COUNT = 'ERR numfields should be greater than 0 and match the provided number of fields'

/**
 * Reads Redis's `FIELDS n field …`, which must be at argument `at` and end the command.
 * Fails with Redis's error if FIELDS is missing, the count is not positive (`notPositive`) or it does not match.
 */
export function fieldsAt(
  args: Arguments,
  at: number,
  notPositive = 'ERR Number of fields must be a positive integer',
): readonly Bytes[] {
  if (!args.is(at, 'fields')) fail(MISSING_FIELDS)
  const count = args.has(at + 1) ? parseInteger(args.text(at + 1)) : null
  if (count === null || count < 1n) fail(notPositive)
  const fields = args.rest(at + 2)
  if (count !== BigInt(fields.length)) fail('ERR The `numfields` parameter must match the number of arguments')
  return fields
}

/** The reading of its fields by a command of Redis 8.6. */
interface FieldsForm {
  readonly from: number
  /** The arguments of a field: itself, or itself and its value. */
  readonly width: 1 | 2
  readonly notPositive: string
  /** The arguments that must follow FIELDS before its count is read, and the error if they do not. */
  readonly following: 1 | 2
  readonly tooShort: string
}

/**
 * Reads options and, once, `FIELDS n field …` up to the last argument, as Redis 8.6 does (parseHashCommandArgs,
 * parseHashFieldExpireArgs). `option` reads the option at a place and returns the place behind it.
 */
export function fieldsAmong(args: Arguments, form: FieldsForm, option: (at: number) => number): readonly Bytes[] {
  let fields: readonly Bytes[] | null = null
  let at = form.from
  while (at < args.count) {
    if (!args.is(at, 'fields')) {
      at = option(at)
      continue
    }
    if (fields !== null) fail('ERR FIELDS keyword specified multiple times')
    if (!args.has(at + form.following)) fail(form.tooShort)
    const count = parseInteger(args.text(at + 1))
    if (count === null || count < 1n || count > 2147483647n) fail(form.notPositive)
    const end = at + 2 + form.width * Number(count)
    if (end > args.count) fail('ERR wrong number of arguments')
    fields = args.rest(at + 2, end)
    at = end
  }
  return fields ?? fail('ERR missing FIELDS argument')
}

/** Fails at a word that is no option of HEXPIRE, HGETEX or HSETEX. */
export function unknownOption(args: Arguments, at: number): never {
  return fail(`ERR unknown argument: ${args.text(at)}`)
}

/**
 * Reads Valkey's form: options up to the word FIELDS, then the count (in units of `width` arguments) and the fields.
 * Calls `options` with the words before FIELDS, before it checks the count.
 */
export function fieldsAnywhere(
  args: Arguments,
  from: number,
  width: 1 | 2,
  options: (words: readonly Bytes[]) => void,
  mismatch = VALKEY_COUNT,
): readonly Bytes[] {
  const at = args.find('fields', from)
  if (at < 0 || !args.has(at + 1)) fail(mismatch)
  options(args.rest(from, at))
  const count = args.bigint(at + 1)
  const rest = args.rest(at + 2)
  if (count <= 0n || count * BigInt(width) !== BigInt(rest.length)) fail(mismatch)
  return rest
}

/** Converts the expiry of fields to Unix milliseconds. Fails if it exceeds 46 bits (Redis) or 64 bits (Valkey). */
export function fieldExpiry(
  context: CommandContext,
  bytes: Bytes,
  unit: 's' | 'ms',
  base: number,
  command: string,
): number {
  let ms = bigintArgument(bytes)
  const invalid = () => fail(invalidExpireTime(command, context.behaviours))
  const max = context.behaviours.fieldsAnywhere ? INT64_MAX : MAX_FIELD_TIME
  if (ms < 0n) {
    if (context.behaviours.fieldsAnywhere) invalid()
    fail('ERR invalid expire time, must be >= 0')
  }
  if (unit === 's') {
    if (ms > max / 1000n) invalid()
    ms *= 1000n
  }
  if (ms > max - BigInt(base)) invalid()
  return Number(ms + BigInt(base))
}

export type Condition = 'nx' | 'xx' | 'gt' | 'lt'

export function isCondition(word: Bytes | undefined): word is Condition {
  return word !== undefined && ['nx', 'xx', 'gt', 'lt'].includes(lower(word))
}

/** Returns the pairs of `FIELDS n field value …` of Redis's HSETEX. */
export function pairsAt(args: Arguments, at: number): readonly Bytes[] {
  if (args.count < at + 4) fail(wrongArity('hsetex'))
  const count = parseInteger(args.optional(at + 1) ?? '')
  if (count === null || count < 1n || count > 2147483647n) fail('ERR invalid number of fields')
  const rest = args.rest(at + 2)
  if (2n * count !== BigInt(rest.length)) fail(wrongArity('hsetex'))
  return rest
}

/** Fails with a syntax error if any words are left over. */
function refuseWords(words: readonly Bytes[]): void {
  if (words.length > 0) fail(SYNTAX_ERROR)
}

/**
 * Reads the fields of a command without options, and its hash. Redis looks up the key before it parses the fields,
 * Valkey after.
 */
export function readFields(
  context: CommandContext,
  args: Arguments,
  mismatch?: string,
): { fields: readonly Bytes[]; hash: HashValue | undefined } {
  const searches = context.behaviours.fieldsAnywhere
  const early = searches ? undefined : context.db.getOf(args.key(1), HashValue)
  const fields = searches ? fieldsAnywhere(args, 2, 1, refuseWords, mismatch) : fieldsAt(args, 2)
  return { fields, hash: searches ? context.db.getOf(args.key(1), HashValue) : early }
}
