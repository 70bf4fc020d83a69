import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pathToFileURL } from 'node:url'
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
} from 'vscode-languageserver-protocol/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { runLanguageServer } from '../../src/lsp'

/** A client of a language server in this process. */
export class Client {
  readonly connection: ProtocolConnection
  readonly #published: PublishDiagnosticsParams[] = []
  readonly #waiting = new Set<() => void>()
  readonly #documents = new Map<string, TextDocument>()
  readonly #watched: Promise<readonly string[]>

  private constructor(connection: ProtocolConnection) {
    this.connection = connection
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.push(params)
      for (const wake of this.#waiting) wake()
    })
    this.#watched = new Promise((resolve) =>
      connection.onRequest(RegistrationRequest.type, ({ registrations: [one] }) => {
        const { watchers } = one?.registerOptions as { readonly watchers: readonly { readonly globPattern: string }[] }
        resolve(watchers.map(({ globPattern }) => globPattern))
      }),
    )
    connection.listen()
  }

  static async start(initializationOptions: unknown = {}, capabilities: ClientCapabilities = {}): Promise<Client> {
    const toServer = new PassThrough()
    const toClient = new PassThrough()
    runLanguageServer(toServer, toClient, { target: 'redis-8.0', release: null })
    const client = new Client(
      createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer)),
    )
    await client.connection.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      capabilities,
      initializationOptions,
    })
    await client.connection.sendNotification(InitializedNotification.type, {})
    return client
  }

  /** Resolves to the patterns of the files that the server asks to watch. */
  get watched(): Promise<readonly string[]> {
    return this.#watched
  }

  /** Opens a document; files on disk are not read for it. */
  async open(uri: string, text: string, languageId = 'plaintext'): Promise<TextDocument> {
    const document = TextDocument.create(uri, languageId, 1, text)
    this.#documents.set(uri, document)
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    })
    return document
  }

  /** Replaces a range, as an editor does while somebody types. */
  async edit(uri: string, range: Range, text: string): Promise<void> {
    const document = this.document(uri)
    const changes = [{ range, text }]
    TextDocument.update(document, changes, document.version + 1)
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: document.version },
      contentChanges: changes,
    })
  }

  document(uri: string): TextDocument {
    const document = this.#documents.get(uri)
    if (document === undefined) throw new Error(`${uri} is not open`)
    return document
  }

  /** Resolves to the diagnostics of a document's present version. */
  async diagnostics(uri: string): Promise<PublishDiagnosticsParams['diagnostics']> {
    for (;;) {
      const { version } = this.document(uri)
      const found = this.#published.findLast((params) => params.uri === uri && params.version === version)
      if (found !== undefined) return found.diagnostics
      await new Promise<void>((wake) => {
        const once = (): void => {
          this.#waiting.delete(once)
          wake()
        }
        this.#waiting.add(once)
      })
    }
  }

  /** Forgets the diagnostics so far: only those that come from now on count. */
  forget(): void {
    this.#published.length = 0
  }

  close(): void {
    this.connection.dispose()
  }
}

/** Makes a folder with these files; gives their addresses. */
export function folder<T extends Record<string, string>>(contents: T): { readonly [name in keyof T]: string } {
  const path = mkdtempSync(join(tmpdir(), 'acl-playground-lsp-'))
  return Object.fromEntries(
    Object.entries(contents).map(([name, content]) => {
      writeFileSync(join(path, name), content)
      return [name, pathToFileURL(join(path, name)).href]
    }),
  ) as { readonly [name in keyof T]: string }
}

/** Takes the `|` out of a text; gives the text and its position. */
export function marked(text: string): { readonly text: string; readonly position: Position } {
  const at = text.lastIndexOf('|')
  const plain = text.slice(0, at) + text.slice(at + 1)
  return { text: plain, position: TextDocument.create('', '', 0, plain).positionAt(at) }
}
