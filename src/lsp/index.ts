import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node'
import { allDiagnostics } from '../analysis/diagnostics/settings'
import type { ServerVersion } from './kinds'
import { serveClient } from './server'

/** Serves an editor on two streams. The process ends as the protocol says, by `exit`, or where the input ends. */
export function runLanguageServer(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  version: ServerVersion,
): void {
  const reader = new StreamMessageReader(input)
  const connection = createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(output))
  serveClient(connection, { version, diagnostics: allDiagnostics })
}
