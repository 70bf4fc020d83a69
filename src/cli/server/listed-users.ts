import { toText, type Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import { Users } from '../../acl/users'
import { holdRule, holdsName } from '../../analysis/user-line'
import type { Reply } from '../../resp/reply'
import type { Target } from '../../targets/target'
import { readListedUser, type ListedUser } from '../../workspace/import/listed-user'
import { CannotRun } from '../cannot-run'
import { sourceOf, type Source } from '../input'
import { onOneLine } from '../printable'

/** A user that was not read exactly; `user` is null where the listing as a whole is at fault. */
export interface Gap {
  readonly user: Bytes | null
  /** The reason, as a sentence without its subject: `is listed twice`. */
  readonly why: string
}

/** The number of reasons in a message. */
const MOST_GAPS = 5

/**
 * The users of a server as ACL LIST gave them: all of them and exactly, or with the reasons why not. Whoever claims
 * something about the server asks for `exactly`.
 */
export class ListedUsers {
  readonly #total: number

  private constructor(
    /** The users that were read exactly. */
    readonly readable: Source,
    total: number,
    /** The users that are missing or not exact. Empty: `readable` has every user of the server, as it is there. */
    readonly gaps: readonly Gap[],
  ) {
    this.#total = total
  }

  /**
   * Converts a reply to ACL LIST to users.acl. A user counts as read where a server of the target, once it has loaded its
   * line, prints what was listed.
   * @param name the server, for messages
   * @param target that of the server's own release
   */
  static read(name: string, listed: readonly Reply[], target: Target, allChannelsByDefault: boolean): ListedUsers {
    const users = new Users(target.table, target.behaviours)
    users.allChannelsByDefault = allChannelsByDefault
    const lines = new Map<Bytes, Bytes>()
    const gaps: Gap[] = []
    const names = new Set<Bytes>()
    for (const item of listed) {
      const user = typeof item === 'string' ? readListedUser(item) : null
      if (typeof item !== 'string' || user === null) {
        gaps.push({ user: null, why: 'an element of ACL LIST is not the line of a user' })
        continue
      }
      const read = names.has(user.name) ? { why: 'is listed twice' } : lineFor(user, item, users, target)
      names.add(user.name)
      if ('line' in read) lines.set(user.name, read.line)
      else {
        lines.delete(user.name)
        gaps.push({ user: user.name, why: read.why })
      }
    }
    // Without its line, a file would make the default user that of a new server.
    if (!names.has('default')) gaps.push({ user: 'default', why: 'is not listed, although every server has it' })
    const content = [...lines.values()].map((line) => `${line}\n`).join('')
    if (gaps.length === 0 && !printsAs(listed, content, users))
      gaps.push({ user: null, why: 'the users together are not those of ACL LIST' })
    return new ListedUsers(sourceOf(name, toText(content)), listed.length, gaps)
  }

  /** Returns users.acl with every user of the server. Throws CannotRun, with the reasons, where it would not be exact. */
  exactly(): Source {
    if (this.gaps.length === 0) return this.readable
    const named = this.gaps.slice(0, MOST_GAPS).map(describeGap)
    const more = this.gaps.length - named.length
    throw new CannotRun(
      [
        `${onOneLine(this.readable.name)}: the users are not read completely and exactly (${this.#total} listed), so that nothing true can be said of them.`,
        ...named.map((gap) => `  ${gap}`),
        ...(more > 0 ? [`  and ${more} more`] : []),
      ].join('\n'),
    )
  }

  /** Returns the reason why a user was not read exactly; null where it was. */
  gapOf(user: Bytes): string | null {
    const gap = this.gaps.find((one) => one.user === user)
    return gap === undefined ? null : describeGap(gap)
  }
}

const describeGap = ({ user, why }: Gap): string =>
  user === null ? why : `user ${onOneLine(toText(user))} ${onOneLine(why)}`

/** Returns the line of a user for users.acl, or the reason why there is none that means the same. */
function lineFor(
  { name, rules }: ListedUser,
  listed: Bytes,
  users: Users,
  { label }: Target,
): { readonly line: Bytes } | { readonly why: string } {
  if (!holdsName(name)) return { why: 'has a name that is not UTF-8 text' }
  const words = ['user', name]
  for (const rule of rules) {
    const held = holdRule(rule)
    if (held.kind === 'lost') return { why: `has a rule that users.acl cannot hold: ${toText(rule)} ${held.why}` }
    words.push(held.text)
  }
  const line = words.join(' ')
  const loaded = loadAclFile(users, `${line}\n`, 'users.acl')
  if (!loaded.ok) return { why: `has rules that ${label} refuses${problemOf(loaded.problems[0]?.message ?? '')}` }
  const printed = loaded.users.get(name)?.describe() ?? ''
  return withoutSanitize(printed) === withoutSanitize(listed)
    ? { line }
    : { why: `would be printed with other rules by ${label}` }
}

/** Returns the server's words on a line, without the place. */
const problemOf = (message: Bytes): string => toText(message).replace(/^users\.acl:1:? ?/, ': ')

/**
 * Returns a line without `sanitize-payload`, which changes nothing: a user that was never reset has neither that flag nor
 * its opposite, and a file resets the default user first (6.2).
 */
const withoutSanitize = (line: Bytes): Bytes =>
  line.replace(/^(user [^ ]+ o(?:n|ff)(?: nopass)?) sanitize-payload(?= |$)/, '$1')

/** Returns true where a server that loads users.acl lists exactly these lines. */
function printsAs(listed: readonly Reply[], content: Bytes, users: Users): boolean {
  const loaded = loadAclFile(users, content, 'users.acl')
  if (!loaded.ok || loaded.users.size !== listed.length) return false
  const printed = new Set([...loaded.users.values()].map((user) => withoutSanitize(user.describe())))
  return (
    printed.size === listed.length &&
    listed.every((line) => typeof line === 'string' && printed.has(withoutSanitize(line)))
  )
}
