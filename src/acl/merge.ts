import type { Bytes } from './bytes'
import type { Rule, Span } from './decision'
import { cString } from './rule-errors'

/** A rule as a server applies it, put together from one or more arguments. */
export interface MergedRule extends Rule {
  /** The first of them. */
  readonly argument: number
}

/**
 * Puts together selectors that are spread over several arguments, joined by single spaces (ACLMergeSelectorArguments,
 * 7.0). Returns the index of the argument that opens a parenthesis which is never closed instead, where there is one.
 */
export function mergeSelectors(args: readonly Bytes[], spans?: readonly (Span | null)[]): MergedRule[] | number {
  const merged: MergedRule[] = []
  let open: { text: Bytes; readonly argument: number } | null = null
  for (const [i, arg] of args.entries()) {
    if (open !== null) {
      open.text += ` ${cString(arg)}`
      if (!arg.endsWith(')')) continue
      const from = spans?.[open.argument]
      const to = spans?.[i]
      const span: Span | null = from && to ? { ...from, to: to.to } : null
      merged.push({ text: open.text, span, argument: open.argument })
      open = null
    } else if (arg[0] === '(' && !arg.endsWith(')')) {
      open = { text: arg, argument: i }
    } else {
      merged.push(ruleOf(arg, i, spans))
    }
  }
  return open === null ? merged : open.argument
}

/** A rule of one argument. */
export function ruleOf(text: Bytes, argument: number, spans?: readonly (Span | null)[]): MergedRule {
  return { text, span: spans?.[argument] ?? null, argument }
}
