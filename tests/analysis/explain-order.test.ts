import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainOrder } from '../../src/analysis/explain-order'
import { loadTarget } from '../../src/targets/load'

const target = await loadTarget('redis-8.0')

/** The rule between bars, among its neighbours. */
function said(line: string): string[] {
  const rules = line.split(' ')
  const at = rules.findIndex((rule) => rule.startsWith('{'))
  return explainOrder(
    rules.map((rule) => rule.replace(/[{}]/g, '')),
    at,
    target,
  )
}

test.each([
  [
    '{+@all} -@dangerous',
    [
      '-@dangerous after it denies 75 of these again: ACL GETUSER, ACL LOAD, ACL SAVE, ACL SETUSER, ACL LOG, ACL DRYRUN, ACL DELUSER, ACL LIST and 67 more.',
    ],
  ],
  ['+@all {-@dangerous} +info +keys', ['+info after it allows INFO again.', '+keys after it allows KEYS again.']],
  ['{-@dangerous} +@all', ['It changes nothing: no rule before it allows any command.']],
  ['+get {-@dangerous} +@all', ['It changes nothing: none of it is allowed before it.']],
  ['+@read {+get}', ['It changes nothing: +@read before it already allows it.']],
  ['{+get} -get', ['-get after it denies it again.']],
  ['{+config|get} -config', ['-config after it denies it again.']],
  ['+get {+@read}', ['1 of these is allowed by rules before it already.']],
  ['+get +set {-@write}', ['It denies 1 that was allowed before it: SET.']],
  ['{~a:*} resetkeys ~b', ['resetkeys after it revokes it.']],
  ['{~a:1} ~a:*', ['~a:* after it grants all of this too.']],
  ['~* {~a:1}', ['~* before it grants everything: the server rejects a further pattern.']],
  ['{%R~a:*} %W~a:*', ['With %W~a:* it makes one pattern that grants both reading and writing.']],
  ['%R~a:* {~a:1}', []],
  ['{&news:1} &news:*', []],
  ['{on} >p off', ['off after it overrides it.']],
  ['{>p} nopass', ['nopass after it drops this password.']],
  // A server takes further patterns after %RW~*, and asks for no password that there is not.
  ['%RW~* {~a}', ['%RW~* before it grants all of this too.']],
  ['{nopass} resetpass', ['resetpass after it ends this: nobody can log in.']],
  ['{nopass} resetpass >p', ['resetpass after it ends this: the password is asked for.']],
  ['{nopass} >p resetpass', ['A password after it ends this: nobody can log in.']],
  ['{nopass} >p nopass', ['A password after it ends this.']],
  // No pattern matches the empty name, which ~* grants too.
  ['%RW~* {~*}', []],
  ['%R~a {~a}', []],
  ['{nopass} >p', ['A password after it ends this: the password is asked for.']],
  ['~a ~b {resetkeys}', ['It revokes ~a, ~b.']],
  ['{+get} reset', ['reset after it resets the user, so it has no effect.']],
  ['{+get} ~a', []],
  ['{+nosuch} -get', []],
])('%s', (line, lines) => expect(said(line)).toEqual(lines))

test('any rules can stand beside each other', () => {
  const rule = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom(
      '+@all',
      '-get',
      '~a*',
      '%r~x',
      'reset',
      '&c',
      '(',
      '>p',
      'nopass',
      'resetkeys',
      '+select|0',
      '-@all',
      '+config|get',
    ),
  )
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 8 }), fc.nat(8), (rules, at) => void explainOrder(rules, at, target)),
  )
})
