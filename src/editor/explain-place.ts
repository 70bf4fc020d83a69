import type { EditorState } from '@codemirror/state'
import type { SyntaxNode } from '@lezer/common'
import { explainLine, explainRoleLine } from '../analysis/explain-line'
import type { Explained, Point } from '../analysis/explain-token'
import { withCommas } from '../analysis/numbers'
import { type Phrase, type PhraseKind, phrasesOf, ruleKind, words } from '../analysis/phrase'
import { explainDirective } from './directives'
import { explainExpectationWord } from './explain-expectation'
import { hoverAt, nameIn, rolesFor, rulesIn } from './hover'
import type { Hover } from './hover-text'
import { lineSyntax, longestLine } from './line-syntax'
import type { AskWorld, World } from './world'

/** The explanation of a place: its word, and its whole line. */
export interface ExplainedPlace {
  /** Null where there is no word to explain. */
  readonly word: {
    /** The word as written; null for passwords. */
    readonly phrase: Phrase | null
    readonly meaning: readonly Phrase[]
    readonly points: readonly Point[]
  } | null
  /** The effect of the whole line; empty where there is nothing to say. */
  readonly line: readonly Phrase[]
}

/** The number of characters of a word that are shown. */
const MOST_CHARACTERS = 32

const nothing: ExplainedPlace = { word: null, line: [] }
const tooLong: ExplainedPlace = {
  word: null,
  line: [words(`Lines of more than ${withCommas(longestLine)} characters are not explained.`)],
}

/** Explains the word under the caret of users.acl or redis.conf, and its line. */
export function explainPlace(state: EditorState, ask: AskWorld): ExplainedPlace {
  const world = ask()
  if (world === null) return nothing
  const { head } = state.selection.main
  if (state.doc.lineAt(head).length > longestLine) return tooLong
  const hover = hoverAt(state, head, -1, ask) ?? hoverAt(state, head, 1, ask)
  return { word: hover && wordOf(hover, state), line: lineAt(state, head, world) }
}

/**
 * Explains each user and role of users.acl in a sentence, in the order of the file.
 * @param most the number of lines that are explained
 */
export function explainUsers(state: EditorState, ask: AskWorld, most: number): readonly (readonly Phrase[])[] {
  const world = ask()
  if (world === null) return []
  const users: (readonly Phrase[])[] = []
  for (let pos = 0; pos <= state.doc.length && users.length < most; pos = state.doc.lineAt(pos).to + 1) {
    const sentence = /^\s*(?:user|role)\s/i.test(state.doc.lineAt(pos).text) ? lineAt(state, pos, world) : []
    if (sentence.length > 0) users.push(sentence)
  }
  return users
}

/**
 * Explains the word under the caret of users.expect.
 * @param result the result of the line, shown as its explanation
 */
export function explainExpectationPlace(state: EditorState, ask: AskWorld, result: string): ExplainedPlace {
  const world = ask()
  if (world === null) return nothing
  const { head } = state.selection.main
  const { text, from } = state.doc.lineAt(head)
  const hover = explainExpectationWord(text, head - from, world)
  return {
    word: hover && wordOf({ ...hover, from: hover.from + from, to: hover.to + from }, state),
    line: result === '' ? [] : [words(result)],
  }
}

function wordOf({ from, to, explained }: Hover, state: EditorState): ExplainedPlace['word'] {
  return { phrase: namePhrase(state, from, to), meaning: meaningOf(explained), points: explained.points }
}

const meaningOf = ({ summary, more }: Explained): Phrase[] => phrasesOf(more === null ? summary : `${summary} ${more}`)

const kinds: Readonly<Record<string, PhraseKind>> = {
  User: 'flag',
  Username: 'user',
  Role: 'flag',
  RoleName: 'user',
  Name: 'flag',
  Value: 'flag',
}

const statements: ReadonlySet<string> = new Set(['UserLine', 'RoleLine', 'Directive'])

/** Returns the word with the colour that it has in the editor; null for passwords, which are not repeated. */
function namePhrase(state: EditorState, from: number, to: number): Phrase | null {
  const text = state.sliceDoc(from, Math.min(to, from + MOST_CHARACTERS))
  const { line, tree } = lineSyntax(state, from)
  const { name } = tree.resolveInner(from - line.from, 1)
  if (name === 'Comment' || name === 'Password' || name === 'Hash' || name === 'Quoted' || /^[<>#!"']/.test(text))
    return null
  const kind = kinds[name] ?? (name === 'AclFile' || name === 'ConfFile' ? null : ruleKind(text))
  return { text: to - from > MOST_CHARACTERS ? `${text}…` : text, kind: kind ?? 'flag' }
}

/** Explains the line at a place: a user, a role, or a directive of redis.conf. */
function lineAt(state: EditorState, pos: number, world: World): readonly Phrase[] {
  const {
    line: { text },
    tree,
  } = lineSyntax(state, pos)
  let node: SyntaxNode | null = tree.resolveInner(/^\s*/.exec(text)?.[0].length ?? 0, 1)
  while (node !== null && !statements.has(node.name)) node = node.parent
  if (node === null) return []
  if (node.name === 'Directive') return directive(node, text, world)
  const isRole = node.name === 'RoleLine'
  const named = node.getChild(isRole ? 'RoleName' : 'Username')
  if (named === null || (isRole && !world.target.behaviours.hasRoles)) return []
  const name = nameIn(text.slice(named.from, named.to))
  const defaults = world.userOf?.('default')?.defaults
  if (isRole) return explainRoleLine(name, rulesIn(node, text).rules, world.target, defaults?.allChannelsByDefault)
  const roles = rolesFor(state, text, world)
  return explainLine(name, rulesIn(node, text).rules, world.target, defaults?.allChannelsByDefault, roles)
}

function directive(node: SyntaxNode, line: string, { target }: World): readonly Phrase[] {
  const name = node.getChild('Name')
  if (name === null) return []
  const explained = explainDirective(line.slice(name.from, name.to), null, target)
  if (explained === null) return []
  const sentences = [
    explained.summary,
    ...explained.points.map(({ label, text }) => (label === '' ? text : `${label}: ${text}`)),
  ]
  return [words(sentences.join(' '))]
}
