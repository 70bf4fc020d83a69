import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { knownDefects, type KnownDefect } from '../../src/analysis/known-defects/table'
import type { Product } from '../../src/targets/named-release'
import type { AffectedLine } from '../../src/targets/releases'

/** `7.4 before 7.4.11`, `8.0 at least up to 8.0.6`. */
const describeLine = (line: AffectedLine): string =>
  'fixedIn' in line ? `${line.line} before ${line.fixedIn}` : `${line.line} at least up to ${line.lastKnown}`

const releases = (defect: KnownDefect, product: Product): string =>
  (defect.releases[product] ?? []).map(describeLine).join(', ')

/** `[redis#15478](https://…)`, `[GHSA-…](https://…)`, `[7.2.16](https://…)`. */
function link(source: string): string {
  const [, product = '', number = ''] = /\/([\w-]+)\/pull\/(\d+)$/.exec(source) ?? []
  const text = number === '' ? source.slice(source.lastIndexOf('/') + 1) : `${product}#${number}`
  return `[${text}](${source})`
}

test('the table of known defects is the list of the program', () => {
  const [, table = ''] = /\n## The list\n\n([^]*)$/.exec(readFileSync('docs/known-defects.md', 'utf8')) ?? []
  const rows = knownDefects.map((defect) => {
    const cells = [
      `${defect.id}${defect.cve === undefined ? '' : ` (${defect.cve})`}`,
      defect.what,
      releases(defect, 'redis'),
      releases(defect, 'valkey'),
      defect.sources.map(link).join(', '),
    ]
    return `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')
  })
  const head = '| defect | effect | Redis | Valkey | sources |\n| --- | --- | --- | --- | --- |'
  expect(table.trimEnd()).toBe([head, ...rows].join('\n'))
})
