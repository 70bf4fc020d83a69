import { EditorState } from '@codemirror/state'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Users } from '../../src/acl/users'
import { plain } from '../../src/analysis/phrase'
import {
  type ExplainedPlace,
  explainExpectationPlace,
  explainPlace,
  explainUsers,
} from '../../src/editor/explain-place'
import { aclLanguage, confLanguage } from '../../src/editor/languages'
import type { World } from '../../src/editor/world'
import { loadTarget } from '../../src/targets/load'
import { welcomeFiles } from '../../src/app/state/welcome'
import { ruleTexts } from '../acl/rules'
import { runs } from '../runs'

const target = await loadTarget('redis-8.0')
const users = new Users(target.table, target.behaviours)
const world: World = {
  target,
  users: ['default'],
  keys: [],
  channels: { names: [], patterns: [] },
  userOf: (name) => users.get(name),
}

/** A state with the caret at the bar. */
function at(marked: string, extensions: typeof aclLanguage | [] = aclLanguage): EditorState {
  const head = marked.indexOf('|')
  return EditorState.create({
    doc: marked.slice(0, head) + marked.slice(head + 1),
    selection: { anchor: head },
    extensions,
  })
}

const shown = ({ word, line }: ExplainedPlace): (string | null)[] => [
  word?.phrase?.text ?? null,
  word === null ? null : plain(word.meaning),
  plain(line),
]

test('a rule and the line around it', () => {
  const line = 'a may read keys that start with x:, and run only GET.'
  expect(shown(explainPlace(at('user a on >p ~x|:* +get'), () => world))).toEqual([
    '~x:*',
    'Grants keys that start with x:, for reading and writing.',
    line,
  ])
  expect(shown(explainPlace(at('user a on >p|  ~x:* +get'), () => world))).toEqual([
    null,
    'Adds a password. Write its SHA-256 after # instead, to keep it out of the file.',
    line,
  ])
  expect(shown(explainPlace(at('user a on >p ~x:* (+get| ~y)'), () => world))[1]).toMatch(/^Allows GET\./)
  expect(shown(explainPlace(at('user a\n|'), () => world))).toEqual([null, null, ''])
  expect(shown(explainPlace(at('|'), () => null))).toEqual([null, null, ''])
})

test('new users start with every channel where redis.conf says so', () => {
  const open = new Users(target.table, target.behaviours)
  open.allChannelsByDefault = true
  const there: World = { ...world, userOf: (name) => open.get(name) }
  expect(shown(explainPlace(at('user a on >p +publish|'), () => there))[2]).toContain('publish to every channel')
  expect(shown(explainPlace(at('user a on >p +publish|'), () => world))[2]).not.toContain('channel')
})

test('redis.conf: a directive, and the user of a line', () => {
  expect(shown(explainPlace(at('maxclients| 10', confLanguage), () => world))).toEqual([
    'maxclients',
    'maxclients: connections at once.',
    'maxclients: connections at once. Takes a whole number from 1. Without it: 10000.',
  ])
  expect(shown(explainPlace(at('user "a" on nopass "~x:*" +get|', confLanguage), () => world))[2]).toBe(
    'a needs no password, and may read keys that start with x:, and run only GET.',
  )
})

test('an expectation, with what became of it', () => {
  const [word, meaning, line] = shown(
    explainExpectationPlace(at('app can|not GET x', []), () => world, 'Does not hold: app may run it.'),
  )
  expect([word, line]).toEqual(['cannot', 'Does not hold: app may run it.'])
  expect(meaning).toMatch(/^Holds where the server refuses it/)
})

test('any text is explained, and no password is repeated', () =>
  fc.assert(
    fc.property(fc.array(ruleTexts, { maxLength: 6 }), fc.nat(200), (rules, place) => {
      const text = `user a on >hidden-secret ${rules.filter((rule) => !rule.includes('\n')).join(' ')}`
      const head = Math.min(place, text.length)
      for (const language of [aclLanguage, confLanguage]) {
        const state = at(`${text.slice(0, head)}|${text.slice(head).replaceAll('|', '')}`, language)
        expect(shown(explainPlace(state, () => world)).join()).not.toContain('hidden-secret')
      }
    }),
    { numRuns: runs(100) },
  ))

test('each user of the first example is explained in a sentence, in the order of the file', () => {
  const { acl } = welcomeFiles(target)
  const sentences = explainUsers(at(`|${acl}`), () => world, 20).map((line) => plain(line))
  expect(sentences).toMatchInlineSnapshot(`
    [
      "default is off; once on, it may run no command.",
      "admin may read and write every key, publish and subscribe to every channel, and run every command.",
      "app may read and write keys that start with app:, and run 220 commands; not FLUSHALL or CONFIG SET.",
      "monitor may read keys that start with stats:, and run 93 commands; even KEYS; not FLUSHALL or CONFIG SET.",
      "worker may read and write keys that start with jobs: or results:, and run 75 commands; or, by a selector, read keys that start with config:, and run only GET; not FLUSHALL or CONFIG SET.",
    ]
  `)
  expect(explainUsers(at(`|${acl}`), () => world, 2)).toHaveLength(2)
  expect(explainUsers(at('|'), () => world, 20)).toEqual([])
})

test('a line that is too long to be explained says so', () => {
  expect(shown(explainPlace(at(`user a on${' +get'.repeat(5_000)}|\n`), () => world))).toEqual([
    null,
    null,
    'Lines of more than 20,000 characters are not explained.',
  ])
})

test('a role is explained like a user, and rejected for rules of users', async () => {
  const target = await loadTarget('valkey-9.2')
  const { table, behaviours } = target
  const users = new Users(table, behaviours)
  const there: World = { ...world, target, userOf: (name) => users.get(name) }
  const line = (marked: string): string | null | undefined => shown(explainPlace(at(marked), () => there))[2]
  const allows = 'Who holds the role r may read keys that start with x:, and run only GET.'
  expect(line('role r ~x:* +get|')).toBe(allows)
  expect(line('role r on| +get')).toBe('Valkey 9.2 rejects the line of the role r, because of on.')
  expect(line('role r ~x:* +get\nuser a on >p role=r|')).toMatch(/^a may run no command; or, by role r, read keys/)
  expect(explainUsers(at('role r ~x:* +get\nuser a on >p|'), () => there, 20).map(plain)[0]).toBe(allows)
  expect(shown(explainPlace(at('role r| +get'), () => world))[2]).toBe('')
})
