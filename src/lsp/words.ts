import { CompletionContext, type Completion, type CompletionResult } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import {
  CompletionItemKind,
  MarkupKind,
  type CompletionItem,
  type Hover,
  type Position,
} from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { markdownText } from '../analysis/escape/markdown'
import { completeExpectation } from '../editor/complete-expectation'
import { completeAcl, completeConf } from '../editor/complete-files'
import { explainExpectationWord } from '../editor/explain-expectation'
import { hoverAt } from '../editor/hover'
import type { Hover as Explanation } from '../editor/hover-text'
import { aclLanguage, confLanguage } from '../editor/languages'
import type { World } from '../editor/world'
import { loadedDocs } from '../targets/load'
import type { FileKind } from './kinds'
import { lineAt } from './lines'

const sources = { acl: completeAcl, conf: completeConf, expect: completeExpectation }
const languages = { acl: [aclLanguage], conf: [confLanguage], expect: [] }

/** The characters after which completion is asked for, besides letters. */
export const triggerCharacters = ['+', '-', '@', '~', '&', '%', '|', '(', ' ']

const kinds: Readonly<Record<string, CompletionItemKind>> = {
  user: CompletionItemKind.Variable,
  category: CompletionItemKind.Module,
  cat: CompletionItemKind.Module,
  command: CompletionItemKind.Function,
  cmd: CompletionItemKind.Function,
  prefix: CompletionItemKind.Operator,
  flag: CompletionItemKind.Keyword,
  token: CompletionItemKind.Keyword,
  directive: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  key: CompletionItemKind.Constant,
  chan: CompletionItemKind.Event,
}

/**
 * Completes the word at a place, as the page does. All files have a line for each statement, so that the line alone is
 * looked at.
 */
export async function complete(
  kind: FileKind,
  document: TextDocument,
  position: Position,
  world: World,
  explicit: boolean,
): Promise<CompletionItem[]> {
  const { text } = lineAt(document, position.line)
  const at = Math.min(position.character, text.length)
  const context = new CompletionContext(EditorState.create({ doc: text }), at, explicit)
  const found: CompletionResult | null = await sources[kind](() => world)(context)
  if (found === null) return []
  const range = { start: { line: position.line, character: found.from }, end: { line: position.line, character: at } }
  return found.options.map((option, i) => ({
    label: option.displayLabel ?? option.label,
    filterText: option.label,
    sortText: `${String(9 - (option.boost ?? 0))}${String(i).padStart(5, '0')}`,
    kind: kinds[option.type ?? ''] ?? CompletionItemKind.Text,
    ...(option.detail !== undefined && option.detail !== '' && { detail: option.detail }),
    ...documentationOf(option, world),
    textEdit: { range, newText: typeof option.apply === 'string' ? option.apply : option.label },
  }))
}

function documentationOf({ info, label }: Completion, { target }: World): Pick<CompletionItem, 'documentation'> {
  const told =
    typeof info === 'string' ? info : loadedDocs(target)?.get(label.trim().replace(/^[+-]/, '').toLowerCase())?.summary
  return told === undefined || told === '' ? {} : { documentation: told }
}

/** Explains the word at a place, as the page does on hover. */
export function hover(kind: FileKind, document: TextDocument, position: Position, world: World): Hover | null {
  const { text } = lineAt(document, position.line)
  const at = Math.min(position.character, text.length)
  const found =
    kind === 'expect'
      ? explainExpectationWord(text, at, world)
      : hoverAt(EditorState.create({ doc: text, extensions: languages[kind] }), at, 1, () => world)
  if (found === null) return null
  return {
    contents: { kind: MarkupKind.Markdown, value: markdown(found.explained) },
    range: {
      start: { line: position.line, character: found.from },
      end: { line: position.line, character: found.to },
    },
  }
}

function markdown({ summary, more, points }: Explanation['explained']): string {
  return [
    markdownText(summary),
    ...(more === null ? [] : [markdownText(more)]),
    ...points.map(({ label, text }) =>
      label === '' ? markdownText(text) : `**${markdownText(label)}**: ${markdownText(text)}`,
    ),
  ].join('\n\n')
}
