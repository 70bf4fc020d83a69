import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('shell-glob: braces', async () => {
  const file = 'user app on #… ~{a,b}:* +get'
  expect(await found('shell-glob', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~{a,b}:*
    Braces are not alternatives in a pattern: this matches only names that contain {a,b} literally.
    Write ~a:* ~b:* → user app on #… ~a:* ~b:* +get"
  `)
  expect(await verdicts(file, ['GET a:1', 'GET {a,b}:1'])).toMatchInlineSnapshot(`
    "GET a:1: key
    GET {a,b}:1: allowed"
  `)
})

test('shell-glob: an extended group', async () => {
  const file = 'user app on #… ~!(secret):* +get'
  expect(await found('shell-glob', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~!(secret):*
    Groups such as !(a) or @(a|b) have no meaning in a pattern: the parentheses are matched literally.
    (Write a rule for each pattern that should match.)"
  `)
  expect(await verdicts(file, ['GET app:1'])).toMatchInlineSnapshot(`"GET app:1: key"`)
})

test('shell-glob: two stars', async () => {
  const file = 'user app on #… ~app:** +get'
  expect(await found('shell-glob', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~app:**
    ** is the same as *, which matches delimiters too.
    safe: Write ~app:* → user app on #… ~app:* +get"
  `)
  expect(await verdicts(file, ['GET app:a:b'])).toMatchInlineSnapshot(`"GET app:a:b: allowed"`)
})

test('shell-glob: a dot that is a delimiter', async () => {
  expect(await found('shell-glob', 'user app on #… ~orders.* &a.b.* +get')).toBe('')
})

test('shell-glob: a regular expression', async () => {
  const file = 'user app on #… ~^app:.*$ +get'
  expect(await found('shell-glob', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~^app:.*$
    This looks like a regular expression, but ^, $ and . are literal characters in a pattern.
    (A pattern must match the whole name: * stands for any bytes, ? for one byte.)"
  `)
  expect(await verdicts(file, ['GET app:1'])).toMatchInlineSnapshot(`"GET app:1: key"`)
})

test('shell-glob: alternatives', async () => {
  const file = 'user app on #… ~a:*|b:* +get'
  expect(await found('shell-glob', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~a:*|b:*
    A bar is not an “or” in a pattern: it is matched literally.
    (Write a rule for each alternative.)
    Write ~a:* ~b:* → user app on #… ~a:* ~b:* +get"
  `)
  expect(await verdicts(file, ['GET b:1', 'GET a:|b:'])).toMatchInlineSnapshot(`
    "GET b:1: key
    GET a:|b:: allowed"
  `)
})

test('negated-pattern', async () => {
  const file = 'user app on #… ~app:* ~-secret:* ~!tmp:* +get'
  expect(await found('negated-pattern', file)).toMatchInlineSnapshot(`
    "error 1:86 ~-secret:*
    A pattern cannot exclude names: - is an ordinary character here, and this grants only keys whose names start with it.
    (What no rule grants is denied anyway: grant only what the user may use.)
    Remove this rule → user app on #… ~app:* ~!tmp:* +get

    error 1:97 ~!tmp:*
    A pattern cannot exclude names: ! is an ordinary character here, and this grants only keys whose names start with it.
    (What no rule grants is denied anyway: grant only what the user may use.)
    Remove this rule → user app on #… ~app:* ~-secret:* +get"
  `)
  expect(await verdicts(file, ['GET -secret:1', 'GET secret:1', 'GET !tmp:1'])).toMatchInlineSnapshot(`
    "GET -secret:1: allowed
    GET secret:1: key
    GET !tmp:1: allowed"
  `)
})

test('no-delimiter', async () => {
  const file = 'user app on #… %R~app* +get'
  expect(await found('no-delimiter', file)).toMatchInlineSnapshot(`
    "warning 1:79 %R~app*
    The prefix does not end in a delimiter: %R~app* also matches appx:1 and app-other.
    Write %R~app:* → user app on #… %R~app:* +get"
  `)
  expect(await verdicts(file, ['GET apple'])).toMatchInlineSnapshot(`"GET apple: allowed"`)
})

test('exact-not-prefix', async () => {
  const file = 'user app on #… ~app: +get'
  expect(await found('exact-not-prefix', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~app:
    A pattern without * is no prefix: this matches only the key app:.
    Write ~app:* → user app on #… ~app:* +get"
  `)
  expect(await verdicts(file, ['GET app:', 'GET app:1'])).toMatchInlineSnapshot(`
    "GET app:: allowed
    GET app:1: key"
  `)
})

test('unclosed-bracket', async () => {
  const file = 'user app on #… ~foo:[ab +get'
  expect(await found('unclosed-bracket', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~foo:[ab
    The [ is never closed. The server reads the rest of foo:[ab as a set of characters.
    (Close it with ], or write \\[ for the character itself.)"
  `)
  expect(await verdicts(file, ['GET foo:a', 'GET foo:[ab'])).toMatchInlineSnapshot(`
    "GET foo:a: allowed
    GET foo:[ab: key"
  `)
})

test('empty-pattern', async () => {
  const file = 'user app on #… ~ & +get'
  expect(await found('empty-pattern', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~
    This matches only the key whose name is empty.
    (~* is every key.)
    Remove this rule → user app on #… & +get

    warning 1:81 &
    This matches only the channel whose name is empty.
    (&* is every channel.)
    Remove this rule → user app on #… ~ +get"
  `)
  expect(await verdicts(file, ['GET x'])).toMatchInlineSnapshot(`"GET x: key"`)
})

test('shadowed-pattern', async () => {
  const file = 'user app on #… ~app:* ~app:cache:* %R~app:x &a &a +get'
  expect(await found('shadowed-pattern', file)).toMatchInlineSnapshot(`
    "warning 1:86 ~app:cache:*
    ~app:* grants all of this already.
    safe: Remove this rule → user app on #… ~app:* %R~app:x &a &a +get

    warning 1:99 %R~app:x
    ~app:* grants all of this already.
    safe: Remove this rule → user app on #… ~app:* ~app:cache:* &a &a +get

    warning 1:111 &a
    &a grants all of this already.
    safe: Remove this rule → user app on #… ~app:* ~app:cache:* %R~app:x &a +get"
  `)
  expect(await verdicts(file, ['GET app:cache:1', 'GET app:x'])).toMatchInlineSnapshot(`
    "GET app:cache:1: allowed
    GET app:x: allowed"
  `)
})

test('shadowed-pattern: wide before narrow does not matter', async () => {
  const file = 'user app on #… ~h[a-c]llo ~h?llo +get'
  expect(await found('shadowed-pattern', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~h[a-c]llo
    ~h?llo grants all of this already.
    safe: Remove this rule → user app on #… ~h?llo +get"
  `)
  expect(await verdicts(file, ['GET hallo'])).toMatchInlineSnapshot(`"GET hallo: allowed"`)
})

test('unloadable-list', async () => {
  const file = 'user app on #… +set (+get ~a))'
  expect(await found('unloadable-list', file)).toMatchInlineSnapshot(`
    "error 1:90 ~a)
    ACL LIST and ACL SAVE print this user in a way that Redis 8.0 cannot load again.
    (Write ? in place of the parenthesis, quote or blank in the pattern: it matches any one byte.)"
  `)
})

test('no-delimiter: behind a prefix', async () => {
  const file = 'user app on #… ~session:user* ~session:user:* ~session:item-* +get'
  expect(await found('no-delimiter', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~session:user*
    The prefix does not end in a delimiter: ~session:user* also matches session:userx:1 and session:user-other.
    Write ~session:user:* → user app on #… ~session:user:* ~session:user:* ~session:item-* +get"
  `)
  expect(await verdicts(file, ['GET session:users-of-x'])).toBe('GET session:users-of-x: allowed')
})

test('shell-glob: the escapes of regular expressions', async () => {
  const file = String.raw`user app on #… ~app:\d* +get`
  expect(await found('shell-glob', file)).toMatchInlineSnapshot(`
    "warning 1:79 ~app:\\d*
    \\d matches the letter d: a backslash makes the next character literal.
    (A digit is [0-9]; ? stands for any one byte, * for any number of them.)"
  `)
  expect(await verdicts(file, ['GET app:1', 'GET app:d1'])).toBe('GET app:1: key\nGET app:d1: allowed')
})
