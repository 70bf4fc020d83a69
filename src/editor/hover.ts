import { syntaxTree } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { hoverTooltip } from '@codemirror/view'
import type { RuleMeaning } from '../analysis/explain-rule'
import { explainRule } from '../analysis/explain-rule'
import { directivesFor } from './directives'
import type { AskWorld } from './world'

const ruleNodes = /^(Flag|Password|Hash|KeyPattern|ChannelPattern|Database|AllowCommand|DenyCommand|AllowCategory|DenyCategory|Unknown|\()$/

function box(meaning: RuleMeaning): HTMLElement {
  const dom = document.createElement('div')
  dom.className = 'cm-explain'
  for (const text of [meaning.summary, meaning.more]) if (text !== null) dom.appendChild(document.createElement('p')).textContent = text
  return dom
}

/** What the word at a place of users.acl or redis.conf means; null where there is nothing to say. */
export function meaningOf(nodeName: string, text: string, ask: AskWorld): RuleMeaning | null {
  if (nodeName === 'Username') return { summary: `The rules on this line are those of ${text}.`, more: text === 'default' ? 'Connections start as this user.' : null }
  const world = ask()
  if (!world) return null
  if (nodeName === 'Name') {
    const directive = directivesFor(world.target).find(({ name }) => name === text.toLowerCase())
    return directive && directive.summary !== '' ? { summary: `${directive.name}: ${directive.summary}.`, more: null } : null
  }
  return ruleNodes.test(nodeName) ? explainRule(text, world.target) : null
}

/** A plain sentence over each word of users.acl and redis.conf. */
export function explainOnHover(ask: AskWorld): Extension {
  return hoverTooltip((view, pos, side) => {
    const node = syntaxTree(view.state).resolveInner(pos, side)
    const meaning = meaningOf(node.name, view.state.sliceDoc(node.from, node.to), ask)
    return meaning && { pos: node.from, end: node.to, above: true, create: () => ({ dom: box(meaning) }) }
  })
}
