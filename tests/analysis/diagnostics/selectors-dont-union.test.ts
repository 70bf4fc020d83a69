import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('selectors-dont-union: nothing is said where no command takes two keys', async () => {
  expect(await found('selectors-dont-union', 'user app on #… (~a:* +get) (~b:* +get)')).toBe('')
  expect(await found('selectors-dont-union', 'user app on #… ~a:* +get (~b:* +set +incr)')).toBe('')
})

test('selectors-dont-union: the commands that the user has are named', async () => {
  const file = 'user app on #… (~a:* +get +copy) (~b:* +get +mget)'
  expect(await found('selectors-dont-union', file)).toContain('with keys of two of them (COPY and MGET) is denied')
  expect(await verdicts(file, ['COPY a:1 b:1', 'MGET a:1 b:1', 'MGET b:1 b:2'])).toBe(
    'COPY a:1 b:1: key\nMGET a:1 b:1: key\nMGET b:1 b:2: allowed',
  )
})
