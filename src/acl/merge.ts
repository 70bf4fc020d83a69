import type { Bytes } from './bytes'
import type { Rule, Span } from './decision'
import { cString } from './rule-errors'

/** A rule as a server applies it, joined from one or more arguments. */
export interface MergedRule extends Rule {
  /** Index of the first argument. */
  readonly argument: number
}

/**
 * Joins selectors that are spread over several arguments with single spaces (ACLMergeSelectorArguments, 7.0). If a
 * parenthesis is never closed, returns the index of the argument that opens it instead.
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

/** Returns the rule of a single argument. */
export function ruleOf(text: Bytes, argument: number, spans?: readonly (Span | null)[]): MergedRule {
  return { text, span: spans?.[argument] ?? null, argument }
}
