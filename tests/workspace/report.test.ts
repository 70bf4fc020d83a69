import { lexer, type Token, type Tokens } from 'marked'
import { expect, test } from 'vitest'
import { codeBlock, inlineCode, table } from '../../src/analysis/escape/markdown'
import { permissionMatrix, filterMatrix } from '../../src/analysis/permissions'
import { readCapture, replay } from '../../src/analysis/replay'
import {
  comparisonReport,
  permissionsReport,
  replayReport,
  reportLimits,
  upgradeReport,
} from '../../src/workspace/report'
import { usersOf } from '../analysis/users'

/** Texts that would format, link, mention or end what they stand in. */
const hostile = [
  'a|b',
  'a\\\\b',
  'a\\',
  '`',
  '``a`',
  'a```b',
  ' x ',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '@all **x** _y_ ~~z~~ #1',
  'https://example.com',
  '| --- |',
  '&#124;&lt;',
]

const ofKind = <T extends Token>(text: string, type: T['type']): T =>
  lexer(text).find((token): token is T => token.type === type) as T

function onlyCode(tokens: readonly Token[]): string {
  expect(tokens.map(({ type }) => type)).toEqual(['codespan'])
  return (tokens[0] as Tokens.Codespan).text
}

test.each(hostile)('%j stays plain text in a sentence, a cell and a block', (text) => {
  const paragraph = ofKind<Tokens.Paragraph>(inlineCode(text), 'paragraph')
  expect(onlyCode(paragraph.tokens).trim()).toBe(text.trim())
  const made = ofKind<Tokens.Table>(table(['A', inlineCode(text)], [[inlineCode(text), 'end']]), 'table')
  expect(made.rows).toHaveLength(1)
  expect(onlyCode(made.header[1]?.tokens ?? []).trim()).toBe(text.trim())
  expect(onlyCode(made.rows[0]?.[0]?.tokens ?? []).trim()).toBe(text.trim())
  expect(made.rows[0]?.[1]?.text).toBe('end')
  const blocks = lexer(codeBlock([text, 'end'], 'diff'))
  expect(blocks.map(({ type }) => type)).toEqual(['code'])
  expect((blocks[0] as Tokens.Code).text).toBe(`${text}\nend`)
})

test('line breaks, control and invisible characters are escaped', () => {
  expect(inlineCode('a\n\n# b\r\u202e\u0000')).toBe('`a\\u{a}\\u{a}# b\\u{d}\\u{202e}\\u{0}`')
  expect(codeBlock(['a\n```\nb'], 'text')).toBe('````text\na\\u{a}```\\u{a}b\n````\n')
  expect(inlineCode('a\\|*b')).toBe('<code>a&#92;&#124;&#42;b</code>')
  expect(inlineCode('')).toBe('(empty)')
})

const change = { name: 'a|`b', hasId: false, lines: ['+ can read ~x```y', '- can no longer run GET'] }
const comparison = { refused: [], same: false, notes: [], changes: [change] }

test('a comparison lists the changes of each group of users', () => {
  expect(comparisonReport('Users', comparison, 'Same.')).toBe(
    '### Users\n\n**User** ``a|`b``\n\n````diff\n+ can read ~x```y\n- can no longer run GET\n````\n',
  )
  expect(comparisonReport('Users', { ...comparison, same: true, changes: [] }, 'Same.')).toBe('### Users\n\nSame.\n')
  const many = Array.from({ length: reportLimits.groups + 2 }, () => change)
  expect(comparisonReport('Users', { ...comparison, changes: many }, '')).toContain(
    '2 more groups of users not listed.',
  )
})

test('a comparison with a rejected file does not repeat the messages, which can have passwords', () => {
  const refused = [{ side: 'after', messages: ['Error in >secret'] }] as const
  const text = comparisonReport('Users', { ...comparison, refused }, '')
  expect(text).toBe('### Users\n\nThe server rejects the version after: 1 error.\n')
})

test('an upgrade lists the rules to add', () => {
  const text = upgradeReport('Upgrade', { comparison, added: [{ user: 'a|b', rules: '&* ~`|' }] }, '')
  expect(text).toContain('| User | Rules |\n| --- | --- |\n| `a\\|b` | ``&* ~`\\|`` |\n')
})

test('permissions are a table of categories or commands by users', async () => {
  const { user } = await usersOf('user default off\nuser a|`b on nopass ~* +get\nuser admin on nopass +@all\n')
  const users = [user('a|`b'), user('admin')]
  const matrix = filterMatrix(permissionMatrix(users), { commands: 'get' })
  const text = permissionsReport('Permissions', matrix, 'commands')
  expect(text).toContain('| Command | ``a\\|`b`` | `admin` ▲ |')
  expect(text).toContain('| `GET` | ✅ | ✅ |')
  expect(text).toContain('| `GETEX` | – | ✅ |')
  expect(text).toContain('▲ can bypass its rules')
  expect(permissionsReport('Permissions', permissionMatrix(users), 'categories')).toMatch(
    /\| `@string` \| 1 of (\d+) \| \1 of \1 \|/,
  )
})

test('a replay lists verdicts before and now, without passwords', async () => {
  const { user, target } = await usersOf(
    'user default off\nuser now on nopass ~a* +get\nuser before on nopass ~b* +get +set\n',
  )
  const capture = readCapture('GET "a|`b"\nAUTH app tops3cret\nSET a b\nNOSUCH x\n', target)
  const now = replay(capture.lines, user('now'), target)
  const before = replay(capture.lines, user('before'), target)
  const text = replayReport(
    'app',
    now.map((line, i) => ({ line, old: before[i] ?? null })),
  )
  expect(text).toContain('### Replay for user `app`\n\n| Line | Command | Before | Now |\n')
  expect(text).toContain('| 1 | ``GET a\\|`b`` | ❌ key | ✅ |')
  expect(text).toContain('| 3 | `SET a b` | ❌ key | ❌ command |')
  expect(text).toContain('| 4 | `NOSUCH x` | no such command | no such command |')
  expect(text).not.toContain('tops3cret')
  expect(
    replayReport(
      'app',
      now.map((line) => ({ line, old: null })),
    ),
  ).toContain('| Line | Command | Now |')
})
