import { expect, test } from 'vitest'
import { hashPassword } from '../../src/acl/password'
import { generatePassword } from '../../src/analysis/generate'

const random = {
  bytes: (n: number) => Array.from({ length: n }, (_, i) => String.fromCharCode((i * 37 + 11) & 255)).join(''),
  below: () => 0,
}

test('a password in the alphabet and length of ACL GENPASS, with its rule', () => {
  const { password, hash, rule } = generatePassword(random)
  expect(password).toMatch(/^[0-9a-f]{64}$/)
  expect(hash).toBe(hashPassword(password))
  expect(rule).toBe(`#${hash}`)
})

test('bits are rounded up to digits, and kept in range', () => {
  expect([1, 5, 128, 0, -3, 99999, NaN].map((bits) => generatePassword(random, bits).password.length)).toEqual([
    1, 2, 32, 1, 1, 1024, 1,
  ])
})
