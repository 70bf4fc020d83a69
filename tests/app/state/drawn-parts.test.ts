import { expect, test } from 'vitest'
import { DrawnParts } from '../../../src/app/state/DrawnParts'

test('a part is taken over once, unless it is gone, and may bring another one', () => {
  const parts = new DrawnParts()
  const taken: string[] = []
  parts.add('rules', () => taken.push('rules'))
  parts.add('console', () => {
    taken.push('console')
    parts.add('card', () => taken.push('card'))
  })
  parts.add('lower', () => taken.push('lower'))
  parts.takeOver('console')
  expect(parts.names).toEqual(['rules', 'lower', 'card'])
  parts.remove('lower')
  for (const name of ['console', 'card', 'lower', 'card', 'rules']) parts.takeOver(name)
  expect(taken).toEqual(['console', 'card', 'rules'])
  expect(parts.names).toEqual([])
})
