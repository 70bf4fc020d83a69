import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('negated-class', async () => {
  const file = 'user app on #… ~[^secret]* +get'
  expect(await found('negated-class', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~[^secret]*
    [^secret] stands for one byte that is none of these letters: it excludes no word. xsecret matches it, as does any name that has another letter there.
    (A pattern cannot exclude names: list only what the user may use.)"
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
