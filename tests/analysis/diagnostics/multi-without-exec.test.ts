import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('multi-without-exec', async () => {
  const file = 'user app on #… ~a:* +get +multi'
  expect(await found('multi-without-exec', file)).toMatchInlineSnapshot(`
    "warning 1:89 +multi
    MULTI is allowed but EXEC is denied: a denied EXEC discards the transaction, so queued commands never run.
    Add +exec +discard → user app on #… ~a:* +get +multi +exec +discard"
  `)
  expect(await verdicts(file, ['MULTI', 'EXEC'])).toMatchInlineSnapshot(`
    "MULTI: allowed
    EXEC: command"
  `)
  expect(await found('multi-without-exec', 'user app on #… ~a:* +@transaction')).toBe('')
})
