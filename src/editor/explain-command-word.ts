import { textAt } from '../acl/argv'
import { fromText, toText, type Bytes } from '../acl/bytes'
import { type Access, type Command, READ, WRITE } from '../acl/command'
import { mergeSelectors } from '../acl/merge'
import { splitWords, type Word } from '../acl/split'
import type { Selector } from '../acl/selector'
import { accessWords } from '../analysis/explain'
import { commandTitle } from '../analysis/command-title'
import { some } from '../analysis/explain-rule'
import {
  explainCategory,
  explainCommand,
  explainToken,
  explanation,
  type Explained,
  type Point,
  type TokenContext,
} from '../analysis/explain-token'
import { plain } from '../analysis/phrase'
import { summaryParagraph } from '../analysis/summary'
import { loadedDocs } from '../targets/load'
import { usesOf } from '../targets/uses'
import { explainDirective } from './directives'
import type { Hover } from './hover-text'
import type { World } from './world'

/** The maximum number of users to check for a key or channel: more would delay the hover. */
const MOST_USERS = 500

/**
 * Explains the word at a place of a command line: the command, a user, a rule of ACL SETUSER in its context, or a key
 * or channel with the access that it needs and the users that have it.
 */
export function explainCommandWord(line: string, pos: number, world: World): Hover | null {
  const bytes = fromText(line)
  // Offsets in bytes and text are equal only for one-byte characters; otherwise words are found by their text.
  const words = splitWords(bytes.length === line.length ? bytes : line.replace(/[^\0-\x7f]/g, 'x')) ?? []
  const texts = bytes.length === line.length ? words : (splitWords(bytes) ?? [])
  const at = words.findIndex(({ from, to }) => from <= pos && pos <= to)
  const word = words[at]
  if (word === undefined || texts.length !== words.length) return null
  const explained = explain(texts, at, world)
  return explained && { from: word.from, to: word.to, explained }
}

function explain(words: readonly Word[], at: number, world: World): Explained | null {
  const { target } = world
  const context: TokenContext = {
    target,
    docs: loadedDocs(target),
    keys: world.keys.map(fromText),
    channels: world.channels.names.map(fromText),
  }
  const argv = words.map(({ text }) => text)
  const command = target.table.resolve(argv)
  if (command === undefined)
    return at === 0 ? explanation(`${target.label} has no command ${toText(textAt(argv, 0))}.`) : null
  const container = target.table.find(textAt(argv, 0))
  if (at === 0) return explainCommand(container ?? command, context)
  if (at === 1 && command.parent !== null) return explainCommand(command, context)
  return explainArgument(argv, at, command, world, context) ?? explainUse(argv, at, command, world)
}

const lowerAt = (argv: readonly Bytes[], at: number): string => textAt(argv, at).toLowerCase()

/** Explains the arguments of commands about users, rules, categories and settings. */
function explainArgument(
  argv: readonly Bytes[],
  at: number,
  command: Command,
  world: World,
  context: TokenContext,
): Explained | null {
  const word = textAt(argv, at)
  const name = lowerAt(argv, 0)
  const sub = command.parent === null && name !== 'acl' && name !== 'config' ? '' : lowerAt(argv, 1)
  if (name === 'auth')
    return argv.length > 2 && at === 1
      ? explainUser(word, world)
      : explanation('The password.', 'It is not kept in history or links.')
  if (name === 'hello' && lowerAt(argv, at - 1) === 'auth') return explainUser(word, world)
  if (name === 'hello' && lowerAt(argv, at - 2) === 'auth')
    return explanation('The password.', 'It is not kept in history or links.')
  if (name === 'acl' && (sub === 'deluser' || (at === 2 && ['setuser', 'getuser', 'dryrun'].includes(sub))))
    return at < 2 ? null : explainUser(word, world)
  if (name === 'acl' && sub === 'setuser' && at > 2) return explainSetUserRule(argv.slice(3), at - 3, context)
  if (name === 'acl' && sub === 'cat' && at === 2) return explainCategory(word, context)
  if (name === 'acl' && sub === 'dryrun' && at > 2)
    return explain(
      argv.slice(3).map((text) => ({ text, from: 0, to: 0 })),
      at - 3,
      world,
    )
  if (name === 'config' && (sub === 'get' || sub === 'set') && at > 1) {
    const isValue = sub === 'set' && at % 2 === 1
    return explainDirective(toText(isValue ? textAt(argv, at - 1) : word), isValue ? toText(word) : null, world.target)
  }
  return null
}

