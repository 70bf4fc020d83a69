import { expect, test } from 'vitest'
import { stillLines } from '../../src/app/rules/still-lines'
import { welcome } from '../../src/app/state/welcome'
import { tokensOf } from '../../src/editor/highlight'
import { aclParser } from '../../src/editor/languages'
import { shortHash } from '../../src/editor/short-hash'
import { gallery } from '../../src/workspace/gallery/gallery'

/** The coloured words of each line as the editor shows them. */
function inEditor(text: string): string[] {
  const lines: string[] = ['']
  for (const { text: piece, kind } of tokensOf(aclParser, text)) {
    if (piece === '\n') lines.push('')
    else if (kind !== null)
      lines[lines.length - 1] += ` ${/^[#!][0-9a-f]{64}$/.test(piece) ? shortHash(piece) : piece}/${kind}`
  }
  return lines
}

const still = (text: string): string[] =>
  stillLines(text, true, []).map(({ tokens }) =>
    tokens.flatMap(({ text: piece, kind }) => (kind === null ? [] : ` ${piece}/${kind}`)).join(''),
  )

const examples = [{ id: 'the first example', acl: welcome.files.acl }, ...gallery]

test.each(examples)('the colours are those of the editor that takes its place: $id', ({ acl }) =>
  expect(still(acl)).toEqual(inEditor(acl).slice(0, 200)),
)

test('a line of a rule that is lit up and the words of the rule are marked', () => {
  const span = { from: 20, to: 26, source: 'users.acl', line: 2 } as const
  const [first, second] = stillLines('user a on\nuser b on nopass ~k:* +get', true, [{ span, verdict: 'refused' }])
  expect(first?.isLit).toBe(false)
  expect(second?.isLit).toBe(true)
  expect(second?.tokens.filter(({ lit }) => lit !== null)).toEqual([{ text: 'nopass', kind: 'flag', lit: 'refused' }])
})

test('other files are plain, and of long files there is as much as can be seen', () => {
  expect(stillLines('bind 127.0.0.1\n', false, [])).toEqual([
    { tokens: [{ text: 'bind 127.0.0.1', kind: null, lit: null }], isLit: false },
    { tokens: [{ text: '', kind: null, lit: null }], isLit: false },
  ])
  expect(stillLines('user a\n'.repeat(10_000), true, [])).toHaveLength(200)
  const [line] = stillLines(`user a on${' +get'.repeat(400_000)}`, true, [])
  expect(line?.tokens.map(({ text }) => text).join('')).toHaveLength(20_000)
})
