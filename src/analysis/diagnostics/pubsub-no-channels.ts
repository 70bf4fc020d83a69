import { toText } from '../../acl/bytes'
import { allows, keyRule, listSome, tokensOf } from './facts'
import { addRules, onToken, type LineCheck, type UserLine } from './line'

/** Returns true where the user has every key and every command. */
const isAdministrator = ({ user }: UserLine): boolean => user?.root.allKeys === true && user.root.commands.all

/** Returns likely channel patterns: those with the prefixes of the user's keys; without any, with the user's name. */
function likely(line: UserLine): string[] {
  const prefixes = line.tokens.flatMap((token) => /^[\w.-]+[:./]\*$/.exec(keyRule(token)?.pattern ?? '')?.[0] ?? [])
  const found = [...new Set(prefixes)].slice(0, 3)
  return found.length > 0
    ? found.map((prefix) => `&${prefix}`)
    : [`&${toText(line.name.text).replace(/[*?[\]\\]/g, '?')}:*`]
}

/** Pub/sub commands without a channel pattern. */
export const pubsubNoChannels: LineCheck = {
  code: 'pubsub-no-channels',
  severity: 'warning',
  check: (line) => {
    const { user, target } = line
    if (user === null || !target.behaviours.hasChannels) return []
    if (user.selectors.some((selector) => selector.allChannels || selector.channels.length > 0)) return []
    const given = ['publish', 'subscribe', 'psubscribe'].filter((name) => allows(line, name))
    if (given.length === 0) return []
    const token = tokensOf(line, 0).find(
      ({ text }) => /^\+(@all|@pubsub|p?subscribe|publish)$/i.test(text) || text.toLowerCase() === 'allcommands',
    )
    return [
      onToken(
        token ?? line.name,
        `${listSome(given.map((name) => name.toUpperCase()))} ${given.length === 1 ? 'is' : 'are'} denied: no channel is granted.`,
        'From Redis 7.0 on, a user starts without channels. Grant them, for example &app:*.',
        [
          ...(isAdministrator(line) ? [] : [addRules(line, likely(line), `Add ${likely(line).join(' ')}`)]),
          addRules(line, ['&*'], 'Grant every channel (&*)'),
        ],
      ),
    ]
  },
}
