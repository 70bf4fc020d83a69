import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectedAfter } from '../../src/editor/argument-grammar'
import { loadDocs } from '../../src/targets/load'

const docs = await loadDocs('redis-8.0')

/** What may follow, the user's own words by name. */
function after(line: string): string[] {
  const [name = '', ...words] = line.split(' ')
  return expectedAfter(docs.get(name)?.arguments ?? [], words).map(({ token, doc }) => token ?? `<${doc.name}>`)
}

test.each([
  ['get', ['<key>']],
  ['get a', []],
  ['mget a', ['<key>']],
  ['zrange z 0 -1', ['BYSCORE', 'BYLEX', 'REV', 'LIMIT', 'WITHSCORES']],
  ['zrange z 0 -1 REV limit 0', ['<count>']],
  ['zrange z 0 -1 withscores', ['BYSCORE', 'BYLEX', 'REV', 'LIMIT']],
  ['xadd s maxlen', ['=', '~', '<threshold>']],
  ['xadd s * f', ['<value>']],
  ['set get x', ['NX', 'XX', 'GET', 'EX', 'PX', 'EXAT', 'PXAT', 'KEEPTTL']],
  ['bitcount k 0 -1', ['BYTE', 'BIT']],
  ['sort k by w', ['LIMIT', 'GET', 'ASC', 'DESC', 'ALPHA', 'STORE']],
])('%s …', (line, expected) => expect(after(line).sort()).toEqual([...expected].sort()))

test('ends in time for any words of any command', () => {
  const word = fc.constantFrom(
    'get',
    'by',
    'limit',
    '0',
    'k',
    'ex',
    'nx',
    '*',
    'maxlen',
    'asc',
    'id',
    'type',
    'addr',
    'count',
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...docs.values()),
      fc.array(word, { maxLength: 30 }),
      (doc, words) => void expectedAfter(doc.arguments ?? [], words),
    ),
    { numRuns: 300 },
  )
})
