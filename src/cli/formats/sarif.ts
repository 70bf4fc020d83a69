import type { Fix as SarifFix, Log, ReportingDescriptor, Result, Run } from 'sarif'
import { locationOf, pathInRepository, type FileDiagnostic, type Severity } from '../diagnostic'
import { listed, renderJson, type Listed } from './json'
import { helpOf, plain } from './rule-help'
import { printable } from '../printable'
import type { Fix } from '../../analysis/diagnostic'
import { severityOf } from '../../analysis/diagnostics/codes'
import { documentationOf, site } from '../../workspace/site'

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  refused: 'error',
  error: 'error',
  warning: 'warning',
  info: 'note',
}

/**
 * The scores that code scanning services sort by and show as high, medium and low (GitHub: from 7, 4 and 0.1 on). What the
 * server refuses has none: it is no weakness, the server does not start.
 */
const securitySeverities: Readonly<Record<'error' | 'warning' | 'info', string>> = {
  error: '8.0',
  warning: '5.0',
  info: '2.0',
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
    ...described(id),
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
      ...((diagnostic.fixes ?? []).length > 0 && { fixes: diagnostic.fixes?.map((fix) => fixOf(diagnostic, fix)) }),
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

function fixOf({ source }: FileDiagnostic, { label, edits }: Fix): SarifFix {
  const replacements = edits.map(({ from, to, insert }) => {
    const { line, column, endLine, endColumn } = locationOf({ source, place: { from, to } })
    return {
      deletedRegion: { startLine: line, startColumn: column, endLine, endColumn },
      ...(insert !== '' && { insertedContent: { text: insert } }),
    }
  })
  return {
    description: { text: sarifText(printable(label)) },
    artifactChanges: [{ artifactLocation: { uri: uriOf(source.name) }, replacements }],
  }
}

/** Returns what is said of a rule besides its name: its documentation, its level, and how severe a weakness it is. */
function described(code: string): Omit<ReportingDescriptor, 'id'> {
  if (code === 'refused')
    return {
      fullDescription: { text: 'The server does not start with this file, or does not load it.' },
      help: { text: 'The message quotes the server. The fixes write what was probably meant.' },
      defaultConfiguration: { level: 'error' },
    }
  const severity = severityOf(code)
  const help = helpOf(code)
  const address = documentationOf(code)
  return {
    ...(help !== null && {
      fullDescription: { text: sarifText(plain(help.what)) },
      help: {
        text: sarifText(plain(`${help.what} ${help.why} ${help.instead}`)),
        markdown: `${help.what}\n\n**Why.** ${help.why}\n\n**Instead.** ${help.instead}`,
      },
    }),
    ...(address !== null && { helpUri: address }),
    ...(severity !== null && {
      defaultConfiguration: { level: levels[severity] },
      properties: { tags: ['security'], 'security-severity': securitySeverities[severity] },
    }),
  }
}

/** Converts a code such as `missing-default` to words. */
function sentence(code: string): string {
  const words = code.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
