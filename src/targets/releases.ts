import { parseExactRelease, type ExactRelease } from './exact-release'
import { productOf, targets, type TargetId } from './list'
import type { TableData } from './table'

/** The releases of a line (`7.4`) that have a defect: those before the fix, or those up to the last that is known to have it. */
export type AffectedLine =
  { readonly line: string; readonly fixedIn: string } | { readonly line: string; readonly lastKnown: string }

/** Parses the first fixed release of each line, as `7.2.16 7.4.11`; `8.0.6+` is the last release of its line that is known to have the defect. */
export function affectedLines(text: string): readonly AffectedLine[] {
  return text.split(' ').map((word) => {
    const version = word.replace('+', '')
    const line = version.split('.').slice(0, 2).join('.')
    return word.endsWith('+') ? { line, lastKnown: version } : { line, fixedIn: version }
  })
}

/** Returns a negative number where the version `a` is older than `b`, 0 where they are equal, else a positive number. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

type Lines = Readonly<Partial<Record<'redis' | 'valkey', readonly AffectedLine[]>>>

/**
 * The defects by which releases of one line decide differently: the engine follows them, and the list of known defects has
 * them from here.
 */
export const accessDefects = {
  /** The key specs of GEORADIUS, GEORADIUSBYMEMBER, XREAD and XREADGROUP count, and SORT reads the word behind STORE as an option. */
  'last-option-keys': { redis: affectedLines('7.0.15+ 7.2.16 7.4.11 8.0.6+ 8.2.9 8.4.6 8.6.6 8.8.2') },
  /** The key specs of GEORADIUS and GEORADIUSBYMEMBER count. 9.1.2 was recorded with the fix; it is not known of 9.1.1. */
  'georadius-store': { valkey: affectedLines('7.2.15 8.0.11 8.1.10 9.0.6 9.1.2') },
  /** PFMERGE without source keys has no keys. The fix of Redis is of March 2026; older lines end with the last release before it. */
  'pfmerge-key': {
    redis: affectedLines('7.0.15+ 7.2.11+ 7.4.8+ 8.0.6+ 8.2.6+ 8.4.3+ 8.6.4'),
    valkey: affectedLines('7.2.16 8.0.11+ 8.1.10+ 9.0.6+ 9.1.2+ 9.2.0+'),
  },
  /** MSETEX is checked for its keys up to the argument that its number of keys counts to, values included: of two, for one. */
  'msetex-keys': { redis: affectedLines('8.4.4') },
  /** EXEC checks the commands of queued lines again, and not their keys. */
  'exec-recheck': { redis: affectedLines('8.4.7 8.6.7 8.8.3 8.10.2') },
  /** SORT_RO has no keys. */
  'sort-ro-keys': { redis: affectedLines('7.0.13 7.2.1') },
  /** BITFIELD with GET anywhere only reads. */
  'bitfield-read-only': { redis: affectedLines('7.0.5') },
  /** MOVE and COPY are not checked for the database that they take the key from. 9.1.2 was recorded with the fix. */
  'move-copy-source-db': { valkey: affectedLines('9.1.2') },
  /** COPY is checked for the database of `DB` only where that option directly follows its keys. */
  'copy-db': { valkey: affectedLines('9.1.1') },
  /** CLUSTER FLUSHSLOT is not checked for all databases. */
  'flushslot-db': { valkey: affectedLines('9.1.1') },
} as const satisfies Readonly<Record<string, Lines>>

export type AccessDefect = keyof typeof accessDefects

/** Returns the release that a target was made from. */
export function recordedRelease(id: TargetId): ExactRelease {
  const entry = targets.find((one) => one.id === id)
  const text = entry === undefined ? '' : 'package' in entry ? entry.package : entry.version
  const parsed = parseExactRelease(productOf(id), text)
  if (parsed === null) throw new Error(`There is no target ${id}.`)
  return parsed
}

/** Returns true if a text is an exact release of a target's line. */
export function isReleaseOf(id: TargetId, text: string): boolean {
  const version = parseExactRelease(productOf(id), text)?.version ?? ''
  return text.length <= 100 && `${productOf(id)}-${version.replace(/\.\d+$/, '')}` === id
}

/** Returns the releases of a target's line that have a defect; null where none is known to. */
export function affectedLine(defect: AccessDefect, id: TargetId): AffectedLine | null {
  const lines: Lines = accessDefects[defect]
  return lines[productOf(id)]?.find((one) => `${productOf(id)}-${one.line}` === id) ?? null
}

/** Returns true if a release has a defect. Releases after the last one that is known to have it are taken to have it too. */
export function hasDefect(
  defect: AccessDefect,
  id: TargetId,
  { version, fixes }: ExactRelease = recordedRelease(id),
): boolean {
  if (fixes.includes(defect)) return false
  const line = affectedLine(defect, id)
  if (line === null) return false
  return !('fixedIn' in line) || compareVersions(version, line.fixedIn) < 0
}

/** The keywords of the key specs that the fixes mark as incomplete (Redis) or of variable flags (Valkey). */
const repaired = {
  'last-option-keys': { begin: /^(?:STORE|STOREDIST|STREAMS)@/, flag: 'incomplete' },
  'georadius-store': { begin: /^(?:STORE|STOREDIST)@/, flag: 'variable_flags' },
} as const

/** Returns a stored table with the key specs of another release of its line. Notes of specs that a fix adds are left out. */
export function tableOfRelease(id: TargetId, release: ExactRelease, data: TableData): TableData {
  const defect = productOf(id) === 'redis' ? 'last-option-keys' : 'georadius-store'
  const has = hasDefect(defect, id, release)
  if (has === hasDefect(defect, id)) return data
  const { begin, flag } = repaired[defect]
  const specs = data.specs.map((text) => {
    const [flags = '', from = '', find = ''] = text.split(';')
    if (!begin.test(from)) return text
    const others = flags.split(' ').filter((one) => one !== flag)
    return [(has ? others : [...others, flag]).join(' '), from, find].join(';')
  })
  return { ...data, specs }
}
