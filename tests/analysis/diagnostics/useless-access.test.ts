import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('useless-access', async () => {
  const file = 'user app on #… %W~a:* +get +set +incr'
  expect(await found('useless-access', file)).toMatchInlineSnapshot(`
    "warning 1:86 +get
    GET is of no use here: it needs a key for reading, and no single pattern grants that.

    warning 1:96 +incr
    INCR is of no use here: it needs a key for reading and writing, and no single pattern grants that.
    (Grant its keys for both with ~ (or %RW~).)"
  `)
  expect(await verdicts(file, ['GET a:1', 'SET a:1 x', 'INCR a:1'])).toMatchInlineSnapshot(`
    "GET a:1: key
    SET a:1 x: allowed
    INCR a:1: key"
  `)
})

test('useless-access: reading alone, in a selector', async () => {
  const file = 'user app on #… (%R~a:* +set +get)'
  expect(await found('useless-access', file)).toMatchInlineSnapshot(`
    "warning 1:87 +set
    SET is of no use in this selector: it needs a key for writing, and no single pattern grants that."
  `)
  expect(await verdicts(file, ['SET a:1 x', 'GET a:1'])).toMatchInlineSnapshot(`
    "SET a:1 x: key
    GET a:1: allowed"
  `)
})

test('useless-access: a command of several keys that no line of it allows', async () => {
  const file = 'user app on #… %W~b +copy (%R~in %W~out +rename +copy)'
  expect(await found('useless-access', file)).toMatchInlineSnapshot(`
    "warning 1:84 +copy
    COPY is of no use here: it needs a key for reading, and no single pattern grants that.

    warning 1:104 +rename
    RENAME is of no use in this selector: it needs a key for reading and writing, and no single pattern grants that.
    (Grant its keys for both with ~ (or %RW~).)"
  `)
  expect(await verdicts(file, ['COPY b b', 'RENAME in out', 'COPY in out'])).toMatchInlineSnapshot(`
    "COPY b b: key
    RENAME in out: key
    COPY in out: allowed"
  `)
})

test('useless-access: patterns for both, and commands without keys', async () => {
  expect(await found('useless-access', 'user app on #… %W~a:* ~b:* +get +ping')).toBe('')
  expect(await found('useless-access', 'user app on #… %W~a:* %R~b:* +get +set +copy +exists +ping')).toBe('')
})
