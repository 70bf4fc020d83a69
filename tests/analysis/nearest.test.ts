import { expect, test } from 'vitest'
import { nearest } from '../../src/analysis/nearest'

test('the word that was probably meant', () => {
  expect(nearest('flushal', ['flushdb', 'flushall', 'get'])).toBe('flushall')
  expect(nearest('gte', ['get', 'set'])).toBe('get')
  expect(nearest('ab', ['cd', 'abcd'])).toBeNull()
})

test('among very many names none is guessed', () => {
  const names = Array.from({ length: 2001 }, (_, i) => `user${i}`)
  expect(nearest('user1x', names.slice(1))).toBe('user1')
  expect(nearest('user1x', names)).toBeNull()
})
