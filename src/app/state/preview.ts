import { wordAt } from '../../acl/argv'
import type { Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import type { Preview } from '../../editor/command-line'
import type { SimulatedServer } from '../../server/server'
import type { Verdict } from './Entry.svelte'
import type { Console } from './Console.svelte'
import { deniedLogIn, denialAfterCheck } from './denial'
import { typedWords } from './words'

/** The preview of a line before Enter: its verdict, its keys, the arguments to come. */
export interface LinePreview extends Preview {
  readonly verdict: Verdict | null
}

/** Commands that anyone may run without logging in (flag no_auth). */
const needsLogIn = (flags: ReadonlySet<string>): boolean => !flags.has('no_auth') && !flags.has('no-auth')

/** Returns the arguments to come, where the words so far end with a space (`open`) or not; empty where nothing is known. */
export type HintOf = (command: Command, argv: readonly Bytes[], open: boolean) => string

/** Judges a line as it stands, for the console's user; nothing is run or logged. */
export function previewOf(
  line: string,
  one: Console,
  server: SimulatedServer | null,
  hintOf: HintOf | null,
): LinePreview {
  const nothing: LinePreview = { line, marks: [], hint: '', verdict: null }
  const typed = typedWords(line)
  // A line may start with how many times to run it.
  const words =
    typed !== null && typed.length > 1 && /^[1-9][0-9]*$/.test(typed[0]?.text ?? '') ? typed.slice(1) : typed
  if (words === null || words.length === 0 || server === null) return nothing
  const argv = words.map((word) => word.text)
  const { command, container } = server.lookup(argv)
  // A word is not finished before the space behind it: `GE` is no unknown command yet.
  const finished = /\s$/.test(line) || words.length > 1
  if (command === undefined) {
    const known = container !== null || !finished || wordAt(argv, 0) === 'clear'
    return known ? nothing : { ...nothing, verdict: { kind: 'plain', text: 'no such command' } }
  }
  const hint = hintOf?.(command, argv, /\s$/.test(line)) ?? ''
  if (one.connected && one.user === null) {
    if (needsLogIn(command.flags)) return { ...nothing, hint, verdict: { kind: 'no', text: 'not logged in' } }
    const failure = deniedLogIn(server, argv)
    return { ...nothing, hint, verdict: failure && { kind: 'no', text: `would be denied: ${failure.reason}` } }
  }
  if (one.user === null) return { ...nothing, hint }
  const decision = server.judge(one.user, argv, { db: one.connection?.db ?? 0 })
  if (decision === null) return { ...nothing, hint }
  const check = decision.selectors[decision.decidedBy]
  const marks = [...(check?.keys ?? []), ...(check?.channels ?? [])].flatMap(({ use, allowed }) => {
    const word = words[use.at]
    return word ? [{ from: word.from, to: word.to, passes: allowed }] : []
  })
  const complete = command.arity >= 0 ? argv.length === command.arity : argv.length >= -command.arity
  const denial = one.connection?.inMulti === true ? null : denialAfterCheck(server, decision, one.origin)
  if (denial !== null) return { line, marks, hint, verdict: { kind: 'no', text: `would be denied: ${denial.reason}` } }
  if (decision.allowed)
    return { line, marks, hint, verdict: { kind: 'ok', text: complete ? 'would be allowed' : 'allowed so far' } }
  return { line, marks, hint, verdict: { kind: 'no', text: `would be denied: ${decision.reason ?? 'command'}` } }
}
