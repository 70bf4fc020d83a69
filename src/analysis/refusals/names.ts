import { fromText, lower, toText } from '../../acl/bytes'
import { channelGrant, keyGrant, parseRule } from '../../acl/rule'
import { common } from '../../proof/inclusion'
import { union, type Language } from '../../proof/language'
import { commandTitle } from '../command-title'
import type { Fix } from '../diagnostic'
import { moduleCategories, modulePrefix } from '../diagnostics/releases'
import { allNearest } from '../nearest'
import { cut, named, remove, wordAfter, wordsOf, write, writeBoth, type Case, type Remedy } from './case'
import { glued } from './glued'

/** Common names of categories, and the actual ones. */
const called: Readonly<Record<string, string>> = {
  strings: 'string',
  hashes: 'hash',
  lists: 'list',
  sets: 'set',
  zset: 'sortedset',
  zsets: 'sortedset',
  'sorted-set': 'sortedset',
  'sorted-sets': 'sortedset',
  sorted_set: 'sortedset',
  sorted_sets: 'sortedset',
  streams: 'stream',
  bitmaps: 'bitmap',
  'pub/sub': 'pubsub',
  'pub-sub': 'pubsub',
  pub_sub: 'pubsub',
  script: 'scripting',
  scripts: 'scripting',
  lua: 'scripting',
  transactions: 'transaction',
  connections: 'connection',
  hll: 'hyperloglog',
  geospatial: 'geo',
  keys: 'keyspace',
  readonly: 'read',
  reads: 'read',
  writes: 'write',
  administration: 'admin',
}

/** Returns the advice on an unknown command or category in a rule that starts with + or -. */
export function unknownName(problem: Case): Remedy {
  const { token } = problem
  if (/^-[~&%]/.test(token)) return deniedPattern(problem)
  return (
    ofModule(problem) ?? joined(problem) ?? listed(problem) ?? glued(problem) ?? barred(problem) ?? misspelt(problem)
  )
}

/** Handles `+ft.search` and `+@search` where the target has the modules, and they are not loaded. */
function ofModule(problem: Case): Remedy | null {
  const { token, target } = problem
  const name = token.slice(1).toLowerCase()
  const isOfModule = name.startsWith('@') ? moduleCategories.includes(name.slice(1)) : modulePrefix.test(name)
  return isOfModule && target.hasModules && !target.modules
    ? {
        hint: `${name} belongs to the modules of ${target.label}, which are switched off here.`,
        fixes: [removal(problem)],
        needsModules: true,
      }
    : null
}

/** Handles `-~secret:*`. Removing it is right only where nothing else of the line grants these keys or channels. */
export function deniedPattern(problem: Case): Remedy {
  const granted = wordsOf(problem).filter(({ text }) => text !== problem.token)
  const denied = patternsOf([problem.token.slice(1)])
  const isGranted = granted.some(({ text }) => {
    const others = patternsOf([text])
    return (
      others.kind === denied.kind && common(others.language, denied.language, { left: MOST_STATES }).kind !== 'included'
    )
  })
  return {
    hint: 'Keys and channels cannot be denied: list those that are granted instead.',
    fixes: isGranted ? [] : [cut(problem, problem.span, `Remove ${named(problem.token)}`)],
  }
}

const MOST_STATES = 1_000

function patternsOf(rules: readonly string[]): {
  readonly kind: 'key' | 'channel' | null
  readonly language: Language
} {
  const parsed = rules.map((rule) => parseRule(fromText(rule)))
  const keys = parsed.flatMap((rule) => keyGrant(rule)?.pattern ?? [])
  const channels = parsed.flatMap((rule) => channelGrant(rule) ?? [])
  return keys.length > 0
    ? { kind: 'key', language: union(keys) }
    : { kind: channels.length > 0 ? 'channel' : null, language: union(channels) }
}

/** Handles `+ get`: the sign and the name as two words. */
function joined(problem: Case): Remedy | null {
  const { token, span } = problem
  const after = /^[+-]@?$/.test(token) ? wordAfter(problem) : null
  if (after === null || !/^[\w@|.-]+$/.test(after.text)) return null
  return {
    hint: `Write ${token} and the name without a space.`,
    fixes: [
      writeBoth(problem, after, token + after.text),
      ...(token.startsWith('-')
        ? []
        : [cut(problem, { from: span.from, to: after.to }, `Remove ${token} ${named(after.text)}`)]),
    ],
  }
}

