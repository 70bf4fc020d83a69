import { parseExactRelease } from './exact-release'
import { labelOf } from './infos'
import { productOf } from './list'
import { hasDefect, isReleaseOf, tableOfRelease } from './releases'
import type { TableData } from './table'
import type { Target, TargetId } from './target'
import { unpackTarget } from './unpack'

/** Makes a target of an exact release (`8.0.6`); of a text that is none of its line, the release that the tables were made from. */
export function deriveTarget(id: TargetId, tables: readonly TableData[], text: string): Target {
  const release = parseExactRelease(productOf(id), text)
  if (release === null || !isReleaseOf(id, text)) return unpackTarget(id, tables)
  return unpackTarget(
    id,
    tables.map((one) => tableOfRelease(id, release, one)),
    {
      info: { label: labelOf(id, text), version: release.version, stage: null, release: text, evidence: 'derived' },
      has: (defect) => hasDefect(defect, id, release),
    },
  )
}
