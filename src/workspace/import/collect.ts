import { type Bytes, fromText, toText, trimEndOf } from '../../acl/bytes'
import { isPasswordHash } from '../../acl/password'
import type { AclBehaviours } from '../../acl/behaviours'
import { isResetOf, parseRule } from '../../acl/rule'
import { roleNameFault } from '../../acl/role'
import { holeIn, holeInBytes, withoutHoles } from './holes'
import { holdRule, holdsName } from '../../analysis/user-line'
import { type ImportFormat, type ImportNote, type ImportResult, type ImportedUser, importLimits } from './types'

/** The behaviours of the target that decide how the default user starts. */
export type ImportBehaviours = Pick<AclBehaviours, 'hasChannels' | 'hasRoles'>

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text)

/** Collects users, redis.conf lines and notes during an import. */
export class ImportCollector {
  readonly #users = new Map<Bytes, Bytes[]>()
  readonly #roles = new Map<Bytes, Bytes[]>()
  readonly #notes: ImportNote[] = []
  #unsaid = 0
  readonly #losses = { rules: 0, passwords: 0, changed: 0 }
  #conf: string[] | null = null

  constructor(readonly behaviours: ImportBehaviours) {}

  get isEmpty(): boolean {
    return this.#users.size + this.#roles.size === 0 && this.#conf === null
  }

  /** The number of users and roles so far. */
  get count(): number {
    return this.#users.size + this.#roles.size
  }

  /** The first thing that could not be read; null where there is none. */
  get firstLoss(): string | null {
    return this.#notes.find(({ kind }) => kind === 'lost')?.message ?? null
  }

  /** Notes that a password is not in the text. */
  missesPassword(user: Bytes, message: string): void {
    this.note('lost', user, message)
    this.#losses.rules--
    this.#losses.passwords++
  }

