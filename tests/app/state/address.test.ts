import { beforeEach, expect, test } from 'vitest'
import { Address, type AddressBar } from '../../../src/app/state/Address'
import type { View, ViewHost } from '../../../src/app/shell/views'

let entries: string[]
const bar: AddressBar = {
  get hash() {
    return entries.at(-1) ?? ''
  },
  show: (hash, mode) => entries.splice(mode === 'push' ? entries.length : -1, 1, hash),
}

const open = new Map<string, string>()
const viewOf = (name: string, layer: View['layer']): View => ({
  name,
  layer,
  shown: () => open.get(name) ?? null,
  open: (_app, rest) => (rest === 'none' ? open.delete(name) : open.set(name, rest)),
  close: () => open.delete(name),
})
const views = [viewOf('learn', 'beside'), viewOf('docs', 'over'), viewOf('cheat', 'over')]
// The views of this test have no page.
const link = { own: '', address: '' }
const address = new Address({} as ViewHost, views, link, bar)

function goTo(hash: string): boolean {
  entries.push(hash)
  return address.follow()
}

beforeEach(() => {
  entries = ['']
  open.clear()
  Object.assign(link, { own: '', address: '' })
})

test('an address opens its view, and an open view writes its address', () => {
  expect(goTo('#learn/keys')).toBe(true)
  expect([...open]).toEqual([['learn', 'keys']])
  open.set('learn', 'order')
  address.write('push')
  expect(entries).toEqual(['', '#learn/keys', '#learn/order'])
  open.delete('learn')
  address.write('push')
  expect(entries.at(-1)).toBe('')
  expect(goTo('#learn')).toBe(true)
  expect([...open]).toEqual([['learn', '']])
})

test('a view over the page keeps the one beside the files, and closes another over the page', () => {
  goTo('#learn/keys')
  goTo('#docs/proof')
  expect([...open.keys()]).toEqual(['learn', 'docs'])
  expect(address.shown).toBe('#docs/proof')
  goTo('#cheat')
  expect([...open.keys()]).toEqual(['learn', 'cheat'])
  open.delete('cheat')
  address.write('push')
  expect(entries.at(-1)).toBe('#learn/keys')
  goTo('')
  expect([...open]).toEqual([])
})

test('links and unknown hashes are left alone', () => {
  for (const hash of ['#v1.abc', '#new', '#unknown/keys', '#learn.keys', '#LEARN']) {
    expect(goTo(hash)).toBe(false)
    address.write('push')
    expect(entries.at(-1)).toBe(hash)
  }
  expect([...open]).toEqual([])
})

test('the link of what is in view stays in the address, beneath the views, until that is edited', () => {
  Object.assign(link, { own: '#v1.abc', address: '#v1.abc' })
  address.write('replace')
  expect(entries).toEqual(['#v1.abc'])
  expect(goTo('#learn/keys')).toBe(true)
  expect(goTo('#v1.abc')).toBe(true)
  expect([...open]).toEqual([])
  link.address = ''
  address.write('push')
  expect(entries).toEqual(['#v1.abc', '#learn/keys', ''])
  // Whoever pastes it then wants to open it.
  expect(goTo('#v1.abc')).toBe(false)
})

test('Back leads from a view to the link, although its workspace was edited', () => {
  Object.assign(link, { own: '#v1.abc', address: '' })
  goTo('#docs/proof')
  expect(goTo('#v1.abc')).toBe(true)
  expect([...open]).toEqual([])
  address.write('replace')
  expect(entries.at(-1)).toBe('')
})

test('an address that its view does not accept is replaced', () => {
  goTo('#learn/none')
  address.write('replace')
  expect(entries).toEqual(['', ''])
})

test.each(['#learn/%E0%A4%A', '#learn/%', '#learn/../../x', '#learn/<b>', '#learn//'])('%s does not throw', (hash) => {
  expect(goTo(hash)).toBe(true)
  address.write('replace')
  expect(goTo(entries.at(-1) ?? '')).toBe(true)
  expect(open.size).toBe(1)
})
