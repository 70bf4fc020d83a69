import { lower, type Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { fail, parseInteger, wrongArity } from '../arguments'
import type { Handler } from '../context'
import { formatShortest, parseDouble } from '../numbers'
import { indexArgument } from './indices'
import { ArrayValue } from './value'

const operations = ['sum', 'min', 'max', 'and', 'or', 'xor', 'match', 'used'] as const
type Operation = (typeof operations)[number]

const MOST = 2 ** 63

/** AROP key start end SUM | MIN | MAX | AND | OR | XOR | MATCH value | USED. */
export const arop: Handler = ({ db }, args) => {
  const start = indexArgument(args, 2)
  const end = indexArgument(args, 3)
  const word = lower(args.text(4))
  const operation = operations.find((name) => name === word) ?? fail('ERR unknown operation')
  if (operation === 'match' && args.count !== 6) fail('ERR MATCH requires a value argument')
  if (operation !== 'match' && args.count !== 5) fail(wrongArity('arop'))
  const array = db.getOf(args.key(1), ArrayValue)
  const elements = array?.between(start, end).map((index) => array.get(index) ?? '') ?? []
  if (operation === 'used') return elements.length
  if (operation === 'match') return elements.filter((element) => element === args.text(5)).length
  return operation === 'sum' || operation === 'min' || operation === 'max'
    ? decimal(operation, elements)
    : bitwise(operation, elements)
}

/** Aggregates the elements that are numbers; null where there is none. */
function decimal(operation: 'sum' | 'min' | 'max', elements: readonly Bytes[]): Reply {
  const numbers = elements.flatMap((element) => parseDouble(element) ?? [])
  if (numbers.length === 0) return null
  const integers = elements.flatMap((element) => parseInteger(element) ?? [])
  if (operation === 'sum' && integers.length === numbers.length) {
    const sum = integers.reduce((total, integer) => total + integer, 0n)
    return sum.toString()
  }
  const combine = { sum: (a: number, b: number) => a + b, min: Math.min, max: Math.max }[operation]
  return formatShortest(numbers.reduce((total, number) => combine(total, number)))
}

/** Aggregates the elements that are numbers as integers, truncated; null where there is none. */
function bitwise(
  operation: Exclude<Operation, 'sum' | 'min' | 'max' | 'match' | 'used'>,
  elements: readonly Bytes[],
): Reply {
  const integers = elements.flatMap((element): bigint | readonly never[] => {
    const integer = parseInteger(element)
    if (integer !== null) return integer
    const number = parseDouble(element)
    return number === null || Math.abs(number) >= MOST ? [] : BigInt(Math.trunc(number))
  })
  const combine = {
    and: (a: bigint, b: bigint) => a & b,
    or: (a: bigint, b: bigint) => a | b,
    xor: (a: bigint, b: bigint) => a ^ b,
  }[operation]
  return integers.length === 0 ? null : integers.reduce((total, integer) => combine(total, integer))
}