  note(kind: ImportNote['kind'], user: Bytes | null, message: string): void {
    if (kind === 'lost') this.#losses.rules++
    if (kind === 'changed') this.#losses.changed++
    if (this.#notes.length < importLimits.notes)
      this.#notes.push({ kind, user: user === null ? null : toText(user), message })
    else this.#unsaid++
  }

  conf(line: string): void {
    const source = holeIn(line)
    if (source !== null)
      return this.note(
        'lost',
        null,
        `${/^\S+/.exec(line)?.[0] ?? ''} is filled in elsewhere (${source}), and was left out.`,
      )
    ;(this.#conf ??= []).push(line)
  }

  has(name: Bytes): boolean {
    return this.#users.has(name)
  }

  /** Sets a user as a line of users.acl does. Replaces a user of the same name. */
  user(name: Bytes, rules: readonly Bytes[]): void {
    if (this.#isNameless(name)) return
    if (this.#users.has(name)) this.note('changed', name, 'This user is there more than once; the last one counts.')
    else if (this.#users.size >= importLimits.users)
      return this.note('lost', name, `More than ${importLimits.users} users are not read.`)
    this.#users.set(name, [])
    this.change(name, rules)
  }

  /** Adds rules to a user as ACL SETUSER does. A new user starts empty; the default user as servers create it. */
  change(name: Bytes, rules: readonly Bytes[]): void {
    if (this.#isNameless(name)) return
    let has = this.#users.get(name)
    if (has === undefined) {
      has = name === 'default' ? ['on', 'nopass', '~*', ...(this.behaviours.hasChannels ? ['&*'] : []), '+@all'] : []
      this.#users.set(name, has)
    }
    for (const rule of this.#known(name, rules)) {
      if (isResetOf(parseRule(rule), 'user')) has.length = 0
      else if (rule !== '') has.push(rule)
    }
  }

  /** Notes a user whose name is filled in elsewhere. Returns false for other names. */
  #isNameless(name: Bytes): boolean {
    const source = holeInBytes(name)
    if (source !== null)
      this.note(
        'lost',
        fromText(withoutHoles(toText(name))),
        'This user is left out, since its name is filled in elsewhere.',
      )
    return source !== null
  }

  /** Returns the rules of a user, or a role (null), that are in the text, and notes the others. */
  #known(name: Bytes | null, rules: readonly Bytes[]): Bytes[] {
    return rules.filter((rule) => {
      const source = holeInBytes(rule)
      if (source === null) return true
      if (name !== null && /^[><#!]/.test(rule))
        this.missesPassword(name, `A password was left out, since it is filled in elsewhere: ${source}`)
      else this.note('lost', name, `A rule was left out, since it is filled in elsewhere: ${source}`)
      return false
    })
  }

  remove(name: Bytes): void {
    if (this.#isNameless(name)) return
    this.#users.delete(name)
  }

  /** Sets a role as a line of users.acl does. Replaces a role of the same name. */
  role(name: Bytes, rules: readonly Bytes[]): void {
    if (this.#roles.delete(name))
      this.note('changed', null, `The role ${toText(name)} is there more than once; the last one counts.`)
    this.changeRole(name, rules)
  }

  /** Adds rules to a role as ACL SETROLE does. A new role starts empty. */
  changeRole(name: Bytes, rules: readonly Bytes[]): void {
    const fault = roleNameFault(name)
    if (fault !== null) return this.note('lost', null, `The role ${clip(toText(name))} is left out: ${fault}.`)
    this.#roles.set(name, [...(this.#roles.get(name) ?? []), ...this.#known(null, rules).filter((rule) => rule !== '')])
  }

  removeRole(name: Bytes): void {
    this.#roles.delete(name)
  }

  /** Returns the result, with users as lines of users.acl. */
  finish(format: ImportFormat): ImportResult {
    const users: ImportedUser[] = []
    const lines: string[] = []
    for (const [name, given] of this.#roles) lines.push(toText(['role', name, ...this.#held(null, given)].join(' ')))
    if (lines.length > 0 && !this.behaviours.hasRoles)
      this.note('lost', null, 'Servers before Valkey 9.2 have no roles, and refuse their lines.')
    for (const [name, given] of this.#users) {
      if (!holdsName(name)) {
        this.note('lost', name, 'A name with white space, or without any characters, cannot stand in users.acl.')
        continue
      }
      const rules = this.#held(name, given)
      this.#noteMissingRoles(name, rules)
      users.push({ name, rules })
      lines.push(toText(['user', name, ...rules].join(' ')))
    }
    if (this.#unsaid > 0)
      this.#notes.push({ kind: 'info', user: null, message: `${this.#unsaid} more notes are not shown.` })
    return {
      format,
      users,
      acl: lines.length === 0 ? '' : `${lines.join('\n')}\n`,
      conf: this.#conf === null ? null : `${trimEndOf(this.#conf.join('\n'), '\n')}\n`,
      notes: this.#notes,
      losses: this.#losses,
    }
  }

  /** Notes the roles of a user that are not in the text. */
  #noteMissingRoles(name: Bytes, rules: readonly Bytes[]): void {
    const last = rules.map(parseRule).findLast((rule) => rule.kind === 'roles' || isResetOf(rule, 'roles'))
    if (last?.kind !== 'roles') return
    for (const role of last.list.split(','))
      if (!this.#roles.has(role))
        this.note(
          'lost',
          name,
          `The role ${clip(toText(role))} is not in this text. A server without it refuses the line.`,
        )
  }

  /** Returns rules as users.acl holds them; `name` is null for those of a role. */
  #held(name: Bytes | null, given: readonly Bytes[]): Bytes[] {
    const rules: Bytes[] = []
    for (const rule of given) {
      const held = holdRule(rule)
      if (held.kind === 'lost') {
        this.note('lost', name, `${clip(toText(rule))} ${held.why}.`)
        continue
      }
      if (held.kind === 'hashed')
        this.note(
          'changed',
          name,
          'A password with white space in it cannot stand in users.acl as it is: its SHA-256 stands there.',
        )
      const parsed = parseRule(rule)
      if (parsed.kind === 'password' && parsed.form === 'plain' && parsed.adds && isPasswordHash(parsed.value))
        this.note('info', name, 'The password after > has the form of a hash. If it is one, write # in place of >.')
      rules.push(held.text)
    }
    return rules
  }
}

/** Splits a text into rules; a selector in parentheses is one rule. */
export function rulesOf(text: Bytes): Bytes[] {
  const rules: Bytes[] = []
  let open: Bytes | null = null
  for (const word of text.split(/[ \t-\r]+/)) {
    if (word === '') continue
    if (open !== null) {
      open += ` ${word}`
      if (!word.endsWith(')')) continue
      rules.push(open)
      open = null
    } else if (word[0] === '(' && !word.endsWith(')')) open = word
    else rules.push(word)
  }
  if (open !== null) rules.push(open)
  return rules
}
