import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('leading-star', async () => {
  const file = 'user app on #… ~*secret* +get'
  expect(await found('leading-star', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~*secret*
    This matches secret anywhere in a name, whoever’s it is: other:secret:1 too.
    (Start with the prefix that the user’s keys have.)"
  `)
  expect(await verdicts(file, ['GET other:secret:1'])).toMatchInlineSnapshot(`"GET other:secret:1: allowed"`)
})

test('leading-star: every name, and names with an end', async () => {
  expect(await found('leading-star', 'user app on #… ~* ~*:config ~**  +get')).toBe('')
})
