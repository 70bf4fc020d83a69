import type { Action } from './actions/action'

/** Splits a text into words in lower case. */
const wordsIn = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}_|@.-]+/gu) ?? []

/**
 * Scores how well a query finds an action: 0 where it does not. Every word of the query has to begin a word of the title, the
 * hint or the synonyms, or stand within the title; letters that are merely scattered over them find nothing.
 */
export function scoreOf({ title, hint = '', synonyms = [], isFirst }: Action, query: string): number {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return 1
  if (isFirst?.(query.trim()) === true) return 10
  const name = title.toLowerCase()
  if (name.startsWith(wanted)) return 6
  if (wordsIn(title).some((word) => word.startsWith(wanted)) || name.includes(` ${wanted}`)) return 5
  if (name.includes(wanted)) return 4
  const others = [...(hint === '' ? [] : hint.split(', ')), ...synonyms].map((words) => words.toLowerCase())
  const exact = others.indexOf(wanted)
  if (exact >= 0) return 3 - exact / 100
  if (others.some((words) => words.startsWith(wanted))) return 2
  const words = [title, ...others].flatMap(wordsIn)
  return wordsIn(wanted).every((part) => words.some((word) => word.startsWith(part))) ? 1 : 0
}
