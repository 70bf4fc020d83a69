import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import type { Diagnostic } from '../../../src/analysis/diagnostic'
import { loadTarget } from '../../../src/targets/load'

async function all(text: string): Promise<readonly Diagnostic[]> {
  const target = await loadTarget('redis-8.0')
  return new Checker(new Users(target.table, target.behaviours), target).diagnose(text)
}

const repeated = (count: number, part: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join('')

test('a line of more rules than are checked says so, once', async () => {
  const diagnostics = await all(`user default off\nuser a on >${'x'.repeat(40)} ~a:*${' +get -get'.repeat(3_000)}`)
  expect(diagnostics.filter(({ code }) => code === 'partly-checked').map(({ message }) => message)).toEqual([
    'This line has 6,003 rules: the first 500 were checked one by one. Here are order-cancels 496 times: the first 20 of each are shown.',
  ])
  expect(diagnostics.filter(({ code }) => code === 'order-cancels')).toHaveLength(20)
})

test('what a user may do is worked out from all of a long line', async () => {
  const codes = (await all(`user a on >x${repeated(700, (i) => ` ~k${i}:*`)} +@all nopass`)).map(({ code }) => code)
  expect(codes).toContain('nopass')
  expect(codes).not.toContain('missing-on')
  const on = (await all(`user a >x +get${repeated(700, (i) => ` ~k${i}:*`)} off`)).map(({ code }) => code)
  expect(on).not.toContain('missing-on')
})

test('a rule too long to be checked is named', async () => {
  const diagnostics = await all(`user a on >${'x'.repeat(40)} ~${'{a,b}'.repeat(10_000)} +get`)
  expect(diagnostics.find(({ code }) => code === 'partly-checked')?.message).toBe(
    '1 of the rules of this line has more than 1,000 characters and was not checked.',
  )
})

test('braces that stand for more patterns than can be written out have no fix', async () => {
  const [diagnostic] = (await all(`user a on ~${'{a,b}'.repeat(100)} +get`)).filter(({ code }) => code === 'shell-glob')
  expect(diagnostic?.fixes).toEqual([])
})
