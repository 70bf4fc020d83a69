import type { AclBehaviours } from '../acl/behaviours'
import { lower } from '../acl/bytes'
import { READ, type Command, type CommandTable } from '../acl/command'
import { isPasswordHash } from '../acl/password'
import { parseRule, readRoles, type ParsedRule } from '../acl/rule'
import { commandTitle } from './command-title'
import { plural } from './numbers'

/** The explanation of a rule. */
export interface RuleMeaning {
  /** One sentence. */
  readonly summary: string
  /** A further sentence, or null. */
  readonly more: string | null
}

/** The target that a rule is explained for. */
export interface RuleContext {
  /** `Redis 8.0`. */
  readonly label: string
  readonly table: CommandTable
  readonly behaviours: AclBehaviours
}

/** Rules without an argument, in the order of completion. `since` names the behaviour that they need. */
export const wordRules: readonly {
  readonly word: string
  readonly summary: string
  readonly more?: string
  readonly needs?: keyof AclBehaviours
}[] = [
  { word: 'on', summary: 'The user can log in.', more: 'Without it a new user is off.' },
  {
    word: 'off',
    summary: 'Nobody can log in as this user any more.',
    more: 'Open connections continue.',
  },
  { word: 'nopass', summary: 'Any password logs in as this user.', more: 'Passwords set before it are dropped.' },
  {
    word: 'resetpass',
    summary: 'Drops all passwords, and nopass too.',
    more: 'Until a password or nopass follows, nobody can log in.',
  },
  { word: 'allkeys', summary: 'Grants every key, for reading and writing.', more: 'The same as ~*.' },
  { word: 'resetkeys', summary: 'Revokes every key pattern given so far.' },
  { word: 'allchannels', summary: 'Grants every pub/sub channel.', more: 'The same as &*.', needs: 'hasChannels' },
  { word: 'resetchannels', summary: 'Revokes every channel pattern given so far.', needs: 'hasChannels' },
  { word: 'allcommands', summary: 'Allows every command.', more: 'The same as +@all.' },
  { word: 'nocommands', summary: 'Denies every command.', more: 'The same as -@all.' },
  { word: 'alldbs', summary: 'Grants every database.', needs: 'hasDatabases' },
  { word: 'resetdbs', summary: 'Revokes every database.', needs: 'hasDatabases' },
  { word: 'clearselectors', summary: 'Removes every selector given so far.', needs: 'hasSelectors' },
  { word: 'resetroles', summary: 'Takes every role given so far.', needs: 'hasRoles' },
  {
    word: 'reset',
    summary: 'Resets the user: off, no password, no keys, no commands.',
    more: 'Its channels become those that acl-pubsub-default gives to new users.',
  },
  { word: 'sanitize-payload', summary: 'RESTORE checks this user’s payloads in depth.', needs: 'hasSanitizePayload' },
  { word: 'skip-sanitize-payload', summary: 'RESTORE trusts this user’s payloads.', needs: 'hasSanitizePayload' },
]

/** Rules that start with a sign, in the order of completion. */
export const prefixRules: readonly {
  readonly prefix: string
  readonly summary: string
  readonly needs?: keyof AclBehaviours
}[] = [
  { prefix: '+', summary: 'allow a command' },
  { prefix: '+@', summary: 'allow a category' },
  { prefix: '-', summary: 'deny a command' },
  { prefix: '-@', summary: 'deny a category' },
  { prefix: '~', summary: 'keys, read and write' },
  { prefix: '%R~', summary: 'keys, read only', needs: 'hasSelectors' },
  { prefix: '%W~', summary: 'keys, write only', needs: 'hasSelectors' },
  { prefix: '&', summary: 'pub/sub channels', needs: 'hasChannels' },
  { prefix: '>', summary: 'add a password' },
  { prefix: '#', summary: 'add a password by its SHA-256' },
  { prefix: '<', summary: 'remove a password' },
  { prefix: '!', summary: 'remove a password by its SHA-256' },
  { prefix: '(', summary: 'open a selector: a second set of permissions', needs: 'hasSelectors' },
  { prefix: 'db=', summary: 'databases, by number', needs: 'hasDatabases' },
  { prefix: 'role=', summary: 'roles, by name', needs: 'hasRoles' },
]

