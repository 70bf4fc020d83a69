import { nearest } from '../nearest'
import { catalogue } from './catalogue'
import { partlyChecked } from './checked-line'
import { confCatalogue } from './conf/catalogue'
import { fileCatalogue } from './file/catalogue'

const severities = new Map(
  [...catalogue, ...fileCatalogue, ...confCatalogue, partlyChecked].map(({ code, severity }) => [code, severity]),
)

/** The codes of all diagnostics, each of which can be ignored. */
export const diagnosticCodes: ReadonlySet<string> = new Set(severities.keys())

/** Returns the usual severity of a diagnostic; null where none has this code. */
export const severityOf = (code: string): 'error' | 'warning' | 'info' | null => severities.get(code) ?? null

/** Returns what is wrong with a list of codes to ignore; null where there is a diagnostic of each code. */
export function unknownCode(codes: readonly string[]): string | null {
  const unknown = codes.find((code) => !diagnosticCodes.has(code))
  if (unknown === undefined) return null
  const meant = nearest(unknown, diagnosticCodes)
  const shown = JSON.stringify(unknown.length > 60 ? `${unknown.slice(0, 60)}…` : unknown)
  return `There is no diagnostic ${shown}${meant === null ? '. docs/diagnostics.md lists all codes.' : `: did you mean ${meant}?`}`
}
