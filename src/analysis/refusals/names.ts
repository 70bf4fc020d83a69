import { fromText, lower, toText } from '../../acl/bytes'
import { commandTitle } from '../command-title'
import { nearest } from '../nearest'
import { remove, replace, wordAfter, write, type Case, type Remedy } from './case'

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
  if (/^-[~&%]/.test(token))
    return { hint: 'Keys and channels cannot be denied: list those that are granted instead.', fixes: remove(problem) }
  return joined(problem) ?? listed(problem) ?? barred(problem) ?? misspelt(problem)
}

/** Handles `+ get`: the sign and the name as two words. */
function joined(problem: Case): Remedy | null {
  const { token, span } = problem
  const after = /^[+-]@?$/.test(token) ? wordAfter(problem) : null
  if (after === null || !/^[\w@|.-]+$/.test(after.text)) return null
  const insert = token + after.text
  return {
    hint: `No blank stands between ${token} and the name.`,
    fixes: [{ label: `Write ${insert}`, edits: [{ from: span.from, to: after.to, insert }] }, ...remove(problem)],
  }
}

/** Handles `+@all,-@dangerous`, `+get,set`: several rules in one word. */
function listed(problem: Case): Remedy | null {
  const parts = problem.token.split(/[,;]+/).filter((part) => part !== '')
  if (!/[,;]/.test(problem.token) || parts.length === 0) return null
  const sign = problem.token[0] ?? ''
  const rules = parts.map((part) => (/^[+\-~&%><#!]/.test(part) ? part : sign + part)).join(' ')
  return { hint: 'Rules are separated by blanks, not by commas.', fixes: [write(problem, rules), ...remove(problem)] }
}

/** Handles `+get|a|b`, `-get|a`: more parts after | than the server accepts. */
function barred(problem: Case): Remedy | null {
  const { token, target } = problem
  const [first = '', ...rest] = fromText(token.slice(1)).split('|')
  const command = target.table.find(lower(first))
  if (command === undefined || rest.length === 0 || !target.behaviours.hasSubcommandRules) return null
  const title = commandTitle(command.name)
  if ((command.subcommands?.size ?? 0) > 0) {
    const sub = target.table.find(`${lower(first)}|${lower(rest[0] ?? '')}`)
    return rest.length < 2 || sub === undefined || token.startsWith('+')
      ? null
      : { hint: 'Only one part may follow |.', fixes: [write(problem, `-${sub.name}`), ...remove(problem)] }
  }
  if (token.startsWith('-'))
    return {
      hint: `${title} has no subcommands, and a first argument cannot be taken away.`,
      fixes: [write(problem, `-${command.name}`), ...remove(problem)],
    }
  const rules = rest.map((argument) => `+${command.name}|${toText(argument)}`).join(' ')
  return {
    hint: `Only one first argument may follow |: write a rule for each.`,
    fixes: [...(rest.includes('') ? [] : [write(problem, rules)]), ...remove(problem)],
  }
}

function misspelt(problem: Case): Remedy {
  const { token, target } = problem
  const [, sign = '', name = ''] = /^([+-]@?)(.*)$/s.exec(token.toLowerCase()) ?? []
  const { table } = target
  const category = sign.includes('@')
  if (category && name === 'generic')
    return {
      hint: 'The documentation groups commands so; the category nearest to it is @keyspace, which holds FLUSHALL and FLUSHDB too.',
      fixes: sign.startsWith('-')
        ? [write(problem, '-@keyspace'), ...remove(problem)]
        : [...remove(problem), replace(problem, 'Write +@keyspace (FLUSHALL included)', '+@keyspace')],
    }
  const isCategory = (word: string): boolean => word === 'all' || table.inCategory(word) !== undefined
  const plain = called[name] ?? name
  const bare = name === '*' ? 'all' : plain
  if (isCategory(bare))
    return {
      hint: category ? `The category is called @${bare}.` : `A category is written with @: ${sign}@${bare}.`,
      fixes: [write(problem, `${sign[0] ?? ''}@${bare}`), ...remove(problem)],
    }
  const hint = `${target.label} has no such ${category ? 'category' : 'command'}.`
  if (category && table.find(name) !== undefined)
    return {
      hint: `${hint} ${commandTitle(name)} is a command: it is written without @.`,
      fixes: [write(problem, `${sign[0] ?? ''}${name}`), ...remove(problem)],
    }
  const known = category ? table.categories : table.commands.map((command) => command.name)
  const meant = problem.source.mayGuess() ? nearest(name, known) : null
  return { hint, fixes: [...(meant === null ? [] : [write(problem, `${sign}${meant}`)]), ...remove(problem)] }
}