/** Joins the first names of a list, and counts the others. */
export function some(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).join(', ')
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown
}

/**
 * Returns a sentence on the number of commands of a category on a target, with some of them. Undefined where the target
 * has no such category.
 */
export function categoryHolds(
  category: string,
  table: CommandTable,
): { readonly count: string; readonly list: string } | undefined {
  const commands = lower(category) === 'all' ? table.commands : table.inCategory(category)
  if (!commands) return undefined
  const top = commands.filter((command) => command.parent === null)
  const subs = commands.filter((command) => command.parent !== null && !top.includes(command.parent))
  const runs = commands.filter((command) => (command.subcommands?.size ?? 0) === 0)
  return {
    count: plural(runs.length, 'command'),
    list: `${some(
      [...top, ...subs].map((command) => commandTitle(command.name)),
      24,
    )}.`,
  }
}

function patternWords(pattern: string): string {
  // ~* and allkeys are no patterns, and grant the empty name too.
  if (pattern === '*') return 'every key whose name is not empty'
  if (pattern === '') return 'the key with the empty name'
  if (!/[*?[\\]/.test(pattern)) return `the key ${pattern} alone`
  if (/^[^*?[\\]+\*$/.test(pattern)) return `keys that start with ${pattern.slice(0, -1)}`
  return `keys that match ${pattern}`
}

function channelWords(pattern: string): string {
  if (pattern === '*') return 'every channel'
  if (!/[*?[\\]/.test(pattern)) return `the channel ${pattern} alone`
  if (/^[^*?[\\]+\*$/.test(pattern)) return `channels that start with ${pattern.slice(0, -1)}`
  return `channels that match ${pattern}`
}

function missing(what: string, context: RuleContext): RuleMeaning {
  return { summary: `${context.label} has no ${what}.`, more: 'The server rejects this rule.' }
}

function explainCommandRule(allow: boolean, name: string, context: RuleContext): RuleMeaning {
  const verb = allow ? 'Allows' : 'Denies'
  const command = context.table.find(name)
  if (command) {
    const subs = command.subcommands?.size ?? 0
    return {
      summary: `${verb} ${commandTitle(command.name)}${subs > 0 ? `, all ${plural(subs, 'subcommand')} included` : ''}.`,
      more: subs > 0 ? null : categoriesOf(command),
    }
  }
  const bar = name.indexOf('|')
  const container = bar > 0 ? context.table.find(name.slice(0, bar)) : undefined
  if (!container) return missing(`command ${name}`, context)
  const title = commandTitle(container.name)
  if (!allow)
    return {
      summary: `${context.label} cannot deny ${title} by its first argument.`,
      more: 'The server rejects this rule.',
    }
  if (container.subcommands) return missing(`subcommand ${commandTitle(name)}`, context)
  return {
    summary: `Allows ${title} where its first argument is ${name.slice(bar + 1)}.`,
    more: 'Only the first argument is checked, ignoring case.',
  }
}

function categoriesOf(command: Command): string | null {
  return command.categories.length === 0
    ? null
    : `In ${command.categories.map((category) => `@${category}`).join(' ')}.`
}

function explainKeys(
  { pattern, access, form }: Extract<ParsedRule, { kind: 'key' }>,
  context: RuleContext,
): RuleMeaning {
  if (form !== '~' && !context.behaviours.hasSelectors) return missing('read-only or write-only key patterns', context)
  if (access === 0) return wrongAccess
  const keys = patternWords(pattern)
  if (access === 3) return { summary: `Grants ${keys}, for reading and writing.`, more: null }
  return access === READ
    ? {
        summary: `Grants ${keys}, for reading only.`,
        more: 'Commands that read and write in one, such as GETDEL or INCR, are denied.',
      }
    : {
        summary: `Grants ${keys}, for writing only.`,
        more: 'Commands that also read the value, such as GETDEL or INCR, are denied.',
      }
}

const wrongAccess: RuleMeaning = {
  summary: 'R, W or RW goes between % and ~.',
  more: 'The server rejects this rule.',
}

function explainCategory(allows: boolean, written: string, context: RuleContext): RuleMeaning {
  const holds = categoryHolds(written, context.table)
  if (!holds) return missing(`category @${written}`, context)
  const commands = lower(written) === 'all' ? 'every command' : `the ${holds.count} in @${written}`
  return { summary: `${allows ? 'Allows' : 'Denies'} ${commands}.`, more: holds.list }
}

function explainPassword({ adds, form, value }: Extract<ParsedRule, { kind: 'password' }>): RuleMeaning {
  if (form === 'hash' && !isPasswordHash(value))
    return { summary: 'A hash is 64 hexadecimal digits in lower case.', more: 'The server rejects this rule.' }
  if (!adds)
    return {
      summary: form === 'hash' ? 'Removes a password by its SHA-256.' : 'Removes a password.',
      more: 'Rejected where the user does not have it.',
    }
  return form === 'hash'
    ? { summary: 'Adds a password by its SHA-256.', more: 'It does not let anyone read the password back.' }
    : {
        summary: 'Adds a password.',
        more: 'Write its SHA-256 after # instead, to keep it out of the file.',
      }
}

/**
 * Explains a rule of users.acl (or ACL SETUSER), for hovers and completion. Accepts any text, and says where a server
 * would reject it. Never repeats passwords.
 * @param text a rule as written: `+@read`, `~app:*`, `>secret`, `(`
 */
export function explainRule(text: string, context: RuleContext): RuleMeaning {
  const { behaviours } = context
  const word = wordRules.find((rule) => rule.word === lower(text))
  if (word)
    return word.needs && !behaviours[word.needs]
      ? missing(`rule ${text}`, context)
      : { summary: word.summary, more: word.word === 'reset' && !behaviours.hasChannels ? null : (word.more ?? null) }
  const rule = parseRule(text)
  switch (rule.kind) {
    case 'category':
      return explainCategory(rule.allows, text.slice(2), context)
    case 'command':
      return explainCommandRule(rule.allows, rule.name, context)
    case 'key':
      return explainKeys(rule, context)
    case 'password':
      return explainPassword(rule)
    case 'databases':
      return behaviours.hasDatabases
        ? {
            summary: `Grants ${rule.list.includes(',') ? 'databases' : 'database'} ${rule.list.replaceAll(',', ', ')} and no other.`,
            more: 'It replaces an earlier db=.',
          }
        : missing('database rules', context)
    case 'roles':
      return behaviours.hasRoles ? explainRoles(rule.list) : missing('roles', context)
    case 'invalid':
      if (rule.like === 'key') return wrongAccess
      if (rule.like === 'selector') return explainSelector(context)
      break
    case 'selector':
      return explainSelector(context)
    case 'all':
      // The one-word rules are explained above; these are ~* and &*.
      if (rule.of === 'keys') return { summary: 'Grants every key, for reading and writing.', more: null }
      return explainChannels('*', context)
    case 'channel':
      return explainChannels(rule.pattern, context)
  }
  return { summary: `${text} is not a rule.`, more: 'The server rejects it as a syntax error.' }
}

function explainRoles(list: string): RuleMeaning {
  const names = readRoles(list, () => true)
  if (typeof names === 'string')
    return { summary: 'Names of roles follow, with a comma between two.', more: 'The server rejects this rule.' }
  return {
    summary: `Gives the user ${names.length === 1 ? 'the role' : 'the roles'} ${names.join(', ')}.`,
    more: 'A role allows more than the user’s own rules: these cannot deny what it allows. It replaces an earlier role=.',
  }
}

function explainChannels(pattern: string, context: RuleContext): RuleMeaning {
  return context.behaviours.hasChannels
    ? {
        summary: `Grants ${channelWords(pattern)}.`,
        more: 'PSUBSCRIBE needs a pattern that is granted literally.',
      }
    : missing('channel rules', context)
}

function explainSelector(context: RuleContext): RuleMeaning {
  return context.behaviours.hasSelectors
    ? {
        summary: 'A selector: a second set of permissions.',
        more: 'A command is allowed if the root rules or one selector allow all of it; they are not combined.',
      }
    : missing('selectors', context)
}
