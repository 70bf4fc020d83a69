import { expect, test } from 'vitest'
import { loadDocs, loadTarget } from '../../src/targets/load'
import { targetInfos } from '../../src/targets/infos'
import { packSpec, unpackSpec } from '../../src/targets/table'

test.each(targetInfos)('$id has a table whose parts fit together', async ({ id, version }) => {
  const { table, ...target } = await loadTarget(id)
  expect(target.version).toBe(version)
  table.commands.forEach((command, at) => {
    expect(command.index).toBe(at)
    expect(table.find(command.name.toUpperCase())).toBe(command)
    expect(command.parent?.subcommands?.get(command.name.split('|')[1]?.toLowerCase() ?? '') ?? command).toBe(command)
  })
  expect(table.categories.flatMap((name) => (table.inCategory(name)?.length ? [] : [name]))).toEqual([])
})

test('a subcommand is found by its container and its own name, in any case', async () => {
  const { table } = await loadTarget('redis-8.0')
  expect(table.resolve(['Config', 'GET', 'x'])?.name).toBe('config|get')
  expect(table.resolve(['config', 'nosuch'])?.name).toBe('config')
  expect(table.resolve(['config'])?.name).toBe('config')
  expect(table.resolve(['config|get', 'x'])).toBeUndefined()
  expect(table.find('CONFIG|GET')?.parent?.name).toBe('config')
  expect(table.resolve(['vadd'])?.name).toBe('VADD')
  expect(table.resolve([])).toBeUndefined()
})

test('categories come in the order of ACL CAT and are asked for in any case', async () => {
  const { table } = await loadTarget('redis-6.0')
  expect(table.categories.slice(0, 3)).toEqual(['keyspace', 'read', 'write'])
  expect(
    table
      .inCategory('HyperLogLog')
      ?.map((command) => command.name)
      .sort(),
  ).toEqual(['pfadd', 'pfcount', 'pfmerge', 'pfselftest'])
  expect(table.inCategory('nosuch')).toBeUndefined()
})

test('modules add their commands and categories to Redis 8 only', async () => {
  const plain = await loadTarget('redis-8.4')
  const full = await loadTarget('redis-8.4', { modules: true })
  expect(plain.table.find('json.set')).toBeUndefined()
  expect(full.table.find('json.set')?.categories).toEqual(['write', 'json'])
  expect(full.table.categories).toEqual([
    ...plain.table.categories,
    'bloom',
    'cuckoo',
    'cms',
    'topk',
    'tdigest',
    'json',
    'search',
    'timeseries',
  ])
  expect(new Set(full.table.commands.map((command) => command.name)).size).toBe(full.table.commands.length)
  expect(await loadTarget('valkey-9.1', { modules: true })).toBe(await loadTarget('valkey-9.1'))
})

test('docs tell the argument grammar', async () => {
  expect((await loadDocs('redis-7.2')).get('get')?.arguments).toEqual([{ name: 'key', type: 'key', keySpec: 0 }])
  expect((await loadDocs('redis-8.10', { modules: true })).get('ft.search')?.group).toBe('module')
  expect((await loadDocs('redis-6.0')).get('get')).toEqual({ summary: 'Reads a string.' })
})

test.each(targetInfos)('every command of $id has a summary', async ({ id }) => {
  const docs = await loadDocs(id)
  const names = (await loadTarget(id)).table.commands.map(({ name }) => name.toLowerCase())
  const missing = names.filter((name) => docs.get(name)?.summary === undefined)
  expect(missing, 'These have no summary in src/targets/data/summaries.json.').toEqual([])
})

test('a key spec survives being stored', async () => {
  for (const { id } of targetInfos) {
    for (const spec of (await loadTarget(id)).table.commands.flatMap((command) => command.keySpecs))
      expect(unpackSpec(packSpec(spec))).toEqual(spec)
  }
})
