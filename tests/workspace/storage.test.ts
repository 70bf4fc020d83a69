import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Before } from '../../src/workspace/before'
import { loadReader } from '../../src/workspace/reader'
import { type WorkspaceState, blankState, limits } from '../../src/workspace/state'
import { type SaveResult, type StringStorage, WorkspaceStore } from '../../src/workspace/storage'

beforeAll(loadReader)

const key = 'acl-playground.workspace'

class MemoryStorage implements StringStorage {
  readonly items = new Map<string, string>()
  constructor(readonly room = Infinity) {}
  getItem(key: string): string | null {
    return this.items.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    if (value.length > this.room) throw new DOMException('full', 'QuotaExceededError')
    this.items.set(key, value)
  }
  removeItem(key: string): void {
    this.items.delete(key)
  }
}

const forbidden: StringStorage = {
  getItem: () => {
    throw new DOMException('no', 'SecurityError')
  },
  setItem: () => {
    throw new DOMException('no', 'SecurityError')
  },
  removeItem: () => {
    throw new DOMException('no', 'SecurityError')
  },
}

const blank = blankState('redis-8.0')
const withAcl = (acl: string): WorkspaceState => ({ ...blank, files: { acl, conf: '' } })
const sameAs = ({ files: { acl } }: WorkspaceState): Before => ({ opened: acl, chosen: acl })

function save(store: WorkspaceStore, state: WorkspaceState, before = sameAs(state)): SaveResult {
  return store.save({ id: 0, state, before, standing: 'edited' })
}

test('what is saved is loaded', () => {
  const storage = new MemoryStorage()
  const state = withAcl('user a >pw\n')
  expect(new WorkspaceStore(storage).load()).toEqual({ kind: 'none' })
  expect(save(new WorkspaceStore(storage), state)).toEqual({ kind: 'saved' })
  expect(new WorkspaceStore(storage).load()).toEqual({
    kind: 'state',
    id: 0,
    state,
    before: sameAs(state),
    standing: 'edited',
  })
})

test.each<[string, Before]>([
  ['as it was opened', { opened: 'user old\n', chosen: 'user old\n' }],
  ['another that was chosen', { opened: 'user old\n', chosen: 'user other\n' }],
  ['another, of a file that was not edited', { opened: 'user a\n', chosen: 'user other\n' }],
  ['an empty one', { opened: 'user old\n', chosen: '' }],
])('keeps the version to compare with: %s', (_, before) => {
  const storage = new MemoryStorage()
  save(new WorkspaceStore(storage), withAcl('user a\n'), before)
  expect(new WorkspaceStore(storage).load()).toEqual({
    kind: 'state',
    id: 0,
    state: withAcl('user a\n'),
    before,
    standing: 'edited',
  })
})

test('keeps no version to compare with at the cost of the work itself', () => {
  const before = { opened: 'user old\n'.repeat(60), chosen: 'user old\n'.repeat(60) }
  const storage = new MemoryStorage(400)
  expect(save(new WorkspaceStore(storage), withAcl('user a\n'), before)).toEqual({ kind: 'saved' })
  expect(new WorkspaceStore(storage).load()).toMatchObject({
    state: withAcl('user a\n'),
    before: { opened: 'user a\n', chosen: 'user a\n' },
  })
  const long = { opened: 'x'.repeat(500_001), chosen: 'user other\n' }
  const roomy = new MemoryStorage()
  save(new WorkspaceStore(roomy), withAcl('user a\n'), long)
  expect(new WorkspaceStore(roomy).load()).toMatchObject({ before: { opened: 'user a\n', chosen: 'user other\n' } })
})

test('takes anything that is no version to compare with for none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.record({ opened: fc.jsonValue(), chosen: fc.jsonValue() })), (before) => {
      const storage = new MemoryStorage()
      storage.setItem(key, JSON.stringify({ ...withAcl('user a\n'), before }))
      const loaded = new WorkspaceStore(storage).load()
      if (loaded.kind !== 'state') throw new Error('the workspace itself is sound')
      expect(loaded.state).toEqual(withAcl('user a\n'))
      for (const text of Object.values(loaded.before)) expect(typeof text).toBe('string')
    }),
  )
})

