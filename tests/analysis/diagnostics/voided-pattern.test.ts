import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('voided-pattern: a reset after the patterns', async () => {
  const file = 'user app on #… ~a:* ~b:* resetkeys &x:* resetchannels +get +publish'
  expect(await found('voided-pattern', file)).toMatchInlineSnapshot(`
    "warning 1:89 resetkeys
    This removes ~a:* and ~b:* before it: rules are applied from left to right.
    (Put resetkeys before the patterns that should count.)
    safe: Remove ~a:* and ~b:* → user app on #… resetkeys &x:* resetchannels +get +publish
    Move resetkeys before ~a:* and ~b:* → user app on #… resetkeys ~a:* ~b:* &x:* resetchannels +get +publish

    warning 1:104 resetchannels
    This removes &x:* before it: rules are applied from left to right.
    (Put resetchannels before the patterns that should count.)
    safe: Remove &x:* → user app on #… ~a:* ~b:* resetkeys resetchannels +get +publish
    Move resetchannels before &x:* → user app on #… ~a:* ~b:* resetkeys resetchannels &x:* +get +publish"
  `)
  expect(await verdicts(file, ['GET a:1', 'PUBLISH x:1 1'])).toMatchInlineSnapshot(`
    "GET a:1: key
    PUBLISH x:1 1: channel"
  `)
})

test('voided-pattern: everything after the patterns', async () => {
  expect(await found('voided-pattern', 'user app on #… ~a:* allkeys +get')).toMatchInlineSnapshot(`
    "warning 1:84 allkeys
    This grants every key, so ~a:* before it adds nothing.
    safe: Remove ~a:* → user app on #… allkeys +get"
  `)
})

test('voided-pattern: resets that come first', async () => {
  expect(await found('voided-pattern', 'user app on #… resetkeys ~a:* resetchannels &a:* +get')).toBe('')
})
