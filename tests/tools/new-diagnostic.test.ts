import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tokensOf } from '../../src/analysis/diagnostics/facts'
import { onToken } from '../../src/analysis/diagnostics/line'
import { scaffold } from '../../src/tools/new-diagnostic'

const root = join(import.meta.dirname, '../..')

test('a new diagnostic gets its file, its test and its documentation, in the form that the others have', () => {
  const { files, append } = scaffold('my-new-code')
  expect(Object.keys(files)).toEqual([
    'src/analysis/diagnostics/my-new-code.ts',
    'tests/analysis/diagnostics/my-new-code.test.ts',
  ])
  const [source = '', checks = ''] = Object.values(files)
  expect(source).toContain('export const myNewCode: LineCheck = {')
  // What it imports and runs is there.
  expect(source).toContain(onToken.name)
  expect(source).toContain(tokensOf.name)
  expect(checks).toContain("found('my-new-code'")
  const [section = ''] = Object.values(append)
  const documentation = readFileSync(join(root, 'docs/diagnostics.md'), 'utf8')
  for (const heading of section.match(/^\*\*\w+\.\*\*/gm) ?? []) expect(documentation).toContain(heading)
})
