import { toText, type Bytes } from '../../acl/bytes'
import { neededBehaviour } from '../../acl/rule'
import type { Behaviours } from '../../targets/behaviours'
import type { Target } from '../../targets/target'
import { onEach, onToken, type LineCheck, type Token } from './line'
import { moduleCategories, modulePrefix, whereIs } from './releases'

/** The releases that introduced forms of rules, by the behaviour that they need. */
const came: Readonly<Partial<Record<keyof Behaviours, string>>> = {
  hasChannels: 'Channel rules come with Redis 6.2 and Valkey 7.2: before, every user has every channel.',
  hasSubcommandRules:
    'A single subcommand cannot be denied before Redis 7.0 and Valkey 7.2: deny the command and allow the subcommands that are needed.',
  hasDatabases: 'Database rules come with Valkey 9.1.',
  hasRoles: 'Roles come with Valkey 9.2.',
  hasSanitizePayload: 'This flag comes with Redis 6.2 and Valkey 7.2.',
}

/** Returns the behaviour that a rule needs and a release may lack, with a sentence about it. */
function needOf({ parsed }: Token): { readonly behaviour: keyof Behaviours; readonly when: string } | null {
  const { kind } = parsed
  const isDeniedPart = kind === 'command' && !parsed.allows && parsed.name.indexOf('|') > 0
  const isOpen = kind === 'invalid' && parsed.like === 'selector'
  const behaviour = isDeniedPart ? 'hasSubcommandRules' : isOpen ? 'hasSelectors' : neededBehaviour(parsed)
  if (behaviour === null) return null
  const selectors =
    kind === 'key'
      ? 'Key rules for reading or writing alone come with Redis 7.0 and Valkey 7.2.'
      : kind === 'reset'
        ? 'Selectors come with Redis 7.0 and Valkey 7.2.'
        : 'Selectors in parentheses come with Redis 7.0 and Valkey 7.2.'
  return { behaviour, when: came[behaviour] ?? selectors }
}

function unknownName(name: Bytes, target: Target): { readonly message: string; readonly hint: string | null } | null {
  if (name === 'sentinel' || name.startsWith('sentinel|')) {
    return {
      message: 'SENTINEL exists on Sentinel processes only: a data server refuses the whole file for this rule.',
      hint: 'A Sentinel logs in to data servers with +multi +slaveof +ping +exec +subscribe +publish +info and a few more.',
    }
  }
  const category = name.startsWith('@')
  if (category ? target.table.inCategory(name.slice(1)) !== undefined : target.table.find(name) !== undefined)
    return null
  if (category ? moduleCategories.includes(name.slice(1)) : modulePrefix.test(name)) {
    return {
      message: `${toText(name)} belongs to the modules that come with Redis 8, and ${target.label} runs without them here: it refuses the whole file.`,
      hint: target.hasModules ? 'Switch the modules on for this target, or leave the rule out.' : null,
    }
  }
  const where = whereIs(name) ?? whereIs(name.split('|')[0] ?? name)
  if (where === null) return null
  const gone = where.goneFrom === null ? '' : ` and is gone from ${where.goneFrom} on`
  return { message: `${target.label} has no ${name}: it came with ${where.since}${gone}.`, hint: null }
}

function mismatch(token: Token, target: Target): ReturnType<LineCheck['check']> {
  const need = needOf(token)
  if (need !== null && target.behaviours[need.behaviour] === false)
    return [onToken(token, `${target.label} refuses this rule.`, need.when)]
  const [, name] = /^[+-](.+)$/.exec(token.word) ?? []
  const unknown = name === undefined || name === '@all' ? null : unknownName(name, target)
  return unknown === null ? [] : [onToken(token, unknown.message, unknown.hint)]
}

/** Rules of another release, of Sentinel, or of modules that the target lacks. */
export const targetMismatch: LineCheck = {
  code: 'target-mismatch',
  severity: 'error',
  about: 'refused',
  check: ({ tokens, user, target }) => (user === null ? onEach(tokens, (token) => mismatch(token, target)) : []),
}
