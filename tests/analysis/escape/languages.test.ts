import fc from 'fast-check'
import { lexer, type Token } from 'marked'
import { expect, test } from 'vitest'
import { fromText, type Bytes } from '../../../src/acl/bytes'
import { splitWords } from '../../../src/acl/split'
import { hclString } from '../../../src/analysis/escape/hcl'
import { markdownText } from '../../../src/analysis/escape/markdown'
import { asSetUser } from '../../../src/analysis/suggest'
import { quoteWord } from '../../../src/analysis/user-line'
import { printWord } from '../../../src/resp/render'
import { readHcl } from '../../../src/workspace/import/hcl'
import { codePoint } from '../../code-point'
import { runs } from '../../runs'

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'$%{}"\'\\\n\t\x7f\u202eaé \\(['), maxLength: 10 }),
  fc.string({ unit: codePoint, maxLength: 8 }),
)
const bytes = fc.oneof(
  text.map(fromText),
  fc.string({ unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 8 }),
)

test.each([
  ['quoteWord', quoteWord],
  ['printWord', printWord],
])('%s: redis-cli and redis.conf read the words as they are, on one line', (_, write) => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 5 }), (words) => {
      const line = words.map((word): Bytes => write(word)).join(' ')
      expect(splitWords(line)?.map((word) => word.text)).toEqual(words)
      expect(line).not.toMatch(/[\0-\x1f\x7f]/)
    }),
    { numRuns: runs(300) },
  )
})

test('ACL SETUSER with rules that hold anything is one command with these words', () => {
  fc.assert(
    fc.property(bytes, fc.array(bytes, { maxLength: 3 }), (user, rules) => {
      expect(splitWords(asSetUser(user, rules))?.map((word) => word.text)).toEqual(['ACL', 'SETUSER', user, ...rules])
    }),
    { numRuns: runs(200) },
  )
})

test('Terraform reads a string as the text, and no template in it', () => {
  fc.assert(
    fc.property(text, (one) => {
      const written = hclString(one)
      expect(written).toMatch(/^"[^\n]*"$/)
      expect(written).not.toMatch(/[$%]\{/)
      expect(readHcl(`x {\n  y = ${written}\n}\n`)[0]?.values).toMatchObject({ y: one })
    }),
    { numRuns: runs(300) },
  )
  // As HashiCorp's own parser reads it.
  expect(hclString('$${a} "%{b}\\')).toBe('"$$\\u007ba} \\"%\\u007bb}\\\\"')
})

/** The kinds of tokens of inline Markdown, and the text that is shown. */
function shown(tokens: readonly Token[]): { readonly kinds: readonly string[]; readonly text: string } {
  const parts = tokens.map((token) => ('text' in token ? String(token.text) : token.raw))
  return { kinds: [...new Set(tokens.map(({ type }) => type))], text: parts.join('') }
}

test('Markdown shows a text as it is, without formatting, links or HTML', () => {
  const piece = fc.constantFrom(
    '**',
    '_',
    '`',
    '[x](y)',
    '<b>',
    '&lt;',
    '# ',
    '- ',
    '1. ',
    '1) ',
    '+ ',
    '=',
    '> ',
    '|',
    '~~',
    'https://example.org',
    'www.example.org',
    'a@example.org',
    '![x](y)',
    'word',
    '\\',
    '(',
  )
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
      const one = pieces.join('').trim()
      const [block, ...others] = lexer(markdownText(one))
      expect([block?.type, others]).toEqual(['paragraph', []])
      const { kinds, text } = shown(block !== undefined && 'tokens' in block ? (block.tokens ?? []) : [])
      expect(kinds.filter((kind) => kind !== 'text' && kind !== 'escape')).toEqual([])
      expect(text).toBe(one)
    }),
    { numRuns: runs(300) },
  )
})
