import { locationOf, pathInRepository, type FileDiagnostic, type Severity } from '../diagnostic'
import { printable } from '../printable'

const commands: Readonly<Record<Severity, string>> = {
  refused: 'error',
  error: 'error',
  warning: 'warning',
  info: 'notice',
}

const inMessage = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const inProperty = (text: string): string => inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** Renders workflow commands, which GitHub Actions shows as annotations in a pull request: a line for each diagnostic. */
export function* renderGithub(diagnostics: Iterable<FileDiagnostic>): Generator<string> {
  for (const diagnostic of diagnostics) {
    const at = locationOf(diagnostic)
    const properties = {
      file: pathInRepository(diagnostic.source.name).replace(/[^\t\r\n]+/g, printable),
      line: at.line,
      // GitHub accepts columns only for a range within one line.
      ...(diagnostic.place === null
        ? {}
        : { endLine: at.endLine, ...(at.endLine === at.line ? { col: at.column, endColumn: at.endColumn } : {}) }),
      title: `ACL Playground: ${diagnostic.code}`,
    }
    const list = Object.entries(properties)
      .map(([name, value]) => `${name}=${inProperty(String(value))}`)
      .join(',')
    yield `::${commands[diagnostic.severity]} ${list}::${inMessage(printable([diagnostic.message, ...diagnostic.notes].join('\n')))}\n`
  }
}
