import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { catalogue } from '../../../src/analysis/diagnostics/catalogue'
import { confCatalogue } from '../../../src/analysis/diagnostics/conf/catalogue'
import { fileCatalogue } from '../../../src/analysis/diagnostics/file/catalogue'
import { applyFix } from '../../../src/analysis/diagnostic'
import { decodeLink } from '../../../src/workspace/codec'
import { diagnosticsOf, isAccepted, readDocument, workspaceOf, writeSection, type Section } from './documentation'

const path = 'docs/diagnostics.md'
const parts = await readDocument(await readFile(path, 'utf8'))
const sections = parts.filter((part): part is Section => typeof part !== 'string')

test('every check has one section', () => {
  const codes = [...catalogue, ...fileCatalogue, ...confCatalogue].map(({ code }) => code)
  expect(sections.map(({ code }) => code).sort()).toEqual([...new Set(codes)].sort())
})

test('the document says what is said', async () => {
  const written = await Promise.all(parts.map((part) => (typeof part === 'string' ? part : writeSection(part))))
  await expect(`${written.join('').trimEnd()}\n`).toMatchFileSnapshot(`../../../${path}`)
})

test.each(sections.map((section) => [section.code, section] as const))('%s: its example', async (code, section) => {
  expect(section.words).toMatch(/^### .+\n\n\*\*What\.\*\* .+\n\n\*\*Why\.\*\* .+\n\n\*\*Instead\.\*\* .+\n\n$/)
  const diagnostics = diagnosticsOf(section, section.file)
  expect(diagnostics.length).toBeGreaterThan(0)
  // A rule of another release is there to be refused.
  expect(isAccepted(section, section.file)).toBe(code !== 'target-mismatch')
  for (const fix of diagnostics[0]?.fixes ?? []) {
    const fixed = applyFix(section.file, fix)
    expect(isAccepted(section, fixed), fix.label).toBe(true)
    expect(diagnosticsOf(section, fixed).length, fix.label).toBeLessThan(diagnostics.length)
  }
  const decoded = await decodeLink(section.link ?? '')
  expect(decoded).toEqual({ kind: 'state', state: workspaceOf(section) })
})
