import type { Completion, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import { toText } from '../acl/bytes'
import type { Command } from '../acl/command'
import { isOfUsersOnly } from '../acl/role'
import { parseRule } from '../acl/rule'
import { nearest } from '../analysis/nearest'
import { directivesOf } from '../targets/directives'
import type { ArgumentDoc } from '../targets/docs'
import { loadedDocs } from '../targets/load'
import { expectedAfter } from './argument-grammar'
import { wordsOf } from './command-words'
import { completePattern, completeRoles, completeRule } from './complete-rules'
import type { AskWorld, World } from './world'

/** Writes a word in the case of the typed text. */
const inCaseOf = (typed: string, word: string): string =>
  /[a-z]/.test(typed) ? word.toLowerCase() : word.toUpperCase()

function names(list: readonly string[], type: string): Completion[] {
  return list.map((label) => ({ label, type }))
}

/** Returns true where the argument at `at` can be a key, by the command's first, last and step, or by its key specs. */
function takesKey(command: Command, at: number): boolean {
  const { firstKey, lastKey, step, keySpecs } = command
  if (firstKey > 0 && at >= firstKey && (lastKey < 0 || at <= lastKey) && (at - firstKey) % Math.max(step, 1) === 0)
    return true
  return keySpecs.some((spec) => spec.begin.type === 'index' && spec.find.type === 'range' && at === spec.begin.index)
}

const takesUser = new Set(['acl setuser 2', 'acl getuser 2', 'acl deluser 2', 'acl dryrun 2', 'auth 1'])
const takesRole = new Set(['acl setrole 2', 'acl getrole 2', 'acl delrole 2'])

/** Returns completions for argument `words.length` of a line that starts with `words`. */
function argument(words: readonly string[], typed: string, world: World): readonly Completion[] {
  const { table } = world.target
  const first = (words[0] ?? '').toLowerCase()
  const command = table.resolve(words)
  const container = table.find(first)
  const at = words.length
  if (at === 1 && container?.subcommands) {
    return [...container.subcommands]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([sub, { name }]) => option(inCaseOf(words[0] ?? '', sub), name, world))
  }
  const place = `${first}${first === 'acl' && at > 1 ? ` ${(words[1] ?? '').toLowerCase()}` : ''} ${at}`
  if (takesUser.has(place)) return names(world.users, 'user')
  if (takesRole.has(place)) return names([...(world.roles?.keys() ?? [])].map(toText), 'user')
  if (
    first === 'config' &&
    /^(get|set)$/i.test(words[1] ?? '') &&
    (at === 2 || /^get$/i.test(words[1] ?? '') || at % 2 === 0)
  ) {
    const shown = [...directivesOf(world.target.id)].filter(([, { hidden }]) => !hidden)
    return names(
      shown.map(([name]) => name),
      'directive',
    )
  }
  if (place === 'acl cat 2') return names(table.categories, 'category')
  if (place.startsWith('acl setuser')) return ruleAt(typed.replace(/^["'(]+/, ''), world)
  if (place.startsWith('acl setrole'))
    return ruleAt(typed.replace(/^["'(]+/, ''), world).filter(({ label }) => !isOfUsersOnly(parseRule(label)))
  if (place.startsWith('acl dryrun')) return at === 3 ? commands(typed, world) : argument(words.slice(3), typed, world)
  if (command === undefined) return []
  return (
    channelsAt(command, at, world) ?? [
      ...expected(command, words, world),
      ...(takesKey(command, at) ? names(world.keys, 'key') : []),
    ]
  )
}

const channelCommands = /^(?:s?publish|[sp]?(?:un)?subscribe)$/i

/** Returns known channels and the prefixes of granted patterns; for PSUBSCRIBE, the patterns themselves. */
function channelsAt({ name }: Command, at: number, { channels }: World): readonly Completion[] | null {
  if (!channelCommands.test(name)) return null
  if (/publish$/i.test(name) && at > 1) return []
  if (/^p(?:un)?sub/i.test(name))
    return channels.patterns.map((label) => ({ label, type: 'chan', detail: 'this pattern, literally' }))
  const starts = channels.patterns.flatMap((pattern): Completion[] => {
    const start = /^[^*?[\\]+/.exec(pattern)?.[0]
    return start === undefined ? [] : [{ label: start, type: 'chan', detail: `one of ${pattern}` }]
  })
  return [...names(channels.names, 'chan'), ...starts]
}

/** Returns the fixed words that the command's grammar allows here (`EX`, `LIMIT`), and keys where it expects one. */
function expected(command: Command, words: readonly string[], world: World): Completion[] {
  const grammar = loadedDocs(world.target)?.get(command.name.toLowerCase())?.arguments
  if (grammar === undefined) return []
  const own = command.parent === null ? 1 : 2
  const found = expectedAfter(grammar, words.slice(own))
  const tokens = found.flatMap(({ token, doc }): Completion[] =>
    token === null ? [] : [{ label: inCaseOf(words[0] ?? '', token), type: 'token', detail: behind(doc), boost: 1 }],
  )
  const keys = found.some(({ token, doc }) => token === null && doc.type === 'key') && !takesKey(command, words.length)
  return [...tokens, ...(keys ? names(world.keys, 'key') : [])]
}

/** Describes the arguments that follow a fixed word. */
function behind(doc: ArgumentDoc): string {
  if (doc.type === 'pure-token') return ''
  return doc.type === 'block' || doc.type === 'oneof'
    ? (doc.arguments ?? []).map((one) => one.token ?? one.name).join(doc.type === 'block' ? ' ' : ' | ')
    : doc.name
}

const ruleAt = (typed: string, world: World): readonly Completion[] => [
  ...(/^role=/i.test(typed)
    ? completeRoles(typed, world.roles ?? new Map()).map((option) => ({
        ...option,
        label: typed.slice(0, Math.max(typed.indexOf('='), typed.lastIndexOf(',')) + 1) + option.label,
      }))
    : []),
  ...completePattern(typed, world),
  ...completeRule(typed, world.target),
]

function option(label: string, name: string, { target }: World): Completion {
  const summary = loadedDocs(target)?.get(name.toLowerCase())?.summary
  return { label, apply: `${label} `, type: 'command', ...(summary === undefined ? {} : { detail: summary }) }
}

/** Returns all commands of the target except subcommands, in the case typed. */
function commands(typed: string, world: World): readonly Completion[] {
  return world.target.table.commands
    .filter(({ parent }) => parent === null)
    .map(({ name }) => option(inCaseOf(typed, name), name, world))
}

/**
 * Completes commands in the console: commands and subcommands of the target, users after AUTH and ACL, rules, existing
 * keys.
 */
export function completeCommand(ask: AskWorld): CompletionSource {
  return (context): CompletionResult | null => {
    const world = ask()
    if (world === null) return null
    const line = context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, context.pos)
    const found = completeWords(line, context.pos, context.explicit, world)
    return found && closestFirst(found, context.state.sliceDoc(found.from, context.pos).toLowerCase())
  }
}

/** Returns true where the letters of `typed` occur in `word` in this order. */
function holdsLetters(word: string, typed: string): boolean {
  let at = -1
  return [...typed].every((letter) => (at = word.indexOf(letter, at + 1)) >= 0)
}

/** Puts the command that a misspelled word is closest to before the others: CodeMirror drops what lacks a typed letter. */
function closestFirst(found: CompletionResult, typed: string): CompletionResult {
  if (found.options.some(({ type, label }) => type !== 'command' || label.toLowerCase().startsWith(typed))) return found
  const byName = new Map(found.options.map((option) => [option.label.toLowerCase(), option]))
  const closest = byName.get(nearest(typed, byName.keys()) ?? '')
  if (closest === undefined) return found
  const others = found.options.filter((option) => option !== closest && holdsLetters(option.label.toLowerCase(), typed))
  return { from: found.from, options: [closest, ...others], filter: false }
}

/** Completes a command line that ends at `pos`, anywhere in a document. */
export function completeWords(line: string, pos: number, explicit: boolean, world: World): CompletionResult | null {
  const words = wordsOf(line)
  const last = words.at(-1)
  const open = last !== undefined && last.from + last.text.length === line.length
  const typed = open ? last.text : ''
  const before = open ? words.slice(0, -1) : words
  if (before.length === 0) {
    if (typed === '' && !explicit) return null
    return { from: pos - typed.length, options: commands(typed, world), validFor: /^\S*$/ }
  }
  const options = argument(
    before.map((word) => word.text),
    typed,
    world,
  )
  const rule = options[0]?.type === 'prefix' || /^["'(]*[+\-%~]/.test(typed) ? typed.replace(/^["'(]+/, '') : typed
  return options.length === 0 ? null : { from: pos - rule.length, options, validFor: /^[^\s|]*$/ }
}
