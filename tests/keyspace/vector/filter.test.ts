import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFilter } from '../../../src/keyspace/vector/filter/compile'
import { passes } from '../../../src/keyspace/vector/filter/run'

/** The result of an expression for attributes; `syntax` with the position where it is none. */
function run(expression: string, attributes: unknown = {}): boolean | string {
  const program = compileFilter(expression)
  if ('problemAt' in program) return `syntax ${program.problemAt}`
  return passes(program, typeof attributes === 'string' ? attributes : JSON.stringify(attributes))
}

test.each([
  ['.a + 1 == 3', { a: 2 }, true],
  ['2 ** 3 ** 2 == 512', {}, true],
  ['1 + 2 * 3 == 7 and (1 + 2) * 3 == 9', {}, true],
  ['.a in [1, "x", -2.5]', { a: -2.5 }, true],
  ['"x" in .tags', { tags: ['y', 'x'] }, true],
  ['.a == "5"', { a: 5 }, true],
  ['.a == 5', { a: ' 5' }, true],
  ['.a == 5', { a: '5 ' }, false],
  ['.a == 26', { a: '0x1A' }, true],
  ['.yes and not .no', { yes: true, no: false }, true],
  ['.missing or 1', {}, false],
  ['.object or 1', { object: {} }, false],
  ['.a', { a: '' }, false],
  ['.a - 1 == 4', { a: 5 }, true],
  ['.a -1 == 4', { a: 5 }, true],
  ['4 == -1 + 5', {}, true],
  ['1 2 +', {}, true],
  ['!!1', {}, 'syntax 0'],
  ['.a == null', { a: null }, 'syntax 0'],
  ['', {}, 'syntax 0'],
  ['.a == @', { a: 1 }, 'syntax 6'],
  ['1 ** (1/0) == 1', {}, true],
  ['.', {}, false],
])('%s', (expression, attributes, expected) => {
  expect(run(expression, attributes)).toBe(expected)
})

test('attributes are read as far as they are well formed', () => {
  expect(run('.a == 1', '{"a":1,')).toBe(true)
  expect(run('.a == 12', '{"a":12abc}')).toBe(true)
  expect(run('.b or 1', '{"a":tru,"b":1}')).toBe(false)
  expect(run('.a == "u0041"', '{"a":"\\u0041"}')).toBe(true)
  expect(run('.a == 1', '{"a":1,"a":2}')).toBe(true)
  expect(run('.a or 1', '[1]')).toBe(false)
})

const fragment = fc.constantFrom(
  ...['.a', '.b_-', '1', '-2', '1e3', '1e', '"s"', "'t'", '"', '[', ']', ',', '(', ')', '!', 'not', 'and', 'or', 'in'],
  ...[
    '+',
    '-',
    '*',
    '**',
    '/',
    '%',
    '<',
    '<=',
    '==',
    '!=',
    '&&',
    '||',
    'null',
    ' ',
    '.',
    '\\',
    '\0',
    '\xff',
    '{',
    '}',
    ':',
  ],
)

test('nothing makes the parser or a filter throw', () => {
  const text = fc.oneof(
    fc.string(),
    fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(' ')),
  )
  fc.assert(
    fc.property(
      text,
      fc.oneof(
        text,
        fc.json(),
        fc.object().map((value) => JSON.stringify(value)),
      ),
      (expression, json) => {
        const program = compileFilter(expression)
        if ('problemAt' in program) {
          expect(program.problemAt).toBeGreaterThanOrEqual(0)
          expect(program.problemAt).toBeLessThanOrEqual(expression.length)
        } else expect(typeof passes(program, json)).toBe('boolean')
      },
    ),
    { numRuns: 3000 },
  )
})

test('what JSON.parse reads of strings, numbers and booleans, filters find', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'b', '0', ' ', '_') })
  const value = fc.oneof(plain, fc.integer(), fc.boolean())
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value),
      fc.integer({ min: 0, max: 3 }),
      (object, space) => {
        for (const [name, content] of Object.entries(object)) {
          const literal = typeof content === 'string' ? `"${content}"` : Number(content)
          expect(run(`.${name} == ${literal}`, JSON.stringify(object, null, space))).toBe(true)
        }
      },
    ),
  )
})

test('long and deeply nested input takes time in proportion', () => {
  const size = 200_000
  const start = performance.now()
  expect(run('('.repeat(size))).toMatch(/^syntax/)
  expect(run(`${'('.repeat(size)}1${')'.repeat(size)}`)).toBe(true)
  expect(run(`1${' + 1'.repeat(size)} == ${size + 1}`)).toBe(true)
  expect(run('['.repeat(size))).toMatch(/^syntax/)
  expect(run('-'.repeat(size))).toMatch(/^syntax/)
  expect(run('.a or 1', `{"a":${'['.repeat(size)}`)).toBe(false)
  expect(run('.b == 1', `{"a":${'['.repeat(size)}${']'.repeat(size)},"b":1}`)).toBe(true)
  expect(run('.a == "x"', `{"a":"${'\\'.repeat(size)}`)).toBe(false)
  expect(run(`.a${' and .a'.repeat(size / 10)}`, `{"a":1,"b":"${'x'.repeat(size)}"}`)).toBe(true)
  expect(performance.now() - start).toBeLessThan(20_000)
})
