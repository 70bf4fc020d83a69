import { forEachDiagnostic } from '@codemirror/lint'
import type { EditorState, Extension } from '@codemirror/state'
import { type Tooltip, hoverTooltip } from '@codemirror/view'
import type { SyntaxNode } from '@lezer/common'
import { fromText, toText, type Bytes } from '../acl/bytes'
import type { RoleTable } from '../acl/holder'
import type { Role } from '../acl/role'
import { explainRoleLine } from '../analysis/explain-line'
import { type Explained, explainToken, explainUserRules, explanation } from '../analysis/explain-token'
import { phrasesOf, plain } from '../analysis/phrase'
import { splitWords } from '../acl/split'
import { loadedDocs } from '../targets/load'
import { explainCommandWord } from './explain-command-word'
import { explainExpectationWord } from './explain-expectation'
import { explainDirective } from './directives'
import type { Hover } from './hover-text'
import { lineSyntax } from './line-syntax'
import { diagnosticOf } from './diagnostics'
import { rolesAt } from './roles'
import type { AskWorld, World } from './world'

const ruleNames =
  /^(Flag|Password|Hash|KeyPattern|ChannelPattern|Database|Roles|AllowCommand|DenyCommand|AllowCategory|DenyCategory|Unknown|Selector|Unclosed|Quoted)$/

/** Returns a rule as a server parses it: redis.conf has quotes, users.acl does not. */
function ruleText(text: string, quotes: boolean): string {
  return fromText(quotes ? (splitWords(fromText(text))?.[0]?.text ?? text) : text)
}

/** Returns the rules around a rule of a line, including itself: those of its selector, or of the line. */
export function rulesIn(parent: SyntaxNode, line: string): { readonly rules: string[]; readonly nodes: SyntaxNode[] } {
  const nodes: SyntaxNode[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling) if (ruleNames.test(node.name)) nodes.push(node)
  const rules = nodes.map((node) => ruleText(line.slice(node.from, node.to), node.name === 'Quoted'))
  return { rules, nodes }
}

/** Returns the roles that users of a line may hold; undefined where the line gives none. */
export function rolesFor(state: EditorState, line: string, world: World): ReadonlyMap<Bytes, Role> | undefined {
  if (!world.target.behaviours.hasRoles || !/role=/i.test(line)) return undefined
  const { name } = lineSyntax(state, 0).tree.topNode
  return rolesAt(state, world, name === 'AclFile' ? 'acl' : 'conf')
}

function ofUser(
  name: string,
  node: SyntaxNode | null,
  line: string,
  world: World,
  roles: RoleTable | undefined,
): Explained {
  const can = node && explainUserRules(name, rulesIn(node, line).rules, world.target, roles)
  const start = name === 'default' ? 'Connections start as this user.' : null
  return can === null ? explanation(`The rules on this line are those of ${name}.`, start) : explanation(can, start)
}

/** Explains the keyword or the name of a role's line. */
function ofRole(text: string, { name, parent }: SyntaxNode, line: string, { target, userOf }: World): Explained {
  if (!target.behaviours.hasRoles) return explanation(`${target.label} has no roles.`)
  if (name === 'Role')
    return explanation(
      'This line is a role: its name follows, then the rules that it adds to those of the users who hold it, by role=.',
    )
  const rules = parent === null ? [] : rulesIn(parent, line).rules
  const allChannels = userOf?.('default')?.defaults.allChannelsByDefault
  return explanation(plain(explainRoleLine(nameIn(text), rules, target, allChannels)))
}