/** Explains a user: its permissions, or that it does not exist. */
export function explainUser(name: Bytes, world: World): Explained {
  const text = toText(name)
  const user = world.userOf?.(text)
  if (user) return explanation(plain(summaryParagraph(user, world.target)))
  return world.users.includes(text) ? explanation(`The user ${text}.`) : explanation(`There is no user ${text}.`)
}

/** Explains a rule of the line, in the context of its selector where it is inside one. */
function explainSetUserRule(args: readonly Bytes[], at: number, context: TokenContext): Explained | null {
  const open = args.findLastIndex((arg, i) => i <= at && arg.startsWith('('))
  const close = open < 0 ? -1 : args.findIndex((arg, i) => i >= open && arg.endsWith(')'))
  const inside = open >= 0 && (close < 0 || close >= at)
  if (!inside || !context.target.behaviours.hasSelectors) {
    const merged = context.target.behaviours.hasSelectors
      ? mergeSelectors(args)
      : args.map((text, argument) => ({ text, argument }))
    if (typeof merged === 'number') return explainToken(args, at, context)
    return explainToken(
      merged.map(({ text }) => text),
      merged.findIndex(({ argument }) => argument === at),
      context,
    )
  }
  const own = args.slice(open, close < 0 ? undefined : close + 1).map((arg, i, all) => {
    const start = i === 0 ? arg.slice(1) : arg
    return i === all.length - 1 && close >= 0 ? start.slice(0, -1) : start
  })
  const explained = explainToken(own, at - open, context)
  return (
    explained && {
      ...explained,
      points: [
        ...explained.points,
        { label: '', text: 'In a selector: it counts together with the rules inside the parentheses only.' },
      ],
    }
  )
}

/** Explains a key or a channel: the access that the command needs, and the users that have it. */
function explainUse(argv: readonly Bytes[], at: number, command: Command, world: World): Explained | null {
  const uses = usesOf(world.target, command, argv, 0)
  const title = commandTitle(command.name)
  const key = uses.keys.find((use) => use.at === at)
  if (key) {
    const summary =
      key.access === 0
        ? `A key. ${title} asks only that some pattern matches it.`
        : `A key that ${title} ${verbs[key.access]}.`
    const grant = ({ allKeys, keys }: Selector): Bytes | null =>
      allKeys
        ? '~*'
        : (keys.find((pattern) => (pattern.access & key.access) === key.access && pattern.matches(key.key))?.text ??
          null)
    return explanation(summary, null, who(world, `Can ${accessWords(key.access)} it, as far as patterns go`, grant))
  }
  const channel = uses.channels.find((use) => use.at === at)
  if (!channel) return null
  const grant = ({ allChannels, channels }: Selector): Bytes | null => {
    const pattern = allChannels ? undefined : channels.find((one) => one.grants(channel.channel, channel.isPattern))
    return allChannels ? '&*' : pattern === undefined ? null : `&${pattern.pattern}`
  }
  const summary = channel.isPattern
    ? `A pattern of channels: ${title} needs it granted literally.`
    : `A channel that ${title} uses.`
  return explanation(summary, null, world.target.behaviours.hasChannels ? who(world, 'Granted to', grant) : [])
}

const verbs: Readonly<Record<Access, string>> = { 0: 'uses', [READ]: 'reads', [WRITE]: 'writes', 3: 'reads and writes' }

function who(world: World, label: string, grant: (selector: Selector) => Bytes | null): Point[] {
  const { userOf } = world
  if (!userOf) return []
  const able = world.users.slice(0, MOST_USERS).flatMap((name) => {
    const rule = userOf(name)
      ?.selectors.map(grant)
      .find((one) => one !== null)
    return rule === undefined || rule === null ? [] : [`${name} (${toText(rule)})`]
  })
  return [{ label, text: able.length === 0 ? 'nobody' : some(able, 6) }]
}
