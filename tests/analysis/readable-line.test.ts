import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob } from '../../src/acl/glob'
import { parseExpectations } from '../../src/analysis/expectations/parse'
import { runExpectation } from '../../src/analysis/expectations/run'
import { readableName } from '../../src/analysis/readable-line'
import { loadTarget } from '../../src/targets/load'
import { serverFor } from '../../src/workspace/course/grade'
import { runs } from '../runs'

test.each([
  ['x', 'other:1'],
  ['app:', 'app:1'],
  ['tenant:a', 'tenant:ab:1'],
  ['apple', 'apple2:1'],
])('a key such as %s is shown as %s where that shows the same', (found, shown) => {
  expect(readableName(found, (name) => found === 'x' || (name !== 'other:1' && name !== 'other:2'))).toBe(shown)
})

test('a name stays where no other shows the same', () => {
  expect(readableName('app:42', () => false)).toBe('app:42')
})

const pattern = fc
  .array(fc.constantFrom('app', 'a', 'other', ':', '*', '?', '1', '[ab]'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))

test('whatever the patterns, the command line of a sentence that fails shows it', async () => {
  const target = await loadTarget('redis-8.0')
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('can only read', 'cannot read', 'can run GET MGET COPY on'),
      (granted, named, verb) => {
        const acl = `user app on nopass ${granted.map((one) => `~${one}`).join(' ')} +get +mget +copy\n`
        const server = serverFor(target, { acl, conf: 'aclfile users.acl\n' })
        const [sentence] = parseExpectations(`app ${verb} keys ${named.join(' ')}`).expectations
        if (typeof server === 'string' || sentence === undefined) return
        const { state, proof } = runExpectation(server, sentence)
        if (state !== 'fails' || proof?.kind !== 'disproved' || proof.line === null) return
        const decision = server.judge('app', proof.line.argv, { db: 0 })
        const keys = decision?.selectors[0]?.keys.map(({ use }) => use.key) ?? []
        const isNamed = (key: string): boolean => named.some((one) => compileGlob(one).matches(key))
        expect(decision?.allowed).toBe(!verb.startsWith('can run'))
        if (verb === 'can only read') expect(keys.some((key) => !isNamed(key))).toBe(true)
        else if (verb === 'cannot read') expect(keys.some(isNamed)).toBe(true)
        else expect(keys.every(isNamed)).toBe(true)
      },
    ),
    { numRuns: runs(300) },
  )
})
