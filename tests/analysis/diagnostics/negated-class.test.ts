import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('negated-class', async () => {
  const file = 'user app on #… ~[^secret]* +get'
  expect(await found('negated-class', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~[^secret]*
    [^secret] matches one byte that is none of these letters. It excludes every name with one of them in that place, not just the word secret.
    (A pattern cannot exclude names: grant only what the user may use.)"
  `)
  expect(await verdicts(file, ['GET app', 'GET secret', 'GET xsecret', 'GET temp'])).toMatchInlineSnapshot(`
    "GET app: allowed
    GET secret: key
    GET xsecret: allowed
    GET temp: key"
  `)
})

test('negated-class: a few letters, or a range, may be meant', async () => {
  expect(await found('negated-class', 'user app on #… ~[^abc]* ~[^0-9]* ~[^_]* +get')).toBe('')
})
