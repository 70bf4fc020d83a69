import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRegex } from '../../../src/keyspace/array/regex'
import { Simulator } from '../simulator'

const arrays = (): Simulator => new Simulator('redis-8.8')

/** Runs lines of `command => reply`, the reply in JSON. */
function session(text: string): void {
  const simulator = arrays()
  for (const line of text.trim().split('\n')) {
    const [command = '', reply = ''] = line.trim().split(' => ')
    expect([command, simulator.run(command)]).toEqual([command, JSON.parse(reply)])
  }
}

test('elements by index, as documented', () => {
  session(`
    arset a 0 hello => 1
    arset a 0 world => 0
    arget a 0 => "world"
    arget a 1 => null
    arset a 5 b c d => 3
    arlen a => 8
    arcount a => 4
    armset a 0 x 100 y => 1
    armget a 0 5 6 7 99 100 => ["x","b","c","d",null,"y"]
    argetrange a 4 7 => [null,"b","c","d"]
    argetrange a 7 5 => ["d","c","b"]
    arscan a 0 200 => [[0,"x"],[5,"b"],[6,"c"],[7,"d"],[100,"y"]]
    arscan a 100 0 limit 2 => [[100,"y"],[7,"d"]]
    ardel a 0 1 100 => 2
    arlen a => 8
    ardelrange a 7 6 => 2
    arcount a => 1
    ardel a 5 => 1
    exists a => 0
    arlen a => 0
    argetrange none 0 2 => [null,null,null]
    arinfo none => "ERR no such key"
    arget a -1 => "ERR invalid array index"
    arget a 18446744073709551615 => "ERR invalid array index"
    arset a 18446744073709551614 x y => "ERR array index overflow"
    argetrange a 0 1000000 => "ERR range exceeds maximum of 1000000 items"
    armset a 0 x 1 => "ERR wrong number of arguments for 'armset' command"
  `)
})

test('insertions and rings, as documented', () => {
  session(`
    arinsert log first => 0
    arinsert log second third => 2
    arnext log => 3
    arlastitems log 2 => ["second","third"]
    arlastitems log 2 rev => ["third","second"]
    arseek log 10 => 1
    arinsert log late => 10
    arseek none 5 => 0
    arseek log 18446744073709551615 => 1
    arnext log => null
    arinsert log x => "ERR insert index overflow"
    arring ring 3 v0 => 0
    arring ring 3 v1 v2 v3 => 0
    arget ring 0 => "v3"
    arcount ring => 3
    arlastitems ring 3 => ["v1","v2","v3"]
    arring ring 5 v4 => 3
    argetrange ring 0 4 => ["v1","v2","v3","v4",null]
    arring ring 2 v5 => 0
    arlastitems ring 9 => ["v4","v5"]
    arring ring 0 x => "ERR size must be positive"
  `)
})

test('aggregates, as documented', () => {
  session(`
    armset n 0 10 1 20 2 30 3 text => 4
    arop n 0 9 sum => "60"
    arop n 9 0 min => "10"
    arop n 0 9 max => "30"
    arop n 0 9 match 10 => 1
    arop n 0 9 used => 4
    arop n 3 3 sum => null
    armset flags 0 255 1 15.9 2 240 => 3
    arop flags 0 2 and => 0
    arop flags 0 1 and => 15
    arop flags 0 2 or => 255
    arop flags 1 2 xor => 255
    arop none 0 1 sum => null
    arop none 0 1 used => 0
    arop n 0 1 avg => "ERR unknown operation"
    arop n 0 1 match => "ERR MATCH requires a value argument"
    armset f 0 1.5 1 2 => 2
    arop f 0 1 sum => "3.5"
  `)
})

test('searches, as documented', () => {
  session(`
    armset log 0 boot:ok 1 warn:disk 2 ERROR:cpu 3 info:ready 4 error:net => 5
    argrep log - + match error nocase => [2,4]
    argrep log - + match error nocase withvalues => [[2,"ERROR:cpu"],[4,"error:net"]]
    argrep log 0 4 glob warn:* or glob error:* => [1,4]
    argrep log 4 0 re ^[A-Za-z]+:(cpu|net)$ withvalues => [[4,"error:net"],[2,"ERROR:cpu"]]
    argrep log 0 4 exact info:ready => [3]
    argrep log - + match error nocase limit 1 => [2]
    argrep log - + match r glob *y and => [3]
    argrep none - + match x => []
    argrep log - + limit 1 => "ERR syntax error"
    argrep log - + re ( => "ERR invalid regular expression: Missing ')'"
    argrep log - + re (a)\\1 => "ERR regular expression backreferences are not supported"
    argrep log - + re '' => "ERR regular expression is empty"
    argrep log x + match a => "ERR invalid array index"
  `)
})

test('arrays are copied, have a type, and are of no other', () => {
  session(`
    arset a 3 x => 1
    type a => "array"
    copy a b => 1
    arset b 3 y => 0
    arget a 3 => "x"
    get a => "WRONGTYPE Operation against a key holding the wrong kind of value"
    set s x => "OK"
    arlen s => "WRONGTYPE Operation against a key holding the wrong kind of value"
  `)
})

test('events', () => {
  const simulator = arrays()
  simulator.run('arset a 0 x y')
  simulator.run('ardelrange a 0 5')
  simulator.run('ardel a 0')
  expect(simulator.events.filter((event) => !event.startsWith('new '))).toEqual(['arset a', 'ardelrange a', 'del a'])
})

const matches = (expression: string, text: string, ignoresCase = false): boolean | string => {
  const regex = compileRegex(expression, ignoresCase)
  return 'problem' in regex ? regex.problem : regex.test(text)
}

test('regular expressions', () => {
  expect(matches('^item-(foo|bar)-[0-9]{3}$', 'ITEM-bar-456', true)).toBe(true)
  expect(matches('[[:alpha:]]+[^[:space:]]', 'ab')).toBe(true)
  expect(matches('a{2,3}$', 'aaaa')).toBe(true)
  expect(matches('^a{2,3}$', 'aaaa')).toBe(false)
  expect(matches('\\<word\\>', 'a word.')).toBe(true)
  expect(matches('\\bor', 'word')).toBe(false)
  expect(matches('\\x41\\d\\W', 'A1!')).toBe(true)
  expect(matches('[]a-]', '-')).toBe(true)
  expect(matches('[z-a]', '')).toBe('Invalid character range')
  expect(matches('[[:letter:]]', '')).toBe('Unknown character class name')
  expect(matches('a{3,2}', '')).toBe('Invalid contents of {}')
  expect(matches('*a', '')).toBe('Invalid use of repetition operators')
  expect(matches('\\x{1', '')).toBe("Missing '}'")
  expect(matches('((a{255}){255}){255}', '')).toBe('Out of memory')
})

test('regular expressions agree with those of JavaScript, and take time in proportion', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '(a|b)',
    'a*',
    'b+',
    'c?',
    '(ab)*',
    '^',
    '$',
    '(a|)',
    'a{1,2}',
  )
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }),
      (expression, text) => {
        expect([expression, text, matches(expression, text)]).toEqual([
          expression,
          text,
          new RegExp(expression).test(text),
        ])
      },
    ),
    { numRuns: 1000 },
  )
  fc.assert(fc.property(fc.string(), fc.string(), (expression, text) => void matches(expression, text)))
  expect(matches('(a*)*(a*)*b', 'a'.repeat(5000))).toBe(false)
})