/** Handles `+@all,-@dangerous`, `+get,set`: several rules in one word. */
function listed(problem: Case): Remedy | null {
  const parts = problem.token.split(/[,;]+/).filter((part) => part !== '')
  if (!/[,;]/.test(problem.token) || parts.length === 0) return null
  const sign = problem.token[0] ?? ''
  const rules = parts.map((part) => (/^[+\-~&%><#!]/.test(part) ? part : sign + part)).join(' ')
  return { hint: 'Rules are separated by spaces, not by commas.', fixes: [write(problem, rules), ...remove(problem)] }
}

/** Handles `+get|a|b`, `-get|a`: more parts after | than the server accepts. */
function barred(problem: Case): Remedy | null {
  const { token, target } = problem
  const [first = '', ...rest] = fromText(token.slice(1)).split('|')
  const command = target.table.find(lower(first))
  if (command === undefined || rest.length === 0) return null
  const title = commandTitle(command.name)
  if ((command.subcommands?.size ?? 0) > 0) {
    const sub = target.table.find(`${lower(first)}|${lower(rest[0] ?? '')}`)
    if (rest.length > 1)
      return sub === undefined || token.startsWith('+')
        ? null
        : { hint: 'Only one part may follow |.', fixes: [write(problem, `-${sub.name}`)] }
    const parts = [...(command.subcommands ?? [])].map(([part]) => part)
    const meant = nearestOf(problem, rest[0] ?? '', parts)
    return {
      hint: `${title} has no subcommand ${toText(rest[0] ?? '')}.`,
      fixes: [
        ...meant.map((part) => write(problem, `${token[0] ?? ''}${command.name}|${part}`)),
        ...(meant.length > 0 ? remove(problem) : [removal(problem)]),
      ],
    }
  }
  if (token.startsWith('-'))
    return {
      hint: target.behaviours.hasSubcommandRules
        ? `${title} has no subcommands, and a first argument cannot be denied.`
        : `${target.label} cannot deny a part of ${title}: deny it, and allow the parts that are needed.`,
      fixes: [write(problem, `-${command.name}`)],
    }
  const rules = rest.map((argument) => `+${command.name}|${toText(argument)}`).join(' ')
  return {
    hint: `Only one first argument may follow |: write a rule for each.`,
    fixes: [...(rest.includes('') ? [] : [write(problem, rules)]), ...remove(problem)],
  }
}

/** Removes a rule for a name that does not exist, and that is like no other: it says nothing. */
const removal = (problem: Case): Fix => cut(problem, problem.span, `Remove ${named(problem.token)}`)

/** The most names that a misspelt one is taken for. */
const MOST_MEANT = 3

function nearestOf({ source }: Case, name: string, known: Iterable<string>): readonly string[] {
  return source.mayGuess() ? allNearest(name, known).slice(0, MOST_MEANT) : []
}

function misspelt(problem: Case): Remedy {
  const { token, target } = problem
  const [, sign = '', name = ''] = /^([+-]@?)(.*)$/s.exec(token.toLowerCase()) ?? []
  const { table } = target
  const category = sign.includes('@')
  const plus = sign[0] ?? ''
  if (category && name === 'generic')
    return {
      hint: 'The documentation groups commands so, servers do not. @keyspace, the nearest category, holds FLUSHALL and FLUSHDB too: name the commands.',
      fixes: plus === '-' ? [write(problem, '-@keyspace')] : remove(problem),
    }
  const isCategory = (word: string): boolean => word === 'all' || table.inCategory(word) !== undefined
  const bare = name === '*' ? 'all' : (called[name] ?? name)
  const isCommand = category && table.find(name) !== undefined
  if (isCategory(bare) || isCommand) {
    const readings = [...(isCommand ? [`${plus}${name}`] : []), ...(isCategory(bare) ? [`${plus}@${bare}`] : [])]
    // A category denies more than a command of its name.
    if (plus === '-') readings.reverse()
    return {
      hint: [
        isCategory(bare)
          ? category
            ? `The category is called @${bare}.`
            : `A category is written with @: ${plus}@${bare}.`
          : `${target.label} has no such category.`,
        ...(isCommand ? [`${commandTitle(name)} is a command: it is written without @.`] : []),
      ].join(' '),
      fixes: [...readings.map((reading) => write(problem, reading)), ...remove(problem)],
    }
  }
  const known = category ? table.categories : table.commands.map((command) => command.name)
  const meant = nearestOf(problem, name, known)
  return {
    hint: `${target.label} has no such ${category ? 'category' : 'command'}.`,
    fixes: [
      ...narrowestFirst(problem, meant).map((one) => write(problem, `${sign}${one}`)),
      ...(meant.length > 0 ? remove(problem) : [removal(problem)]),
    ],
  }
}

/** Sorts names of commands by what they can do: of commands that read, of others, of dangerous ones, and those with subcommands. */
function narrowestFirst({ target, token }: Case, names: readonly string[]): readonly string[] {
  const weight = (name: string): number => {
    const command = target.table.find(name)
    if (command === undefined) return 0
    const isDangerous = command.categories.includes('dangerous')
    return (isDangerous ? 4 : 0) + ((command.subcommands?.size ?? 0) > 0 ? 2 : 0) + (command.flags.has('write') ? 1 : 0)
  }
  const by = token.startsWith('-') ? -1 : 1
  return [...names].sort((a, b) => by * (weight(a) - weight(b)))
}
