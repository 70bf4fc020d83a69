import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { loadReader } from '../../src/workspace/reader'
import { blankState, type WorkspaceState } from '../../src/workspace/state'
import type { StringStorage } from '../../src/workspace/storage'
import { Versions, withRoom } from '../../src/workspace/versions'

beforeAll(loadReader)

class MemoryStorage implements StringStorage {
  readonly items = new Map<string, string>()
  constructor(readonly room = Infinity) {}
  getItem(name: string): string | null {
    return this.items.get(name) ?? null
  }
  setItem(name: string, value: string): void {
    const others = [...this.items].reduce((sum, [key, text]) => sum + (key === name ? 0 : text.length), 0)
    if (others + value.length > this.room) throw new DOMException('full', 'QuotaExceededError')
    this.items.set(name, value)
  }
  removeItem(name: string): void {
    this.items.delete(name)
  }
}

const withAcl = (acl: string): WorkspaceState => ({ ...blankState('redis-8.0'), files: { acl, conf: '' } })
const acls = (versions: Versions, id: number): string[] => versions.of(id).map(({ files }) => files.acl)

test('the text before the first change and before each pause becomes a version', () => {
  const versions = new Versions(new MemoryStorage())
  versions.begin(1, withAcl('opened'), 0)
  versions.note(1, withAcl('a'), 1_000)
  versions.note(1, withAcl('ab'), 2_000)
  versions.note(1, withAcl('abc'), 3_000)
  versions.note(1, withAcl('abc d'), 60_000)
  expect(acls(versions, 1)).toEqual(['abc', 'opened'])
  versions.keep()
  expect(acls(versions, 1)).toEqual(['abc d', 'abc', 'opened'])
  versions.keep()
  expect(versions.of(1)).toHaveLength(3)
  expect(versions.of(2)).toEqual([])
})

test('the first and the last versions stay, and there are never more than 30', () => {
  const versions = new Versions(new MemoryStorage())
  versions.begin(1, withAcl('v0'), 0)
  for (let i = 1; i <= 60; i++) versions.note(1, withAcl(`v${i}`), i * 100_000)
  versions.keep()
  const all = acls(versions, 1)
  expect(all).toHaveLength(30)
  expect(all.at(-1)).toBe('v0')
  expect(all.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((i) => `v${60 - i}`))
})

test('beyond 30, the version closest to the one before it goes', () => {
  const versions = new Versions(new MemoryStorage())
  versions.begin(1, withAcl('v0'), 0)
  // Version 7 comes soon after version 6.
  for (let i = 1; i <= 30; i++) versions.note(1, withAcl(`v${i}`), i === 7 ? 630_000 : i * 100_000)
  versions.keep()
  const all = acls(versions, 1)
  expect(all).toHaveLength(30)
  expect(all).not.toContain('v7')
})

test.each([26, 27, 28, 29, 30])(
  'beyond 30, version %i is one of the last five and stays, however close it lies',
  (close) => {
    const versions = new Versions(new MemoryStorage())
    versions.begin(1, withAcl('v0'), 0)
    for (let i = 1; i <= 30; i++) versions.note(1, withAcl(`v${i}`), i * 100_000 - (i === close ? 60_000 : 0))
    versions.keep()
    const all = acls(versions, 1)
    expect(all).toHaveLength(30)
    expect(all).toContain(`v${close}`)
  },
)

test('versions are bounded in size, and give way to everything else', () => {
  const storage = new MemoryStorage(2_000)
  const versions = new Versions(storage)
  versions.begin(1, withAcl('x'.repeat(400)), 0)
  versions.note(1, withAcl('y'.repeat(400)), 1)
  versions.keep()
  expect(versions.of(1)).toHaveLength(2)
  withRoom(storage, versions).setItem('work', 'z'.repeat(1_900))
  expect(storage.getItem('work')).toHaveLength(1_900)
  expect(() => withRoom(storage, versions).setItem('more', 'z'.repeat(1_900))).toThrow()

  const large = new Versions(new MemoryStorage())
  large.begin(1, withAcl('x'.repeat(1_500_000)), 0)
  large.note(1, withAcl('small'), 1)
  large.keep()
  expect(acls(large, 1)).toEqual(['small'])
})

test('a duplicate has the versions, and those of workspaces that are gone are removed', () => {
  const versions = new Versions(new MemoryStorage())
  versions.begin(1, withAcl('a'), 0)
  versions.keep()
  versions.copy(1, 2)
  versions.retain([2])
  expect([acls(versions, 1), acls(versions, 2)]).toEqual([[], ['a']])
})

test('reads whatever is stored', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(fc.jsonValue()).map((all) => JSON.stringify(all)),
      ),
      (text) => {
        const storage = new MemoryStorage()
        storage.setItem('acl-playground.versions', text)
        const versions = new Versions(storage)
        expect(versions.of(1)).toEqual([])
        versions.begin(1, withAcl('a'), 0)
        versions.keep()
        expect(acls(versions, 1)).toEqual(['a'])
      },
    ),
  )
})

test('another exact release is a change, and a version of its own', () => {
  const versions = new Versions(new MemoryStorage())
  versions.begin(1, withAcl('a'), 0)
  versions.note(1, { ...withAcl('a'), release: '8.0.6' }, 60_000)
  versions.keep()
  expect(versions.of(1).map(({ release }) => release)).toEqual(['8.0.6', undefined])
})
