import { inlineCode, markdownText } from '../analysis/escape/markdown'
import type { Evidence } from './answers/answer'
import type { Asked } from './asked'

const rulesOf = (rules: readonly Evidence[]): string =>
  rules
    .map(({ rule, place }) => `${inlineCode(rule)}${place === null ? '' : ` (${place.source} line ${place.line})`}`)
    .join(', ')

/** Writes a question that was answered, and its answer, as Markdown. */
export function markdownOf({ means, answer }: Asked & { readonly kind: 'answered' }): string {
  const { text, users = [], list = [], rules = [] } = answer
  return [
    `**${markdownText(means)}**`,
    '',
    markdownText(text),
    ...(users.length + list.length > 0 ? [''] : []),
    ...users.map((user) => `- ${markdownText(user.text)}${user.rules.length === 0 ? '' : ` ${rulesOf(user.rules)}`}`),
    ...list.map((item) => `- ${markdownText(item)}`),
    ...(users.length === 0 && rules.length > 0 ? ['', `By ${rulesOf(rules)}.`] : []),
    '',
  ].join('\n')
}
