import { lower, toText, type Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { RoleTable } from '../acl/holder'
import { channelGrant, keyGrant, parseRule, readRoles } from '../acl/rule'
import type { Role } from '../acl/role'
import type { CommandDocs } from '../targets/docs'
import type { Target } from '../targets/target'
import { categorySurprises, keyWords } from './explain-category'
import { explainOrder } from './explain-order'
import { patternExamples } from './explain-pattern'
import { commandTitle } from './command-title'
import { explainRole, userOfRules } from './explain-line'
import { explainRule, some, type RuleMeaning } from './explain-rule'
import { plain } from './phrase'
import { summaryParagraph } from './summary'

/** A labelled line below the sentence: `Matches: app:1, app:2`. */
export interface Point {
  /** Empty for a sentence that stands by itself. */
  readonly label: string
  readonly text: string
}

/** The full explanation of a word: two sentences and points. */
export interface Explained extends RuleMeaning {
  readonly points: readonly Point[]
}

/** Returns an explanation in one or two sentences, with optional points. */
export const explanation = (summary: string, more: string | null = null, points: readonly Point[] = []): Explained => ({
  summary,
  more,
  points,
})

/** The context of an explanation. */
export interface TokenContext {
  readonly target: Target
  /** The output of COMMAND DOCS; null before it is loaded. */
  readonly docs: CommandDocs | null
  /** Existing keys, for examples. */
  readonly keys: readonly Bytes[]
  /** Channels in use, for examples. */
  readonly channels: readonly Bytes[]
  /** The defined roles; absent where they are not known. */
  readonly roles?: ReadonlyMap<Bytes, Role>
}

const sentence = (text: string): Point => ({ label: '', text })
const titles = (commands: readonly Command[], limit: number): string =>
  some(
    commands.map(({ name }) => commandTitle(name)),
    limit,
  )
const capital = (text: string): string => text.replace(/^./, (first) => first.toUpperCase())

/** Formats a name for a list of examples, in quotes where it would be invisible. */
const shown = (name: Bytes): string => (name === '' || /\s/.test(name) ? JSON.stringify(toText(name)) : toText(name))

/**
 * Explains a rule in its context: its effect, surprises of its category, matches of its pattern, and its interaction
 * with the rules before and after it.
 * @param rules all rules of the same selector or of the root, as written
 * @param at the index of the rule
 */
export function explainToken(rules: readonly Bytes[], at: number, context: TokenContext): Explained | null {
  const rule = rules[at]
  if (rule === undefined || rule === '') return null
  const meaning = explainRule(toText(rule), context.target)
  const refused = meaning.more?.startsWith('The server rejects') === true
  const order = refused ? [] : explainOrder(rules, at, context.target).map(sentence)
  return { ...meaning, points: refused ? [] : [...order, ...pointsOf(rule, context)] }
}

function pointsOf(rule: Bytes, context: TokenContext): Point[] {
  const parsed = parseRule(rule)
  switch (parsed.kind) {
    case 'category':
      return categoryPoints(parsed.name, context.target)
    case 'roles':
      return context.roles === undefined ? [] : rolePoints(parsed.list, context.roles, context.target)
    case 'command': {
      const command = context.target.table.find(parsed.name)
      return command === undefined ? [] : commandPoints(command, context.docs)
    }
  }
  const key = keyGrant(parsed)
  if (key !== null) return patternPoints(key.pattern, context.keys, 'key')
  const channel = channelGrant(parsed)
  return channel === null ? [] : patternPoints(channel, context.channels, 'channel')
}

/** Tells what each role of `role=` allows. */
function rolePoints(list: Bytes, defined: ReadonlyMap<Bytes, Role>, target: Target): Point[] {
  const names = readRoles(list, () => true)
  if (typeof names === 'string') return []
  return names.map((name) => {
    const role = defined.get(name)
    return sentence(role === undefined ? `No role ${toText(name)} is defined.` : plain(explainRole(role, target)))
  })
}

function categoryPoints(category: Bytes, { table }: Target): Point[] {
  return categorySurprises(category, table).map(({ kind, commands, why }) => ({
    label: `${kind === 'in' ? 'It holds what' : 'It lacks what'} ${why}`,
    text: titles(commands, 8),
  }))
}

/** Describes a command and its effect on keys. */
function commandPoints(command: Command, docs: CommandDocs | null): Point[] {
  const summary = docs?.get(lower(command.name))?.summary
  const keys = keyWords(command)
  return [
    ...(summary === undefined ? [] : [sentence(summary)]),
    ...(keys === '' ? [] : [sentence(`${capital(keys)}.`)]),
  ]
}

function patternPoints(pattern: Bytes, keys: readonly Bytes[], noun: 'key' | 'channel'): Point[] {
  const { matches, misses, existing } = patternExamples(pattern, keys)
  const many = existing > 1 ? `, ${existing} existing ${noun}s` : ''
  return [
    ...(matches.length > 0
      ? [{ label: `Matches`, text: matches.map(shown).join('  ') + many }]
      : [sentence(`No ${noun} name matches it.`)]),
    ...(misses.length > 0 ? [{ label: 'Does not match', text: misses.map(shown).join('  ') }] : []),
  ]
}

/** Explains a category named by itself (ACL CAT). */
export function explainCategory(category: Bytes, { target }: TokenContext): Explained | null {
  const meaning = explainRule(`+@${toText(category)}`, target)
  if (target.table.inCategory(category) === undefined) return { ...meaning, points: [] }
  return {
    summary: `@${toText(category)}: ${meaning.summary.replace(/^Allows (the )?/, '').replace(/ in @.*$/, '')}.`,
    more: meaning.more,
    points: categoryPoints(category, target),
  }
}

/** Explains a command on a command line: its summary, categories and effect on keys. */
export function explainCommand(command: Command, { docs }: TokenContext): Explained {
  const subs = [...(command.subcommands?.values() ?? [])]
  const [first, ...points] = commandPoints(command, docs)
  const summary =
    first === undefined
      ? `${commandTitle(command.name)}.`
      : `${commandTitle(command.name)}: ${first.text.replace(/^./, (c) => c.toLowerCase())}`
  return {
    summary,
    more:
      command.categories.length === 0 ? null : `In ${command.categories.map((category) => `@${category}`).join(' ')}.`,
    points: [
      ...points,
      ...(subs.length > 0
        ? [
            {
              label: `${subs.length} subcommands`,
              text: some(
                subs.map(({ name }) => commandTitle(name.slice(name.indexOf('|') + 1))),
                12,
              ),
            },
          ]
        : []),
    ],
  }
}

/**
 * Summarizes what a user with these rules can do, in a sentence; null where a rule is rejected. A selector is one rule.
 */
export function explainUserRules(
  name: string,
  rules: readonly Bytes[],
  target: Target,
  roles?: RoleTable,
): string | null {
  const made = userOfRules(name, rules, target, undefined, roles)
  return 'user' in made ? plain(summaryParagraph(made.user, target)) : null
}
