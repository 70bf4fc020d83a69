import type { ExpectationResult, PolicyStatement, Statement } from '../../analysis/expectations/expectation'
import { Entry } from '../state/Entry.svelte'
import type { Judged } from './judge'

/** A line that was opened: what became of it, with an entry that carries its decision for the reasons' card. */
export interface Opened {
  readonly line: number
  readonly text: string
  /** `unread`: it is no expectation. */
  readonly state: ExpectationResult['state'] | 'unread'
  readonly message: string
  readonly hint: string | null
  /** The server's answer, where it is known. */
  readonly reply: ExpectationResult['reply']
  readonly entry: Entry | null
  /** True for a sentence about every command line that a counterexample disproves: there may be a fix. */
  readonly isDisproved: boolean
  /** True where the rules have changed since, and it is checked again. */
  readonly isStale: boolean
}

/** Returns a key that is equal for lines that state the same. No origin is the same as this host. */
export function matter(statement: Statement | PolicyStatement): string {
  const { verb, origin, db } = statement
  const place = origin === null || origin.kind === 'loopback' ? '' : origin.kind === 'unix' ? 'unix' : origin.address
  if ('user' in statement) return JSON.stringify([statement.user, verb, statement.action, place, db ?? 0])
  const { subject, access, byOwnRules } = statement
  return JSON.stringify([subject, verb, access, byOwnRules, place, db])
}

/** Returns those of some statements that no line states, up to a number of them; each comes with its `matter`. */
export function unstated(
  { results }: Judged,
  statements: readonly { readonly said: string; readonly statement: Statement }[],
  most: number,
): readonly Statement[] {
  const known = new Set(results.map(({ expectation }) => matter(expectation)))
  const fresh: Statement[] = []
  for (const { said, statement } of statements) {
    if (fresh.length === most) break
    if (!known.has(said)) fresh.push(statement)
  }
  return fresh
}

/** Returns the line (from 1) that states this already, whatever reason it gives; null where none does. */
export function lineOf({ results }: Judged, statement: Statement | PolicyStatement): number | null {
  const said = matter(statement)
  return results.find(({ expectation }) => matter(expectation) === said)?.expectation.place.line ?? null
}

/** Returns a line of the file (from 1), without white space around it. */
export const textOfLine = (expect: string, line: number): string => expect.split('\n')[line - 1]?.trim() ?? ''

/** Returns the text of a line that has a result; null for other lines. */
export function textOfJudged({ results, problems }: Judged, expect: string, line: number): string | null {
  const all = [...results.map(({ expectation }) => expectation), ...problems]
  return all.some(({ place }) => place.line === line) ? textOfLine(expect, line) : null
}

/** Returns the first line after this one that does not hold, from the end on again from the start; null where all hold. */
export function nextFailing({ results, problems }: Judged, after: number): number | null {
  const lines = [
    ...results.flatMap(({ state, expectation }) => (state === 'holds' ? [] : [expectation.place.line])),
    ...problems.map(({ place }) => place.line),
  ].sort((a, b) => a - b)
  return lines.find((line) => line > after) ?? lines[0] ?? null
}

/** Returns what became of the line with this text, for its card; null where there is none. */
export function openedOf(judged: Judged, expect: string, open: string): Opened | null {
  const result = judged.results.find(({ expectation }) => expectation.text === open)
  if (result === undefined) {
    const problem = judged.problems.find(({ place }) => textOfLine(expect, place.line) === open)
    return problem === undefined
      ? null
      : {
          line: problem.place.line,
          text: open,
          state: 'unread',
          message: problem.message,
          hint: problem.hint,
          reply: null,
          entry: null,
          isDisproved: false,
          isStale: false,
        }
  }
  const { expectation, decision, state, message, hint, reply, proof } = result
  const isDisproved = proof?.kind === 'disproved'
  const { line } = expectation.place
  const isStale = judged.lines.some((one) => one.line === line && one.isStale === true)
  const opened = { line, text: open, state, message, hint, reply, isDisproved, isStale }
  if (decision === null) return { ...opened, entry: null }
  const entry = new Entry('command', '', expectation.text)
  if (expectation.kind === 'line') entry.decided(decision, expectation.user, expectation.db ?? 0)
  else if (proof?.kind === 'disproved') entry.decided(decision, proof.user, proof.line?.db ?? 0)
  return { ...opened, entry }
}
