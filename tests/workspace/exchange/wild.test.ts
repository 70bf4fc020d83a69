import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importText } from '../../../src/workspace/import'
import { runs } from '../../runs'

const folder = join(import.meta.dirname, 'wild')
const behaviours = { hasChannels: true, hasRoles: true }
const names = readdirSync(folder).filter((name) => !name.endsWith('.expected'))
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')

test.each(names)('%s is read, and what is filled in elsewhere is named', async (name) => {
  const outcome = await importText(textOf(name), { behaviours })
  if (!outcome.ok) throw new Error(outcome.message)
  const notes = outcome.result.notes.map(({ kind, user, message }) => `! ${kind} ${user}: ${message}\n`)
  expect(outcome.result.acl + notes.join('')).toBe(textOf(name.replace(/\.\w+$/, '.expected')))
})

test('files that are cut, doubled or mixed are answered, and each line of the answer is a user', async () => {
  const texts = names.map(textOf)
  const piece = fc
    .tuple(fc.constantFrom(...texts), fc.nat(400), fc.nat(400))
    .map(([text, from, length]) => text.slice(from, from + length))
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 4 }), async (pieces) => {
      const outcome = await importText(pieces.join(''), { behaviours })
      if (outcome.ok)
        for (const line of outcome.result.acl.split('\n'))
          expect(line === '' || /^(?:user|role) \S/.test(line)).toBe(true)
      else expect(outcome.message).not.toBe('')
    }),
    { numRuns: runs(200) },
  )
})

test.each(names)('%s, many times over, is read in time that grows with its length', async (name) => {
  const text = `${textOf(name)}\n`.repeat(Math.ceil(300_000 / textOf(name).length))
  const before = performance.now()
  await importText(text, { behaviours })
  expect(performance.now() - before).toBeLessThan(10_000)
})
