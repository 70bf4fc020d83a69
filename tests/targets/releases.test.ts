import fc from 'fast-check'
import { expect, test } from 'vitest'
import { behavioursOf } from '../../src/targets/behaviours'
import { parseExactRelease } from '../../src/targets/exact-release'
import { targetInfos } from '../../src/targets/infos'
import type { TargetId } from '../../src/targets/list'
import { loadTarget } from '../../src/targets/load'
import { parseRelease } from '../../src/targets/named-release'
import { chooseRelease, isAsRecorded } from '../../src/targets/release-choice'
import { hasDefect, recordedRelease } from '../../src/targets/releases'
import { usesOf } from '../../src/targets/uses'

/** The keys that a release checks for a command line. */
async function keys(id: TargetId, version: string | null, line: string): Promise<string> {
  const target = await loadTarget(id, version === null ? {} : { version })
  const argv = line.split(' ')
  const command = target.table.resolve(argv)
  return command === undefined
    ? 'unknown'
    : usesOf(target, command, argv, 0)
        .keys.map(({ key }) => key)
        .join(' ')
}

test('each target has the key specs that its release has by the table of fixes', async () => {
  for (const { id, product } of targetInfos) {
    const { table, behaviours } = await loadTarget(id)
    if (!behaviours.hasKeySpecs) continue
    const specs = table.find('georadius')?.keySpecs ?? []
    const isFixed = specs.some(({ flags }) => flags.includes('incomplete') || flags.includes('variable_flags'))
    const defect = product === 'redis' ? 'last-option-keys' : 'georadius-store'
    expect([id, hasDefect(defect, id)]).toEqual([id, !isFixed])
  }
})

test.each<[TargetId, string | null, geo: string, sort: string, xread: string]>([
  ['redis-8.0', null, 'a c', 'a b', ''],
  ['redis-8.0', '8.0.2-3+deb13u3', 'a c', 'a b', ''],
  ['redis-8.0', '8.0.2', 'a b', 'a BY', 'x'],
  ['redis-8.0', '8.0.6', 'a b', 'a BY', 'x'],
  ['redis-7.4', '7.4.10', 'a b', 'a BY', 'x'],
  ['redis-7.4', '7.4.11', 'a c', 'a b', ''],
  ['redis-8.6', '8.6.3', 'a b', 'a BY', 'x'],
  ['redis-8.6', '8.6.6', 'a c', 'a b', ''],
  ['valkey-8.1', '8.1.9', 'a b', 'a BY', 'x'],
  ['valkey-8.1', '8.1.10', 'a c', 'a BY', 'x'],
])('%s as %s checks the keys that this release finds', async (id, version, geo, sort, xread) => {
  expect(await keys(id, version, 'GEORADIUS a 0 0 1 m STORE b STORE c')).toBe(geo)
  expect(await keys(id, version, 'SORT a STORE BY STORE b')).toBe(sort)
  expect(await keys(id, version, 'XREAD STREAMS x b 0')).toBe(xread)
})

/** What a release checks a command line for: its keys with their flags, and the databases. */
async function checked(id: TargetId, version: string, line: string): Promise<string> {
  const target = await loadTarget(id, { version })
  const argv = line.split(' ')
  const command = target.table.resolve(argv)
  if (command === undefined) return 'unknown'
  const { keys, databases } = usesOf(target, command, argv, 0)
  return [...keys.map(({ key, flags }) => `${key}:${flags[0] ?? ''}`), ...databases.map(({ db }) => `db${db}`)].join(
    ' ',
  )
}

test.each<[string, TargetId, before: string, after: string, line: string, missed: string, found: string]>([
  ['PFMERGE without sources', 'valkey-7.2', '7.2.15', '7.2.16', 'PFMERGE x', '', 'x:RW'],
  ['SORT_RO', 'redis-7.0', '7.0.12', '7.0.13', 'SORT_RO x', '', 'x:RO'],
  ['BITFIELD with GET and SET', 'redis-7.0', '7.0.4', '7.0.5', 'BITFIELD x GET u8 0 SET u8 0 1', 'x:RO', 'x:RW'],
  ['the source of MOVE', 'valkey-9.1', '9.1.1', '9.1.2', 'MOVE x 1', 'x:RW db1', 'x:RW db1 db0'],
  [
    'DB behind REPLACE of COPY',
    'valkey-9.1',
    '9.1.0',
    '9.1.1',
    'COPY x y REPLACE DB 2',
    'x:RO y:OW db0',
    'x:RO y:OW db2',
  ],
])('%s on %s: %s misses what %s checks', async (_, id, before, after, line, missed, found) => {
  expect(await checked(id, before, line)).toBe(missed)
  expect(await checked(id, after, line)).toBe(found)
})

