import type { Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { commandOf, readCapture, replayLine, type CapturedLine } from '../../analysis/replay'
import { suggest } from '../../analysis/suggest'
import { renderText } from '../../resp/render'
import type { Reply } from '../../resp/reply'
import type { SimulatedServer } from '../../server/server'
import type { Target } from '../../targets/target'
import { canHaveKeys, hasOneKey, usesOf } from '../../targets/uses'
import type { ListedUsers } from './listed-users'
import { textOf, type Entry } from './log-entries'

/** The users of a server, to decide about its log. */
export interface LoadedUsers {
  readonly target: Target
  readonly users: ListedUsers
  /** Null where the simulated server does not start with them. */
  readonly server: SimulatedServer | null
}

/** The smallest rules for an entry of ACL LOG, or the reason why none are suggested. */
export type Advice =
  | {
      readonly kind: 'rules'
      readonly rules: readonly Bytes[]
      /** Other permissions that the rules grant. */
      readonly also: string
      /**
       * True where they allow the whole command line; false where it may need more, since ACL LOG names only one command,
       * key or channel of it.
       */
      readonly isWhole: boolean
    }
  | { readonly kind: 'none'; readonly why: string }

const none = (why: string): Advice => ({ kind: 'none', why })

/** Returns the smallest rules that allow what an entry of ACL LOG says was denied. */
export function adviceOn(entry: Entry, { target, users, server }: LoadedUsers): Advice {
  if (textOf(entry, 'reason') === 'auth')
    return none('a log-in that failed: a wrong password, an unknown user, or one that is off')
  const name = textOf(entry, 'username')
  const gap = users.gapOf(name)
  if (gap !== null) return none(`no rule is suggested: ${gap}`)
  if (server === null) return none('no rule is suggested: the users of the server could not be loaded')
  const user = server.users.get(name)
  if (user === undefined) return none('the user is gone')
  const listing: Reply = [[...entry].flat()]
  const [line] = readCapture(renderText(listing, 2), target).lines
  const command = line === undefined ? undefined : commandOf(line, target)
  const replayed = line === undefined ? null : replayLine(line, user, target)
  if (line === undefined || command === undefined || !replayed?.decision)
    return none('the entry does not tell enough to suggest a rule')
  const isWhole = tellsAll(line, command, target)
  if (replayed.decision.allowed)
    return none(
      isWhole
        ? 'the present rules of the user allow it'
        : 'the present rules of the user allow this part of the command line; ACL LOG does not tell the rest',
    )
  const suggestions = suggest(replayed.decision, user, target)
  // One selector must allow the whole line: of a part, only rules that add to the others are of use.
  const best = (isWhole ? undefined : suggestions.find(({ rules }) => !rules[0]?.startsWith('('))) ?? suggestions[0]
  return best === undefined
    ? none('no rule was found that allows it')
    : { kind: 'rules', rules: best.rules, also: best.also, isWhole }
}

/** Commands that name databases, which are restricted from Valkey 9.1 on. */
const namesDatabases: ReadonlySet<string> = new Set(['select', 'swapdb', 'move', 'copy'])

/** Returns true where the line of an entry has every key, channel and database of the real one. */
function tellsAll({ argv, db, keys }: CapturedLine, command: Command, target: Target): boolean {
  if (target.behaviours.hasDatabases && namesDatabases.has(command.name)) return false
  if (/^[sp]?subscribe$/.test(command.name)) return false
  if (/^s?publish$/.test(command.name)) return usesOf(target, command, argv, db).channels.length === 1
  return !canHaveKeys(target, command) || (keys?.length === 1 && hasOneKey(target, command))
}
