import type { CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import { completePattern, completeRule } from './complete-rules'
import { directivesFor } from './directives'
import type { AskWorld, World } from './world'

/** Completes the words after `user`: a name, then rules. */
function completeUserLine(context: CompletionContext, before: string, world: World): CompletionResult | null {
  const word = /[^ \t]*$/.exec(before)?.[0] ?? ''
  if (/^\s*user[ \t]+[^ \t]*$/i.test(before)) {
    // The file is loaded during typing, so that a partial name may exist as a user.
    const names = [...new Set(['default', ...world.users])].filter((name) => name !== word)
    return {
      from: context.pos - word.length,
      options: names.map((label) => ({ label, type: 'user' })),
      validFor: /^[^\s]*$/,
    }
  }
  const typed = word.replace(/^["'(]+/, '')
  if (typed === '' && !context.explicit && word === '') return null
  const options = [...completePattern(typed, world), ...completeRule(typed, world.target)]
  return options.length === 0
    ? null
    : { from: context.pos - typed.length, options, validFor: typed.includes('|') ? /^[^\s()]*$/ : /^[^\s()|]*$/ }
}

/** Completes users.acl. */
export function completeAcl(ask: AskWorld): CompletionSource {
  return (context) => {
    const world = ask()
    const before = context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, context.pos)
    if (!world || before.startsWith('#')) return null
    if (/^\s*\w*$/.test(before)) {
      if (before.trim() === '' && !context.explicit) return null
      return {
        from: context.pos - before.trimStart().length,
        options: [{ label: 'user ', displayLabel: 'user', type: 'flag', detail: 'a line for a user' }],
        validFor: /^\w*$/,
      }
    }
    return /^\s*user /.test(before) ? completeUserLine(context, before, world) : null
  }
}

/** Completes redis.conf: directives, their values where these are words, and the rules of `user` lines. */
export function completeConf(ask: AskWorld): CompletionSource {
  return (context) => {
    const world = ask()
    const before = context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, context.pos)
    if (!world || /^\s*#/.test(before)) return null
    if (/^\s*user[ \t]/i.test(before)) return completeUserLine(context, before, world)
    const word = /[^ \t]*$/.exec(before)?.[0] ?? ''
    const from = context.pos - word.length
    const directives = directivesFor(world.target)
    if (/^\s*\S*$/.test(before)) {
      if (word === '' && !context.explicit) return null
      const options = directives.map(({ name, summary }) => ({
        label: name,
        apply: `${name} `,
        type: 'directive',
        detail: summary,
        boost: summary === '' ? 0 : 1,
      }))
      return { from, options, validFor: /^\S*$/ }
    }
    const name = /^\s*(\S+)/.exec(before)?.[1]?.toLowerCase()
    if (name === 'rename-command' && /^\s*\S+\s+\S*$/.test(before)) {
      const options = world.target.table.commands
        .filter(({ parent }) => parent === null)
        .map((command) => ({ label: command.name, apply: `${command.name} `, type: 'command' }))
      return { from, options, validFor: /^\S*$/ }
    }
    const directive = directives.find((one) => one.name === name)
    const values = directive?.values
    return values
      ? {
          from,
          options: values.map((label) => ({
            label,
            type: 'value',
            ...(label === directive.usual ? { detail: 'without it' } : {}),
          })),
          validFor: /^\S*$/,
        }
      : null
  }
}
