import type { CommandSpace } from './allowed'
import type { Bytes } from './bytes'
import type { Rule } from './decision'
import type { RuleError } from './rule-errors'
import { Selector } from './selector'
import { SourceText } from './source'
import { splitWords } from './split'

/** A cache of selectors by their text, which determines all of them but their place. */
type Known = Map<Bytes, Selector | RuleError>

const known = new WeakMap<CommandSpace, { readonly closed: Known; readonly open: Known }>()
/** The largest size of the cache: more texts than any set of roles has. */
const MAX_KNOWN = 5_000

/**
 * Creates a selector from `( … )`. The words inside are split as in a command line, quotes included; an unclosed quote
 * makes an empty selector, as on servers.
 */
export function readSelector(space: CommandSpace, rule: Bytes, allChannels: boolean): Selector | RuleError {
  let both = known.get(space)
  if (both === undefined) known.set(space, (both = { closed: new Map(), open: new Map() }))
  const texts = allChannels ? both.open : both.closed
  const model = texts.get(rule) ?? make(space, rule, allChannels)
  if (texts.size < MAX_KNOWN) texts.set(rule, model)
  return typeof model === 'string' ? model : model.copy()
}

function make(space: CommandSpace, rule: Bytes, allChannels: boolean): Selector | RuleError {
  const selector = new Selector(space, allChannels)
  for (const word of splitWords(rule.slice(1, -1)) ?? []) {
    const error = selector.apply(word.text)
    if (error !== null) return error
  }
  return selector
}

/** Returns the rules inside a `( … )`, each with its own place. */
export function rulesInside({ text, span }: Rule): Rule[] {
  const words = splitWords(text.slice(1, -1)) ?? []
  // Places are in UTF-16 units, offsets in the rule's bytes.
  const source = span === null ? null : new SourceText(span.source, text)
  return words.map((word) => {
    const inside = source?.span(0, word.from + 1, word.to + 1)
    if (span === null || inside === undefined) return { text: word.text, span: null }
    return { text: word.text, span: { ...span, from: span.from + inside.from, to: span.from + inside.to } }
  })
}
