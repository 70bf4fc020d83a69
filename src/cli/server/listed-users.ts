import { toText, type Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import { Users } from '../../acl/users'
import { holdRule, holdsName } from '../../analysis/user-line'
import type { Reply } from '../../resp/reply'
import type { Target } from '../../targets/target'
import { readListed, type Listed } from '../../workspace/import/listed-user'
import { CannotRun } from '../cannot-run'
import { sourceOf, type Source } from '../input'
import { onOneLine } from '../printable'

/** A user or role that was not read exactly; `name` is null where the listing as a whole is at fault. */
export interface Gap {
  readonly of: Listed['of']
  readonly name: Bytes | null
  /** The reason, as a sentence without its subject: `is listed twice`. */
  readonly why: string
}

/** The number of reasons in a message. */
const MOST_GAPS = 5

/**
 * The users and roles of a server as ACL LIST gave them: all of them and exactly, or with the reasons why not. Whoever claims
 * something about the server asks for `exactly`.
 */
export class ListedUsers {
  readonly #total: number

  private constructor(
    /** The users and roles that were read exactly. */
    readonly readable: Source,
    total: number,
    /** The reasons why users or roles are missing or not exact. Empty: `readable` has every user and role of the server, as it is there. */
    readonly gaps: readonly Gap[],
  ) {
    this.#total = total
  }

  /**
   * Converts a reply to ACL LIST to users.acl. A user or role counts as read where a server of the target, once it has loaded
   * its line, prints what was listed.
   * @param name the server, for messages
   * @param target that of the server's own release
   */
  static read(name: string, listed: readonly Reply[], target: Target, allChannelsByDefault: boolean): ListedUsers {
    const users = new Users(target.table, target.behaviours)
    users.allChannelsByDefault = allChannelsByDefault
    const { hasRoles } = target.behaviours
    const notOne = `an element of ACL LIST is not the line of a user${hasRoles ? ' or role' : ''}`
    const lines = { role: new Map<Bytes, Bytes>(), user: new Map<Bytes, Bytes>() }
    const gaps: Gap[] = []
    const names = { role: new Set<Bytes>(), user: new Set<Bytes>() }
    const read = (one: Listed, item: Bytes): void => {
      const { of, name } = one
      const found = names[of].has(name) ? { why: 'is listed twice' } : lineFor(one, item, lines.role, users, target)
      names[of].add(name)
      if ('line' in found) lines[of].set(name, found.line)
      else {
        lines[of].delete(name)
        gaps.push({ of, name, why: found.why })
      }
    }
    // What a user holds is printed before it, wherever it is listed.
    const inOrder = [...listed].sort((a, b) => Number(isOfRole(b)) - Number(isOfRole(a)))
    for (const item of inOrder) {
      const one = typeof item === 'string' ? readListed(item) : null
      if (typeof item === 'string' && one !== null) read(one, item)
      else gaps.push({ of: 'user', name: null, why: notOne })
    }
    // Without its line, a file would make the default user that of a new server.
    if (!names.user.has('default'))
      gaps.push({ of: 'user', name: 'default', why: 'is not listed, although every server has it' })
    const content = [...lines.role.values(), ...lines.user.values()].map((line) => `${line}\n`).join('')
    if (gaps.length === 0 && !printsAs(listed, content, users))
      gaps.push({ of: 'user', name: null, why: 'the users together are not those of ACL LIST' })
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
    const gap = this.gaps.find(({ of, name }) => of === 'user' && name === user)
    return gap === undefined ? null : describeGap(gap)
  }
}

const isOfRole = (item: Reply): boolean => typeof item === 'string' && item.startsWith('role ')

const describeGap = ({ of, name, why }: Gap): string =>
  name === null ? why : `${of} ${onOneLine(toText(name))} ${onOneLine(why)}`

/**
 * Returns the line of a user or role for users.acl, or the reason why there is none that means the same.
 * @param roles the lines of the roles that were read exactly, which users may hold
 */
function lineFor(
  { of, name, rules }: Listed,
  listed: Bytes,
  roles: ReadonlyMap<Bytes, Bytes>,
  users: Users,
  { label, behaviours: { hasRoles } }: Target,
): { readonly line: Bytes } | { readonly why: string } {
  if (of === 'role' && !hasRoles) return { why: `is listed, although ${label} has no roles` }
  if (!holdsName(name)) return { why: 'has a name that is not UTF-8 text' }
  const held = rules.flatMap((rule) =>
    hasRoles && of === 'user' && rule.startsWith('role=') ? rule.slice(5).split(',') : [],
  )
  const missing = held.find((role) => !roles.has(role))
  if (missing !== undefined) return { why: `holds the role ${toText(missing)}, which was not read exactly` }
  const words = [of, name]
  for (const rule of rules) {
    const held = holdRule(rule)
    if (held.kind === 'lost') return { why: `has a rule that users.acl cannot hold: ${toText(rule)} ${held.why}` }
    words.push(held.text)
  }
  const line = words.join(' ')
  const loaded = loadAclFile(users, [line, ...held.map((role) => `role ${role}`), ''].join('\n'), 'users.acl')
  if (!loaded.ok) return { why: `has rules that ${label} refuses${problemOf(loaded.problems[0]?.message ?? '')}` }
  const printed = (of === 'user' ? loaded.users : loaded.roles).get(name)?.describe() ?? ''
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
  if (!loaded.ok || loaded.roles.size + loaded.users.size !== listed.length) return false
  const printed = new Set(
    [...loaded.roles.values(), ...loaded.users.values()].map((one) => withoutSanitize(one.describe())),
  )
  return (
    printed.size === listed.length &&
    listed.every((line) => typeof line === 'string' && printed.has(withoutSanitize(line)))
  )
}
