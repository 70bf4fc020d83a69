import {
  CodeActionKind,
  CodeLensRefreshRequest,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeResult,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { unknownCode } from '../analysis/diagnostics/codes'
import { formatAcl, formatConf } from '../analysis/format'
import { version } from '../../package.json'
import { definitionOf, fixAll, fixes, lenses, lspDiagnostic, namedAt, rename } from './changes'
import { Documents } from './documents'
import { watchedNames } from './kinds'
import { textEdits } from './lines'
import { readSettings, type Settings } from './settings'
import { folds, semanticTokens, symbols, tokenTypes } from './structure'
import { complete, hover, triggerCharacters } from './words'

/** Serves a client on a connection. Nothing is sent before `listen`. */
export function serveClient(connection: Connection, given: Settings): void {
  const open = new TextDocuments(TextDocument)
  const documents = new Documents(open, given, (uri, documentVersion, diagnostics) => {
    const document = open.get(uri)
    void connection.sendDiagnostics({
      uri,
      ...(documentVersion !== null && { version: documentVersion }),
      diagnostics: document === undefined ? [] : diagnostics.map((one) => lspDiagnostic(document, one)),
    })
    if (refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type)
  })
  let refreshesLenses = false
  let watches = false

  function configure(value: unknown): void {
    const settings = readSettings(value, given)
    documents.settings = settings
    const problem = unknownCode(settings.diagnostics.silenced)
    if (problem !== null)
      void connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: `The setting aclPlayground.ignore: ${problem}`,
      })
  }

  connection.onInitialize(({ capabilities, initializationOptions }): InitializeResult => {
    configure(initializationOptions)
    refreshesLenses = capabilities.workspace?.codeLens?.refreshSupport === true
    watches = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true
    return {
      serverInfo: { name: 'acl-playground', version },
      capabilities: {
        // Every client has UTF-16.
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        completionProvider: { triggerCharacters },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
        definitionProvider: true,
        renameProvider: { prepareProvider: true },
        documentFormattingProvider: true,
        foldingRangeProvider: true,
        documentSymbolProvider: true,
        codeLensProvider: {},
        semanticTokensProvider: { legend: { tokenTypes, tokenModifiers: [] }, full: true },
      },
    }
  })
  connection.onInitialized(() => {
    if (!watches) return
    const watchers = watchedNames.map((globPattern) => ({ globPattern }))
    // A client that declines shows what it reads when a file is opened, edited or saved.
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => undefined)
  })
  connection.onDidChangeWatchedFiles(() => documents.reload())
  connection.onDidChangeConfiguration(({ settings }) => {
    const section = (settings as Readonly<Record<string, unknown>> | null)?.['aclPlayground']
    configure(section)
  })

  connection.onHover(async ({ textDocument: { uri }, position }) => {
    const found = await documents.loaded(uri)
    return found && hover(found.kind, found.document, position, found.loaded.world)
  })
  connection.onCompletion(async ({ textDocument: { uri }, position, context }) => {
    const found = await documents.lastLoaded(uri)
    // A space asks for the next word only where rules or arguments follow.
    const isExplicit = context?.triggerCharacter !== ' '
    return found && complete(found.kind, found.document, position, found.loaded.world, isExplicit)
  })
  connection.onCodeAction(async ({ textDocument: { uri }, range, context: { only } }) => {
    const found = await documents.checked(uri)
    if (found === null) return null
    const wants = (kind: string): boolean => only === undefined || only.some((one) => kind.startsWith(one))
    return [
      ...(wants(CodeActionKind.QuickFix) ? fixes(found.document, found.diagnostics, range) : []),
      ...(wants(CodeActionKind.SourceFixAll) && found.kind === 'acl'
        ? fixAll(found.document, documents.fixAll(found))
        : []),
    ]
  })
  connection.onCodeLens(async ({ textDocument: { uri } }) => {
    const found = await documents.checked(uri)
    return found && lenses(found.kind, found.document, found.results)
  })
  connection.onPrepareRename(({ textDocument: { uri }, position }) => {
    const found = documents.open(uri)
    const named = found && namedAt(found.kind, found.document, position)
    return named && { range: named.range, placeholder: named.name }
  })
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) => {
    const found = documents.open(uri)
    const named = found && namedAt(found.kind, found.document, position)
    if (found === null || named === null)
      return new ResponseError(ErrorCodes.InvalidParams, 'There is no name of a user or role here.')
    const project = documents.projectOf(found)
    const edit = project === null ? 'The file cannot be read.' : rename(project, named, newName)
    return typeof edit === 'string' ? new ResponseError(ErrorCodes.InvalidParams, edit) : edit
  })
  connection.onDefinition(({ textDocument: { uri }, position }) => {
    const found = documents.open(uri)
    const named = found && namedAt(found.kind, found.document, position)
    const project = found && documents.projectOf(found)
    return project && named && definitionOf(project, named)
  })
  connection.onDocumentFormatting(async ({ textDocument: { uri } }) => {
    const found = await documents.loaded(uri)
    if (found === null || found.kind === 'expect') return []
    const text = found.document.getText()
    return textEdits(found.document, found.kind === 'acl' ? formatAcl(text, found.loaded.target) : formatConf(text))
  })
  connection.onFoldingRanges(({ textDocument: { uri } }) => {
    const found = documents.open(uri)
    return found && folds(found.document)
  })
  connection.onDocumentSymbol(({ textDocument: { uri } }) => {
    const found = documents.open(uri)
    return found && symbols(found.kind, found.document)
  })
  connection.languages.semanticTokens.on(({ textDocument: { uri } }) => {
    const found = documents.open(uri)
    return found === null ? { data: [] } : semanticTokens(found.kind, found.document)
  })

  open.listen(connection)
  connection.listen()
}
