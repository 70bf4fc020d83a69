import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { catalogue } from '../../../src/analysis/advice/catalogue'
import { confCatalogue } from '../../../src/analysis/advice/conf/catalogue'
import { fileCatalogue } from '../../../src/analysis/advice/file/catalogue'
import { applyFix } from '../../../src/analysis/finding'
import { decodeLink } from '../../../src/workspace/codec'
import { adviceOf, isAccepted, readDocument, workspaceOf, writeSection, type Section } from './documentation'

const path = 'docs/diagnostics.md'
const parts = await readDocument(await readFile(path, 'utf8'))
const sections = parts.filter((part): part is Section => typeof part !== 'string')

test('every piece of advice has one section', () => {
  const codes = [...catalogue, ...fileCatalogue, ...confCatalogue].map(({ code }) => code)
  expect(sections.map(({ code }) => code).sort()).toEqual([...new Set(codes)].sort())
})

test('the document says what is said', async () => {
  const written = await Promise.all(parts.map((part) => (typeof part === 'string' ? part : writeSection(part))))
  await expect(`${written.join('').trimEnd()}\n`).toMatchFileSnapshot(`../../../${path}`)
})

test.each(sections.map((section) => [section.code, section] as const))('%s: its example', async (code, section) => {
  expect(section.words).toMatch(/^### .+\n\n\*\*What\.\*\* .+\n\n\*\*Why\.\*\* .+\n\n\*\*Instead\.\*\* .+\n\n$/)
  const findings = adviceOf(section, section.file)
  expect(findings.length).toBeGreaterThan(0)
  // A rule of another release is there to be refused.
  expect(isAccepted(section, section.file)).toBe(code !== 'target-mismatch')
  for (const fix of findings[0]?.fixes ?? []) {
    const fixed = applyFix(section.file, fix)
    expect(isAccepted(section, fixed), fix.label).toBe(true)
    expect(adviceOf(section, fixed).length, fix.label).toBeLessThan(findings.length)
  }
  const decoded = await decodeLink(section.link ?? '')
  expect(decoded).toEqual({ kind: 'state', state: workspaceOf(section) })
})
