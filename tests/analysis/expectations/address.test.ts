import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAddress } from '../../../src/analysis/expectations/address'

const part = fc.constantFrom(
  '',
  '0',
  '1',
  '01',
  'ff',
  '10000',
  '1.2.3.4',
  '255',
  '256',
  '1.2.3',
  ':',
  '::',
  ']',
  '/',
  '@',
)
const joined = (by: string): fc.Arbitrary<string> => fc.array(part, { maxLength: 10 }).map((parts) => parts.join(by))

test('the addresses that Node takes for one, and no others, are addresses', () => {
  const ipV6 = fc.ipV6().map((address) => address.toLowerCase())
  fc.assert(
    fc.property(fc.oneof(ipV6, fc.ipV4(), fc.ipV4Extended(), joined(':'), joined('.'), joined('')), (word) => {
      expect(isAddress(word)).toBe(isIP(word) !== 0)
    }),
    { numRuns: 2_000 },
  )
})

test.each(['::1%eth0', '1.2.3.4:80', '[::1]', '010.0.0.1', '127.1', 'FE80::1', ''])('%s is no address', (word) => {
  expect(isAddress(word)).toBe(false)
})
