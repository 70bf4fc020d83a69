import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StringStorage } from '../../src/workspace/storage'
import { forgetWorkspace, loadWorkspace, saveWorkspace } from '../../src/workspace/storage'
import { blankState } from '../../src/workspace/state'

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

test('what is saved is loaded, until it is forgotten', () => {
  const storage = new MemoryStorage()
  const state = { ...blankState('valkey-9.1'), files: { acl: 'user a >pw\n', conf: '' } }
  expect(loadWorkspace(storage)).toEqual({ kind: 'none' })
  expect(saveWorkspace(storage, state)).toEqual({ ok: true })
  expect(loadWorkspace(storage)).toEqual({ kind: 'state', state })
  forgetWorkspace(storage)
  expect(loadWorkspace(storage)).toEqual({ kind: 'none' })
})

test('what cannot be read is put aside', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (stored) => {
      const storage = new MemoryStorage()
      storage.setItem('acl-playground.workspace', stored)
      expect(loadWorkspace(storage).kind).toBe('unreadable')
      expect(storage.getItem('acl-playground.workspace.unreadable')).toBe(stored)
      expect(loadWorkspace(storage)).toEqual({ kind: 'none' })
    }),
  )
})

test('a full storage says so, and keeps what was there', () => {
  const storage = new MemoryStorage(400)
  saveWorkspace(storage, blankState('redis-8.0'))
  expect(saveWorkspace(storage, { ...blankState('redis-8.0'), files: { acl: 'x'.repeat(500), conf: '' } })).toMatchObject({ ok: false })
  expect(loadWorkspace(storage)).toEqual({ kind: 'state', state: blankState('redis-8.0') })
})

test('a forbidden storage throws nowhere', () => {
  expect(loadWorkspace(forbidden)).toEqual({ kind: 'none' })
  expect(saveWorkspace(forbidden, blankState('redis-8.0'))).toMatchObject({ ok: false })
  forgetWorkspace(forbidden)
})
