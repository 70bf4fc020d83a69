import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultTargetId, targetInfos } from '../../src/targets/infos'
import { productOf, since, targets } from '../../src/targets/list'
import { loadDocs, loadTables } from '../../src/targets/load'
import { families, isRecorded, recordingsOf } from '../conformance/recordings'

const numbersOf = (version: string): number[] => version.split('.').map(Number)

test('Redis comes first, and each product has its releases oldest first', () => {
  const products = targets.map(({ id }) => productOf(id))
  expect(products).toEqual([...products].sort())
  for (const product of ['redis', 'valkey']) {
    const releases = targets.filter(({ id }) => id.startsWith(product)).map(({ id }) => id.slice(product.length + 1))
    const sorted = [...releases].sort((a, b) => {
      const [[a1 = 0, a2 = 0], [b1 = 0, b2 = 0]] = [numbersOf(a), numbersOf(b)]
      return a1 - b1 || a2 - b2
    })
    expect(releases).toEqual(sorted)
  }
  expect(new Set(targets.map(({ id }) => id)).size).toBe(targets.length)
})

test('a release has what came before it, and nothing of the other product', () => {
  expect(since('redis-8.10', 'redis-8.8', null)).toBe(true)
  expect(since('redis-8.8', 'redis-8.10', 'valkey-7.2')).toBe(false)
  expect(since('redis-8.8', 'redis-8.8', 'valkey-7.2')).toBe(true)
  expect(since('valkey-9.1', 'redis-6.0', 'valkey-8.0')).toBe(true)
  expect(since('valkey-9.1', 'redis-6.0', null)).toBe(false)
  expect(since('redis-8.10', null, 'valkey-7.2')).toBe(false)
})

test.each(targetInfos)('$id: the id, the version and the data files are of one release', async ({ id, ...info }) => {
  expect(info.version).toMatch(new RegExp(`^${id.split('-')[1]?.replace('.', '\\.')}\\.\\d+$`))
  const tables = await loadTables(id, { modules: true })
  expect(tables.map(({ version }) => version)).toEqual(tables.map(() => info.version))
  expect(tables.length).toBe(info.hasModules ? 2 : 1)
  expect((await loadDocs(id, { modules: true })).size).toBeGreaterThan(200)
})

test('every data file belongs to a target', () => {
  const expected = targetInfos.flatMap(({ id, hasModules }) =>
    ['', ...(hasModules ? ['.modules'] : [])].flatMap((part) => [`${id}${part}.json`, `${id}${part}.docs.json`]),
  )
  const found = readdirSync('src/targets/data').filter((name) => name !== 'summaries.json')
  expect(found.sort()).toEqual(expected.sort())
})

test('a target has recordings of every family, or the reason why not', () => {
  const recorded = targets.filter((target) => !('notRecorded' in target))
  expect(readdirSync('tests/conformance/recordings').sort()).toEqual(recorded.map(({ id }) => `${id}.jsonl.br`).sort())
  for (const { id } of recorded)
    for (const family of families)
      if (isRecorded(id, family))
        expect({ id, family, isEmpty: recordingsOf(id, family).length === 0 }).toEqual({ id, family, isEmpty: false })
  for (const target of targets) if ('notRecorded' in target) expect(target.notRecorded.length).toBeGreaterThan(20)
})

test('the default is a recorded Redis', () => {
  const info = targetInfos.find(({ id }) => id === defaultTargetId)
  expect(info).toMatchObject({ product: 'redis', evidence: 'recorded' })
})
