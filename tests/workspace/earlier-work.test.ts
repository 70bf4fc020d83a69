import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { EarlierWorks } from '../../src/workspace/earlier-work'
import { loadReader } from '../../src/workspace/reader'
import { blankState, type WorkspaceState } from '../../src/workspace/state'
import type { StringStorage } from '../../src/workspace/storage'

beforeAll(loadReader)

const key = 'acl-playground.earlier'

class MemoryStorage implements StringStorage {
  readonly items = new Map<string, string>()
  constructor(readonly room = Infinity) {}
  getItem(name: string): string | null {
    return this.items.get(name) ?? null
  }
  setItem(name: string, value: string): void {
    if (value.length > this.room) throw new DOMException('full', 'QuotaExceededError')
    this.items.set(name, value)
  }
  removeItem(name: string): void {
    this.items.delete(name)
  }
}

const withAcl = (acl: string): WorkspaceState => ({ ...blankState('redis-8.0'), files: { acl, conf: '' } })
const work = (acl: string, at: number, edited = true) => ({
  id: at,
  at,
  edited,
  state: withAcl(acl),
  before: { opened: 'user old\n', chosen: 'user old\n' },
})

test('what is put aside is there for the next visit, the newest first, each once', () => {
  const storage = new MemoryStorage()
  const works = new EarlierWorks(storage)
  for (const [acl, at] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const)
    expect(works.put(work(acl, at))).toBe(true)
  expect(new EarlierWorks(storage).all).toEqual([work('a', 3), work('b', 2)])
})

test('two at the same time stay apart', () => {
  const works = new EarlierWorks(new MemoryStorage())
  works.put(work('a', 5))
  works.put(work('b', 5))
  expect(new Set(works.all.map(({ at }) => at)).size).toBe(2)
})

test('beyond 20 the oldest of those that nobody edited go; edited ones stay', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (edits) => {
      const works = new EarlierWorks(new MemoryStorage())
      edits.forEach((edited, i) => works.put(work(`user u${i}`, i + 1, edited)))
      const edited = edits.flatMap((isEdited, i) => (isEdited ? [`user u${i}`] : []))
      const there = new Set(works.all.map(({ state }) => state.files.acl))
      expect(works.all.length).toBe(Math.max(edited.length, Math.min(20, edits.length)))
      for (const acl of edited) expect(there).toContain(acl)
    }),
  )
})

test('where 100 edited workspaces are stored, a further one is told of and lasts as long as the page', () => {
  const storage = new MemoryStorage()
  const works = new EarlierWorks(storage)
  for (let i = 1; i <= 100; i++) expect(works.put(work(`user u${i}`, i))).toBe(true)
  expect(works.put(work('user late', 101))).toBe(false)
  expect(works.losesWork).toBe(true)
  expect(works.all).toHaveLength(101)
  expect(new EarlierWorks(storage).all).toHaveLength(100)
  works.remove(1)
  expect(works.losesWork).toBe(false)
  expect(new EarlierWorks(storage).all[0]?.state.files.acl).toBe('user late')
})

test('a change of name is stored, and the id stays', () => {
  const storage = new MemoryStorage()
  const works = new EarlierWorks(storage)
  works.put({ ...work('user a', 5), id: 1 })
  works.change(5, (one) => ({ ...one, state: { ...one.state, title: 'Mine' } }))
  expect(new EarlierWorks(storage).all).toMatchObject([{ id: 1, at: 5, state: { title: 'Mine' } }])
})

test('where there is no room, what was not edited gives way', () => {
  const works = new EarlierWorks(new MemoryStorage(900))
  works.put(work('x'.repeat(300), 1, false))
  expect(works.put(work('y'.repeat(500), 2))).toBe(true)
  expect(works.all.map(({ state }) => state.files.acl)).toEqual(['y'.repeat(500)])
  expect(works.losesWork).toBe(false)
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
        storage.setItem(key, text)
        const works = new EarlierWorks(storage)
        expect(works.all).toEqual([])
        works.put(work('a', 1))
        expect(works.all).toHaveLength(1)
      },
    ),
  )
})
