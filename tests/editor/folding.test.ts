import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { foldAt, foldedWords } from '../../src/editor/folding'
import { aclLanguage, confLanguage } from '../../src/editor/languages'
import { namedAt } from '../../src/editor/renaming'

/** The text with what the first line's fold hides put in words. */
function folded(doc: string): string | null {
  const state = EditorState.create({ doc })
  const range = foldAt(state, 0)
  return range && doc.slice(0, range.from) + foldedWords(state, range) + doc.slice(range.to)
}

test.each([
  ['user app on >p ~a ~b +get +set +del (+ttl ~c) \nuser b', 'user app … 9 rules \nuser b'],
  ['role app ~a ~b +get +set +del +ttl +pttl +type', 'role app … 8 rules'],
  ['user app on >p ~a +get', null],
  ['# 1\n# 2\n  # 3\n# 4\nbind *', '# 1… 3 more lines of comment\nbind *'],
  ['# 1\n# 2\n\n# 3\n# 4', null],
  ['bind 1 2 3 4 5 6 7 8 9', null],
  ['', null],
])('%j', (doc, shown) => expect(folded(doc)).toBe(shown))

test('a block of comments folds from its first line only', () => {
  const state = EditorState.create({ doc: '# 1\n# 2\n# 3\n# 4\n# 5' })
  expect(foldAt(state, 4)).toBe(null)
})

const nameAt = (state: EditorState, at: number): string | null => {
  const found = namedAt(state, at)
  return found && `${found.kind} ${found.name}`
}

test('the role to rename is the one at the cursor, else that of the line', () => {
  const acl = EditorState.create({ doc: 'role r +get\nuser a on role=r,b', extensions: aclLanguage })
  expect([0, 8, 17, 23, 28, 30].map((at) => nameAt(acl, at))).toEqual([
    'role r',
    'role r',
    'user a',
    'user a',
    'role r',
    'role b',
  ])
})

test('the user to rename is that of the line', () => {
  const acl = EditorState.create({ doc: 'user a on\n user bob +get', extensions: aclLanguage })
  expect([0, 9, 12, 22].map((at) => nameAt(acl, at))).toEqual(['user a', 'user a', 'user bob', 'user bob'])
  const conf = EditorState.create({ doc: 'bind *\nuser "b c" on', extensions: confLanguage })
  expect([0, 8].map((at) => nameAt(conf, at))).toEqual([null, 'user b c'])
})
