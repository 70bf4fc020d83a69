import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('repeated-password', async () => {
  expect(
    await found(
      'repeated-password',
      'user app on >secret #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b >other +get',
    ),
  ).toMatchInlineSnapshot(`
    "warning 1:21 #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
    The user has this password already.
    safe: Remove it → user app on >secret >other +get"
  `)
  expect(await found('repeated-password', 'user app on >secret resetpass >secret >other +get')).toBe('')
  expect(await verdicts('user app on >secret +ping', ['PING'])).toBe('PING: allowed')
})
