import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseInteger } from '../../src/keyspace/arguments'
import { addLongDoubles, formatLongDouble, parseLongDouble } from '../../src/keyspace/long-double'
import { format17g, formatHuman, formatShortest, parseDouble } from '../../src/keyspace/numbers'

test.each([
  [3, '3'],
  [0.1, '0.10000000000000001'],
  [1e17, '1e+17'],
  [2 ** 53, '9007199254740992'],
  [1e-5, '1.0000000000000001e-05'],
  [0.0001, '0.0001'],
  [2 ** -25, '2.9802322387695312e-08'],
  [-0, '-0'],
  [Infinity, 'inf'],
  [-1.5, '-1.5'],
  [5e-324, '4.9406564584124654e-324'],
])('%%.17g of %s', (value, text) => expect(format17g(value)).toBe(text))

test.each([
  [3, '3'],
  [0.1, '0.1'],
  [1e17, '100000000000000000'],
  [-1696658055994148096, '-1696658055994148096'],
  [338.4705987086476, '338.47059870864757'],
  [6.948708379539061e-289, '6.9487083795390615e-289'],
  [1e19, '1e+19'],
  [1e21, '1e+21'],
  [123456.789, '123456.789'],
  [1e-5, '0.00001'],
  [1e-7, '1e-7'],
  [1.5e-10, '1.5e-10'],
  [5e-324, '5e-324'],
  [-Infinity, '-inf'],
])('the shortest form of %s', (value, text) => expect(formatShortest(value)).toBe(text))

test('both forms read back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(format17g(value))).toBe(value)
      expect(Number(formatShortest(value))).toBe(value)
    }),
  )
})

test('a double for people has at most 17 decimals', () => {
  expect(formatHuman(13.361389338970184)).toBe('13.36138933897018433')
  expect(formatHuman(1e-20)).toBe('0')
  expect(formatHuman(-2)).toBe('-2')
})

test.each([
  ['1', 1],
  ['+1.5', 1.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['0x10', 16],
  ['0x1p4', 16],
  ['inf', Infinity],
  ['-Infinity', -Infinity],
  ['', null],
  [' 1', null],
  ['1 ', null],
  ['nan', null],
  ['1e400', null],
  ['1e-400', null],
  ['0e-400', 0],
  ['1e', null],
  ['abc', null],
  ['1\n', null],
])('reads %j as the double %s', (text, value) => expect(parseDouble(text)).toBe(value))

test.each([
  ['0', 0n],
  ['-1', -1n],
  ['9223372036854775807', 9223372036854775807n],
  ['-9223372036854775808', -9223372036854775808n],
  ['9223372036854775808', null],
  ['01', null],
  ['-0', null],
  ['+1', null],
  [' 1', null],
  ['1\n', null],
  ['', null],
  ['1.0', null],
])('reads %j as the integer %s', (text, value) => expect(parseInteger(text)).toBe(value))

test.each([
  ['0.1', '0.2', '0.3'],
  ['3.0e3', '200', '3200'],
  ['10.50', '0.1', '10.6'],
  ['5.0e3', '2.0e2', '5200'],
  ['0', '3.14159265358979323846', '3.14159265358979324'],
  ['1e17', '0.5', '100000000000000000.5'],
  ['9223372036854775807', '1', '9223372036854775808'],
  ['18446744073709551616', '0.5', '18446744073709551616'],
  ['-1', '1', '0'],
])('%s + %s as long doubles is %s', (a, b, sum) => {
  expect(formatLongDouble(addLongDoubles(parseLongDouble(a)!, parseLongDouble(b)!)!)).toBe(sum)
})

test('parsers never throw', () => {
  const soup = fc
    .array(fc.constantFrom('0', '1', '9', '.', 'e', '-', '+', 'x', 'p', 'f', 'inf', 'nan', ' ', '\n', '\0'))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(soup, (text) => {
      parseDouble(text)
      parseLongDouble(text)
      parseInteger(text)
    }),
  )
})
