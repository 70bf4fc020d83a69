import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('leading-star', async () => {
  const file = 'user app on #… ~*secret* +get'
  expect(await found('leading-star', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~*secret*
    This matches every name that contains secret, those of other users included, such as other:secret:1.
    (Start the pattern with the prefix of the user’s keys.)"
  `)
  expect(await verdicts(file, ['GET other:secret:1'])).toMatchInlineSnapshot(`"GET other:secret:1: allowed"`)
})

test('leading-star: every name, and names with an end', async () => {
  expect(await found('leading-star', 'user app on #… ~* ~*:config ~**  +get')).toBe('')
})
