import type { CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import { toText } from '../acl/bytes'
import { isOfUsersOnly } from '../acl/role'
import { parseRule } from '../acl/rule'
import { completePattern, completeRoles, completeRule } from './complete-rules'
import { directivesFor } from './directives'
import { rolesAt } from './roles'
import type { AskWorld, World } from './world'

/** Completes the words after `user` or `role`: a name, then rules. */
function completeRules(
  context: CompletionContext,
  before: string,
  world: World,
  file: 'acl' | 'conf',
): CompletionResult | null {
  const word = /[^ \t]*$/.exec(before)?.[0] ?? ''
  const isRole = /^\s*role\s/i.test(before)
  if (isRole && !world.target.behaviours.hasRoles) return null
  if (/^\s*(?:user|role)[ \t]+[^ \t]*$/i.test(before)) {
    const known = isRole ? [...(world.roles?.keys() ?? [])].map(toText) : ['default', ...world.users]
    // The file is loaded during typing, so that a partial name may exist as a user.
    const names = [...new Set(known)].filter((name) => name !== word)
    return {
      from: context.pos - word.length,
      options: names.map((label) => ({ label, type: 'user' })),
      validFor: /^[^\s]*$/,
    }
  }
  const typed = word.replace(/^["'(]+/, '')
  if (typed === '' && !context.explicit && word === '') return null
  if (/^role=/i.test(typed) && world.target.behaviours.hasRoles) {
    if (isRole || isInSelector(before)) return null
    const options = completeRoles(typed, rolesAt(context.state, world, file))
    const from = context.pos - (typed.length - Math.max(typed.indexOf('='), typed.lastIndexOf(',')) - 1)
    return options.length === 0 ? null : { from, options, validFor: /^[^\s,()]*$/ }
  }
  const all = [...completePattern(typed, world), ...completeRule(typed, world.target)]
  const options = isRole ? all.filter(({ label }) => !isOfUsersOnly(parseRule(label))) : all
  return options.length === 0
    ? null
    : { from: context.pos - typed.length, options, validFor: typed.includes('|') ? /^[^\s()]*$/ : /^[^\s()|]*$/ }
}

const isInSelector = (before: string): boolean => /(?:^|[ \t])\([^)]*$/.test(before)

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
        options: ['user', ...(world.target.behaviours.hasRoles ? ['role'] : [])].map((word) => ({
          label: `${word} `,
          displayLabel: word,
          type: 'flag',
          detail: `a line for a ${word}`,
        })),
        validFor: /^\w*$/,
      }
    }
    return /^\s*(?:user|role) /.test(before) ? completeRules(context, before, world, 'acl') : null
  }
}

/** Completes redis.conf: directives, their values where these are words, and the rules of `user` and `role` lines. */
export function completeConf(ask: AskWorld): CompletionSource {
  return (context) => {
    const world = ask()
    const before = context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, context.pos)
    if (!world || /^\s*#/.test(before)) return null
    if (/^\s*(?:user|role)[ \t]/i.test(before)) return completeRules(context, before, world, 'conf')
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
