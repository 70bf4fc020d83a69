import { readFileSync } from 'node:fs'
import { beforeAll, expect, test, vi } from 'vitest'
import type { Action } from '../../../src/app/shell/actions/action'
import { scoreOf } from '../../../src/app/shell/find-action'

let fixedActions: readonly Action[]
let matchesKeys: typeof import('../../../src/app/shell/keys').matchesKeys
beforeAll(async () => {
  vi.stubGlobal('navigator', { userAgent: '' })
  const [actions, { documentation }] = await Promise.all([
    import('../../../src/app/shell/actions/registry'),
    import('../../../src/app/shell/documentation'),
  ])
  fixedActions = [...actions.fixedActions, ...documentation.actions]
  ;({ matchesKeys } = await import('../../../src/app/shell/keys'))
  vi.unstubAllGlobals()
})

/** The ids of the actions that a query finds, the best first. */
const found = (query: string, actions = fixedActions): string[] =>
  actions
    .map((action) => ({ id: action.id, score: scoreOf(action, query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ id }) => id)

test.each([
  ['least privilege', 'replay'],
  ['upgrade', 'compare'],
  ['dark', 'theme-dark'],
  ['terraform', 'exchange'],
  ['noperm', 'show-log'],
  ['diff', 'compare'],
  ['help', 'shortcuts'],
  ['help', 'docs'],
  ['documentation', 'docs'],
  ['lessons', 'gallery'],
  ['redis documentation', 'server-docs-0'],
  ['valkey documentation', 'server-docs-3'],
  ['user names', 'rename'],
  ['gallery', 'gallery'],
])('“%s” finds the action %s', (query, id) => {
  expect(found(query)).toContain(id)
})

test.each([
  ['noperm', 'refused'],
  ['restart', 'restart'],
  ['least privilege', 'replay'],
  ['dark theme', 'theme-dark'],
])('“%s” finds the action %s first', (query, id) => {
  expect(found(query)[0]).toBe(id)
})

test.each(['graph', 'zzz', 'rstrt'])(
  '“%s”, whose letters are only scattered over some actions, finds none',
  (query) => {
    expect(found(query)).toEqual([])
  },
)

test('the name of a user finds that user before all actions about it', () => {
  const run = (): void => undefined
  const actions: readonly Action[] = [
    ...fixedActions,
    { id: 'connect', title: 'New connection as share', run },
    { id: 'user', title: 'Go to user share', isFirst: (query) => query === 'share', run },
  ]
  expect(found('share', actions)[0]).toBe('user')
})

test('every action has an id, a title and a shortcut of its own', () => {
  const shortcuts = fixedActions.flatMap(({ shortcut }) => (shortcut === undefined ? [] : [shortcut.keys]))
  for (const values of [fixedActions.map(({ id }) => id), fixedActions.map(({ title }) => title), shortcuts])
    expect(values.toSorted()).toEqual([...new Set(values)].toSorted())
})

test('the guide names the tabs of the lower pane', async () => {
  const { lowerPanes } = await import('../../../src/app/shell/panes')
  const guide = readFileSync('docs/playground.md', 'utf8')
  for (const { title } of lowerPanes) expect(guide).toContain(`**${title}**`)
})

test('every page of the documentation that is an action exists', async () => {
  const { pageNames } = await import('../../../src/app/docs/pages')
  const pages = fixedActions.flatMap(({ id }) => /^docs-(.*)$/.exec(id)?.[1] ?? [])
  expect(pages.length).toBeGreaterThan(4)
  for (const name of pages) expect(pageNames).toContain(name)
})

test('a shortcut is matched with its modifiers only', () => {
  const press = (key: string, change: Partial<KeyboardEvent> = {}): KeyboardEvent =>
    ({ key, code: `Digit${key}`, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...change }) as never
  expect(matchesKeys(press('k', { ctrlKey: true }), 'Mod K')).toBe(true)
  expect(matchesKeys(press('K', { ctrlKey: true, shiftKey: true }), 'Mod K')).toBe(false)
  expect(matchesKeys(press('k'), 'Mod K')).toBe(false)
  expect(matchesKeys(press('1', { altKey: true }), 'Alt 1')).toBe(true)
  expect(matchesKeys(press('1'), 'Alt 1')).toBe(false)
  expect(matchesKeys(press('?', { shiftKey: true }), '?')).toBe(true)
})
