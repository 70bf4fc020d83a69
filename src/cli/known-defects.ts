import { unknownClientSide } from '../analysis/checklist'
import { readFacts } from '../analysis/checklist/facts'
import { defectsOf, sourceFor, type PresentDefect } from '../analysis/known-defects'
import { lineOf, releaseLabel, type Release } from '../targets/named-release'
import { onOneLine } from './printable'
import { withAclFile, type Subject } from './subject'

/** The known defects of a release, with the users of a file that they concern. */
export interface ServerDefects {
  readonly release: Release
  readonly defects: readonly PresentDefect[]
}

/** Returns the known defects of the release that runs, for the files of a subject. */
export function presentDefects(release: Release, { target, acl, conf }: Subject): ServerDefects {
  const facts = readFacts({
    target,
    acl: acl.text,
    conf: conf === null ? '' : withAclFile(conf.text),
    client: unknownClientSide,
  })
  return { release, defects: defectsOf(release, facts) }
}

const MOST_NAMES = 5

export function renderDefects({ release, defects }: ServerDefects): string {
  const label = releaseLabel(release)
  const concerning = defects.filter(({ concern }) => concern !== null)
  const known = concerning.filter(({ lastKnown }) => lastKnown === null).length
  const open = concerning.length - known
  const other = defects.length - concerning.length
  if (defects.length === 0) return `${label}: no known defects that concern access control\n`
  const may = open === 0 ? '' : `; of ${open} more it is not known whether it has the fix`
  const more = other === 0 ? '' : `; ${other} more ${other === 1 ? 'does' : 'do'} not`
  return `${label}: ${known} known ${known === 1 ? 'defect concerns' : 'defects concern'} these files${may}${more}\n${concerning.map((one) => renderDefect(one, release)).join('')}`
}

function renderDefect({ defect, fixedIn, lastKnown, concern }: PresentDefect, release: Release): string {
  const { id, cve, what } = defect
  const users = (concern?.users ?? []).map(onOneLine)
  const hidden = users.length - MOST_NAMES
  const names = [...users.slice(0, MOST_NAMES), ...(hidden > 0 ? [`${hidden} more`] : [])].join(', ')
  const fix =
    fixedIn !== null
      ? `Fixed in ${fixedIn}`
      : lastKnown === null
        ? `No fix known in ${lineOf(release)}`
        : `${lastKnown} has it; it is not known whether ${release.version} has the fix`
  return [
    `  ${id}${cve === undefined ? '' : ` (${cve})`}: ${what}`,
    `      = Concerns ${names === '' ? (concern?.why ?? '') : `${names}: ${concern?.why ?? ''}`}`,
    `      = ${fix}: ${sourceFor(defect, release.product)}`,
    '',
  ].join('\n')
}

export function jsonDefects({ release, defects }: ServerDefects): Readonly<Record<string, unknown>> {
  return {
    release: releaseLabel(release),
    defects: defects.map(({ defect, fixedIn, lastKnown, concern }) => ({
      id: defect.id,
      cve: defect.cve ?? null,
      what: defect.what,
      fixedIn,
      certain: lastKnown === null,
      sources: defect.sources,
      concerns: concern !== null,
      users: concern?.users ?? [],
      why: concern?.why ?? null,
    })),
  }
}