/** Returns a name as the server reads it: redis.conf has quotes. */
export const nameIn = (text: string): string => (/^["']/.test(text) ? toText(ruleText(text, true)) : text)

/** Explains the word at a place of users.acl or redis.conf; null where there is nothing to explain. */
export function hoverAt(state: EditorState, pos: number, side: -1 | 0 | 1, ask: AskWorld): Hover | null {
  const world = ask()
  if (!world) return null
  const { line, tree } = lineSyntax(state, pos)
  const found = tree.resolveInner(pos - line.from, side)
  const node = found.name === '(' || found.name === ')' ? (found.parent ?? found) : found
  const text = line.text.slice(node.from, node.to)
  const at = (explained: Explained | null, { from, to }: { from: number; to: number } = found): Hover | null =>
    explained && { from: line.from + from, to: line.from + to, explained }
  if (node.name === 'Comment') {
    // A comment in redis.conf needs no explanation; in users.acl it keeps the server from starting.
    if (node.parent?.name !== 'AclFile') return null
    return at(
      explanation(
        world.target.behaviours.commentsInAclFile
          ? 'A comment: the server reads past it, and drops it on ACL SAVE.'
          : `${world.target.label} refuses a file with comments.`,
      ),
    )
  }
  if (node.name === 'User')
    return at(explanation('This line is a user: its name follows, then its rules, applied from left to right.'))
  if (node.name === 'Username')
    return at(ofUser(text, node.parent, line.text, world, rolesFor(state, line.text, world)))
  if (node.name === 'Role' || node.name === 'RoleName') return at(ofRole(text, node, line.text, world))
  if (node.name === 'Name' || node.name === 'Value' || (node.name === 'Quoted' && node.parent?.name === 'Directive'))
    return at(directiveAt(node, line.text, world))
  const parent = node.parent
  if (!parent || !ruleNames.test(node.name)) return null
  const { rules, nodes } = rulesIn(parent, line.text)
  const index = nodes.findIndex(({ from }) => from === node.from)
  const keys = world.keys.map(fromText)
  const roles = rolesFor(state, line.text, world)
  return at(
    explainToken(rules, index, {
      target: world.target,
      docs: loadedDocs(world.target),
      keys,
      channels: world.channels.names.map(fromText),
      ...(roles !== undefined && { roles }),
    }),
  )
}

function directiveAt(node: SyntaxNode, line: string, world: World): Explained | null {
  const directive = node.parent
  const name = directive?.getChild('Name')
  return name
    ? explainDirective(
        line.slice(name.from, name.to),
        node.name === 'Name' ? null : line.slice(node.from, node.to),
        world.target,
      )
    : null
}

/** Explains the word at a place of the console's line. */
export function commandHoverAt(line: string, pos: number, ask: AskWorld): Hover | null {
  const world = ask()
  return world && explainCommandWord(line, pos, world)
}

/** Appends a sentence with its rules in their colours. */
function coloured(line: HTMLElement, text: string): void {
  for (const { text: part, kind } of phrasesOf(text)) {
    if (kind === null) {
      line.append(part)
      continue
    }
    const code = line.appendChild(document.createElement('code'))
    code.className = `cm-word-${kind}`
    code.textContent = part
  }
}

function paragraph(box: HTMLElement, text: string, label = ''): void {
  const line = box.appendChild(document.createElement('p'))
  if (label !== '') line.appendChild(document.createElement('b')).textContent = `${label}: `
  coloured(line, text)
}

function box({ summary, more, points }: Explained): HTMLElement {
  const dom = document.createElement('div')
  dom.className = 'cm-explain'
  paragraph(dom, summary)
  if (more !== null) paragraph(dom, more)
  for (const { label, text } of points) paragraph(dom, text, label)
  return dom
}

const tooltip = (hover: Hover | null): Tooltip | null =>
  hover && { pos: hover.from, end: hover.to, above: true, create: () => ({ dom: box(hover.explained) }) }

/** Parts of an explanation that a diagnostic on the same word repeats, by its code. */
const repeatedByDiagnostics: Readonly<Record<string, RegExp>> = {
  'dangerous-residue': /^It (?:holds|lacks) what/,
  'read-write-gaps': /^It lacks what clients send/,
  'type-category-gaps': /^It lacks what works on keys/,
}

/** Removes what the diagnostic below repeats. */
function withoutRepeats(hover: Hover, state: EditorState): Hover {
  const repeats: RegExp[] = []
  forEachDiagnostic(state, (diagnostic, from, to) => {
    const said =
      from < hover.to && to > hover.from ? repeatedByDiagnostics[diagnosticOf(diagnostic)?.code ?? ''] : undefined
    if (said !== undefined) repeats.push(said)
  })
  const points = hover.explained.points.filter(({ label }) => !repeats.some((said) => said.test(label)))
  return { ...hover, explained: { ...hover.explained, points } }
}

/** Explains the words of users.acl and redis.conf on hover. */
export function explainOnHover(ask: AskWorld): Extension {
  return hoverTooltip((view, pos, side) => {
    const hover = hoverAt(view.state, pos, side, ask)
    return tooltip(hover && withoutRepeats(hover, view.state))
  })
}

/** Explains the words of users.expect on hover. */
export function explainExpectationOnHover(ask: AskWorld): Extension {
  return hoverTooltip((view, pos) => {
    const world = ask()
    const { text, from } = view.state.doc.lineAt(pos)
    const hover = world && explainExpectationWord(text, pos - from, world)
    return tooltip(hover && { from: hover.from + from, to: hover.to + from, explained: hover.explained })
  })
}

/** Explains the words of the console's line on hover. */
export function explainCommandOnHover(ask: AskWorld): Extension {
  return hoverTooltip((view, pos) => tooltip(commandHoverAt(view.state.doc.toString(), pos, ask)))
}