test('CLUSTER FLUSHSLOT is checked for every database from Valkey 9.1.1 on', async () => {
  expect(await checked('valkey-9.1', '9.1.0', 'CLUSTER FLUSHSLOT 0')).not.toBe(
    await checked('valkey-9.1', '9.1.1', 'CLUSTER FLUSHSLOT 0'),
  )
})

test('Redis 8.0.2 and 8.0.6, Debian’s 8.0.2-3+deb13u3 and 8.6.3 are told apart', async () => {
  const seen = await Promise.all(
    (
      [
        ['redis-8.0', '8.0.2'],
        ['redis-8.0', '8.0.6'],
        ['redis-8.0', '8.0.2-3+deb13u3'],
        ['redis-8.6', '8.6.3'],
      ] as const
    ).map(async ([id, version]) => {
      const { label, release, evidence, behaviours } = await loadTarget(id, { version })
      const line = 'XREAD STREAMS x b 0'
      return [label, release, evidence, await keys(id, version, line), behaviours.checksQueuedKeys]
    }),
  )
  expect(seen).toEqual([
    ['Redis 8.0.2', '8.0.2', 'derived', 'x', true],
    ['Redis 8.0.6', '8.0.6', 'derived', 'x', true],
    ['Redis 8.0', '8.0.2-3+deb13u3', 'recorded', '', true],
    ['Redis 8.6', '8.6.3', 'recorded', 'x', false],
  ])
})

test('the defects that each target has are those of its release in the table of all releases', async () => {
  for (const info of targetInfos) {
    const { behaviours } = await loadTarget(info.id)
    const release = recordedRelease(info.id)
    expect([info.id, behaviours]).toEqual([
      info.id,
      behavioursOf(info.id, (defect) => hasDefect(defect, info.id, release)),
    ])
  }
})

test('without an exact release, a target is the one that was recorded, and says so', async () => {
  for (const info of targetInfos) {
    const { release, evidence, version } = await loadTarget(info.id)
    expect([info.id, release, evidence]).toEqual([info.id, info.release, info.evidence])
    expect(isAsRecorded(info.id, recordedRelease(info.id))).toBe(true)
    expect(recordedRelease(info.id).version).toBe(version)
  }
})

test.each([
  ['8.0.6', null, { target: 'redis-8.0', version: '8.0.6' }],
  ['valkey-8.1.9', 'valkey-8.1', { target: 'valkey-8.1', version: '8.1.9' }],
  ['valkey-9.0.3', 'valkey-9.1', { target: 'valkey-9.1', version: null }],
  ['valkey-9.0.3', null, { problem: expect.stringContaining('There is no target for Valkey 9.0.3') as string }],
  ['valkey-9.0.3', 'redis-8.0', { problem: expect.stringContaining('Choose a target of the same product') as string }],
  ['8.0', null, { problem: expect.stringContaining('8.0 is no exact release') as string }],
  ['8.0.6', 'redis-7.2', { problem: expect.stringContaining('Omit the target, or choose redis-8.0') as string }],
] as const)('%s with the target %s chooses %o', (text, given, chosen) => {
  expect(chooseRelease(text, given)).toMatchObject(chosen)
})

test('any text is a release or none, and what is one is read again as the same', () => {
  const part = fc.constantFrom(
    '8',
    '0',
    '2',
    '.',
    '-',
    '+',
    'deb13u3',
    'redis-',
    'last-option-keys',
    '5:',
    '9'.repeat(9),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      ),
      (text) => {
        const release = parseRelease(text)
        if (release === null) return
        expect(parseRelease(`${release.product}-${release.text}`)).toEqual(release)
        expect(release.version).toMatch(/^\d+\.\d+\.\d+$/)
      },
    ),
  )
})

test('versions of Debian packages have the fixes that their changelogs tell of', () => {
  const fixes = (text: string): readonly string[] | undefined => parseExactRelease('redis', text)?.fixes
  expect(fixes('8.0.2')).toEqual([])
  expect(fixes('5:8.0.2-3+deb13u2')).toEqual(['script-other-user'])
  expect(fixes('8.0.2-3+deb13u3')).toEqual(['script-other-user', 'last-option-keys', 'numkeys-arity'])
  expect(parseExactRelease('redis', '8.0.2-rc1')).toBeNull()
  expect(fixes('8.0.2-3+deb13u1+last-option-keys')).toEqual(['script-other-user', 'last-option-keys'])
})