test('what cannot be read is put aside', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (stored) => {
      const storage = new MemoryStorage()
      storage.setItem(key, stored)
      const store = new WorkspaceStore(storage)
      expect(store.load().kind).toBe('unreadable')
      expect(storage.getItem(`${key}.unreadable`)).toBe(stored)
      expect(save(store, blank)).toEqual({ kind: 'saved' })
    }),
  )
})

test('a full storage says so, and keeps what was there', () => {
  const storage = new MemoryStorage(400)
  const store = new WorkspaceStore(storage)
  save(store, blank)
  expect(save(store, withAcl('x'.repeat(500)))).toMatchObject({ kind: 'failed' })
  expect(new WorkspaceStore(storage).load()).toMatchObject({ state: blank })
  expect(save(store, withAcl('x'))).toEqual({ kind: 'saved' })
})

test('a file that would not be read again is not saved', () => {
  const storage = new MemoryStorage()
  expect(save(new WorkspaceStore(storage), withAcl('x'.repeat(limits.fileLength + 1)))).toMatchObject({
    kind: 'failed',
  })
  expect(storage.items.size).toBe(0)
})

test('of two tabs, the one that keeps its work writes it, although it did not change it meanwhile', () => {
  const storage = new MemoryStorage()
  const [one, two] = [new WorkspaceStore(storage), new WorkspaceStore(storage)]
  const [mine, other] = [withAcl('user mine\n'), withAcl('user other\n')]
  expect(save(one, mine)).toEqual({ kind: 'saved' })
  two.load()
  expect(save(two, other)).toEqual({ kind: 'saved' })
  expect(one.others?.state).toEqual(other)
  expect(one.save({ id: 0, state: mine, before: sameAs(mine), standing: 'edited' }, true)).toEqual({ kind: 'saved' })
  expect(new WorkspaceStore(storage).load()).toMatchObject({ state: mine })
  expect(one.others).toBeNull()
  expect(save(two, withAcl('user later\n'))).toEqual({ kind: 'elsewhere' })
})

test('a forbidden storage throws nowhere', () => {
  const store = new WorkspaceStore(forbidden)
  expect(store.load()).toEqual({ kind: 'none' })
  expect(save(store, blank)).toMatchObject({ kind: 'failed' })
})

test('what another page saved meanwhile is not written over, unless that is wanted', () => {
  const storage = new MemoryStorage()
  save(new WorkspaceStore(storage), blank)
  const [a, b] = [new WorkspaceStore(storage), new WorkspaceStore(storage)]
  a.load()
  b.load()
  expect(save(a, withAcl('user a\n'))).toEqual({ kind: 'saved' })
  expect(save(b, withAcl('user b\n'))).toEqual({ kind: 'elsewhere' })
  expect(new WorkspaceStore(storage).load()).toMatchObject({ state: withAcl('user a\n') })
  expect(save(a, withAcl('user a2\n'))).toEqual({ kind: 'saved' })
  expect(
    b.save({ id: 0, state: withAcl('user b\n'), before: sameAs(withAcl('user b\n')), standing: 'edited' }, true),
  ).toEqual({ kind: 'saved' })
  expect(save(a, withAcl('user a3\n'))).toEqual({ kind: 'elsewhere' })
  expect(new WorkspaceStore(storage).load()).toMatchObject({ state: withAcl('user b\n') })
})

test('a page that changed nothing writes nothing', () => {
  const storage = new MemoryStorage()
  save(new WorkspaceStore(storage), blank)
  const [idle, busy] = [new WorkspaceStore(storage), new WorkspaceStore(storage)]
  idle.load()
  idle.settle({ id: 0, state: blank, before: sameAs(blank), standing: 'edited' })
  busy.load()
  save(busy, withAcl('user a\n'))
  expect(save(idle, blank)).toEqual({ kind: 'saved' })
  expect(new WorkspaceStore(storage).load()).toMatchObject({ state: withAcl('user a\n') })
})
