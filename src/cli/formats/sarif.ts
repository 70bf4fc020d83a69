import type { Log, ReportingDescriptor, Result, Run } from 'sarif'
import { locationOf, pathInRepository, type FileDiagnostic, type Severity } from '../diagnostic'
import { listed, renderJson, type Listed } from './json'
import { printable } from '../printable'
import { documentationOf, site } from '../../workspace/site'

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  refused: 'error',
  error: 'error',
  warning: 'warning',
  info: 'note',
}

/** Converts a path to a URI reference, relative where possible. */
function uriOf(name: string): string {
  return pathInRepository(name).split('/').map(encodeURIComponent).join('/')
}

/**
 * Renders SARIF 2.1.0 (Static Analysis Results Interchange Format, OASIS), which code scanning services read, in pieces.
 */
export function renderSarif(diagnostics: readonly FileDiagnostic[], version: string): Iterable<string> {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort()
  const rules = codes.map((id): ReportingDescriptor => ({
    id,
    shortDescription: { text: id === 'refused' ? 'The server refuses this' : sentence(id) },
    ...documented(id),
  }))
  const results = listed(diagnostics, (diagnostic): Result => {
    const at = locationOf(diagnostic)
    const region =
      diagnostic.place === null
        ? { startLine: 1 }
        : { startLine: at.line, startColumn: at.column, endLine: at.endLine, endColumn: at.endColumn }
    return {
      ruleId: diagnostic.code,
      ruleIndex: codes.indexOf(diagnostic.code),
      level: levels[diagnostic.severity],
      message: { text: sarifText(printable([diagnostic.message, ...diagnostic.notes].join('\n'))) },
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(diagnostic.source.name) }, region } }],
    }
  })
  return renderJson({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'ACL Playground',
            version,
            ...(site.repository !== null && { informationUri: site.repository }),
            rules,
          },
        },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  } satisfies Omit<Log, 'runs'> & { readonly runs: readonly (Omit<Run, 'results'> & { readonly results: Listed })[] })
}

/**
 * Returns a text as a plain message: readers of SARIF turn `[text](address)` into links, unless the brackets are escaped
 * (3.11.6).
 */
const sarifText = (text: string): string => text.replace(/\[([^[\]]*)\](?=\()/g, '\\[$1\\]')

function documented(code: string): Pick<ReportingDescriptor, 'helpUri'> {
  const address = code === 'refused' ? null : documentationOf(code)
  return address === null ? {} : { helpUri: address }
}

/** Converts a code such as `missing-default` to words. */
function sentence(code: string): string {
  const words = code.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
