import type { Completion, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import { aclReasons, loginReasons, reasons } from '../analysis/expectations/expectation'
import { completeWords } from './complete-command'
import { completePolicy, groups, policyActions, roleWords, word } from './complete-policy'
import { reasonMeanings } from './explain-expectation'
import type { AskWorld } from './world'

const verbs = [
  word('can', 'the server allows it'),
  word('cannot', 'the server denies it'),
  word('can only', 'and nothing more of the kind'),
]
const places = [
  { label: 'localhost', type: 'value', detail: 'this host' },
  { label: 'unix', type: 'value', detail: 'the Unix socket' },
]
const clauses = [
  word('from', 'where the connection comes from'),
  word('in db', 'the database it is in'),
  word('because', 'the reason of the denial'),
]

const reasonOptions = (isLogin: boolean): Completion[] =>
  (isLogin ? loginReasons : reasons).map((label) => ({
    label,
    type: 'value',
    detail: reasonMeanings[label],
    boost: (aclReasons as readonly string[]).includes(label) ? 1 : 0,
  }))

/** Completes users.expect: a user, `can` or `cannot`, the command as in the console, and the clauses after it. */
export function completeExpectation(ask: AskWorld): CompletionSource {
  return (context): CompletionResult | null => {
    const world = ask()
    const before = context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, context.pos)
    if (!world || /^\s*#/.test(before)) return null
    const typed = /\S*$/.exec(before)?.[0] ?? ''
    const from = context.pos - typed.length
    const line = before.trimStart()
    if (!/\s/.test(line)) {
      if (typed === '' && !context.explicit) return null
      return {
        from,
        options: [
          ...world.users.map((label) => ({ label: `${label} `, displayLabel: label, type: 'user' })),
          ...groups,
          ...(world.target.behaviours.hasRoles ? roleWords : []),
        ],
        validFor: /^\S*$/,
      }
    }
    const policy = completePolicy(line, from, world)
    if (policy !== undefined) return policy
    const action = /^\S+\s+(?:can|cannot)\s+(.*)$/s.exec(line)?.[1]
    if (action === undefined) return /^\S+\s+\S*$/.test(line) ? { from, options: verbs, validFor: /^\w*$/ } : null
    const isLogin = /^log\s+in\s/.test(action)
    if (/\sbecause\s+\S*$/.test(before)) return { from, options: reasonOptions(isLogin), validFor: /^[\w-]*$/ }
    if (/\sfrom\s+\S*$/.test(before)) return { from, options: places, validFor: /^\w*$/ }
    const found = isLogin ? null : completeWords(action, context.pos, context.explicit, world)
    if (!/\s/.test(action)) {
      if (typed === '' && !context.explicit) return null
      const login = word('log in', 'with its password')
      return { from, options: [login, ...policyActions, ...(found?.options ?? [])], validFor: /^\S*$/ }
    }
    const allowed = clauses.filter(({ displayLabel }) => !(isLogin && displayLabel === 'in db'))
    if (found !== null) return found.from === from ? { ...found, options: [...found.options, ...allowed] } : found
    return typed !== '' || context.explicit ? { from, options: allowed, validFor: /^\w*$/ } : null
  }
}
