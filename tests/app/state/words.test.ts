import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineTokens } from '../../../src/app/state/words'
import { judged } from '../../analysis/decisions'

/** The coloured pieces of a line, as the ACL saw `sent`. */
async function coloured(line: string, sent: string, named = 1): Promise<string[]> {
  const { decision } = await judged('on ~* &* +@all', sent)
  const tokens = lineTokens(line, named, decision)
  expect(tokens.map(({ text }) => text).join('')).toBe(line)
  return tokens.flatMap(({ text, kind }) => (kind === null ? [] : [`${text} ${kind}`]))
}

test('the command, its keys and its channels', async () => {
  expect(await coloured('RENAME app:1 secret:1', 'RENAME app:1 secret:1')).toEqual([
    'RENAME cmd',
    'app:1 key',
    'secret:1 key',
  ])
  expect(await coloured('PUBLISH news hello', 'PUBLISH news hello')).toEqual(['PUBLISH cmd', 'news chan'])
  expect(await coloured('ACL SETUSER b +get', 'ACL SETUSER b +get', 2)).toEqual([
    'ACL cmd',
    'SETUSER cmd',
    'b user',
    '+get cmd',
  ])
})

test('quotes and blanks stay as they were typed', async () => {
  expect(await coloured(`  SET   "app:1" 'x' `, 'SET app:1 x')).toEqual(['SET cmd', '"app:1" key'])
  expect(await coloured('SET é é', 'SET é é')).toEqual(['SET cmd'])
})

test('a number in front is how many times', async () => {
  expect(await coloured('3 INCR app:n', 'INCR app:n')).toEqual(['INCR cmd', 'app:n key'])
})

test('a decision on something else colours nothing of this line but its name', async () => {
  expect(await coloured('EXEC', 'SET app:1 x')).toEqual(['EXEC cmd'])
})

test('a line that is no command, or cannot be read, is plain', () => {
  expect(lineTokens('nosuch app:1', 0, null)).toEqual([{ text: 'nosuch app:1', kind: null }])
  expect(lineTokens('GET "a', 0, null)).toEqual([{ text: 'GET "a', kind: null }])
})

test('put together, tokens are any line', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(2), (line, named) => {
      expect(
        lineTokens(line, named, null)
          .map(({ text }) => text)
          .join(''),
      ).toBe(line)
    }),
  )
})

test('of a line with thousands of users, the last ones are one piece', () => {
  const line = `ACL DELUSER${' u'.repeat(5_000)}`
  const tokens = lineTokens(line, 2, null)
  expect(tokens.length).toBeLessThan(1_010)
  expect(tokens.map(({ text }) => text).join('')).toBe(line)
})
