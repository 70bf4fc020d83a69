import { fromText, toText, type Bytes } from '../../acl/bytes'
import type { PlanStep } from '../../analysis/plan'
import { haveSameUsers, wayBack, wayOn, type States } from '../../analysis/plan/way'
import type { Users } from '../../acl/users'
import { isError } from '../../resp/reply'
import { CannotRun } from '../cannot-run'
import type { Debug } from '../debug'
import type { Io } from '../input'
import { markFile } from '../masked'
import { onOneLine } from '../printable'
import { startOrFail, type ServerOptions, type Subject } from '../subject'
import { addressOf } from './address'
import { ServerConnection } from './connection'
import { ConnectionLost, refusedCommand, wordsOf, WrongPassword } from './problems'
import type { ServerPolicy } from './read-policy'

/** The commands that are sent before their answers are awaited. */
const AT_ONCE = 100

/** The attempts to reach a server again before its users count as unknown, and the time between them in milliseconds. */
const ATTEMPTS = 5
const BETWEEN_ATTEMPTS = 1000

/** The result of saving the users of a server, so that they outlive a restart. */
export type Saved = { readonly by: 'ACL SAVE' | 'CONFIG REWRITE' } | { readonly why: string }

/** The options of connections, and what ends a change early. */
export interface Surroundings {
  readonly options: ServerOptions
  readonly io: Io
  readonly debug: Debug
  /** Throws CannotRun where the user has ended the command. */
  readonly goOn: () => void
}

export interface ChangeOfNode {
  /** The address with credentials. */
  readonly argument: string
  /** The server as it was read, and the users that it has. */
  readonly subject: Subject & { readonly server: ServerPolicy }
  readonly now: Users
  readonly states: States
  /** Passwords that the user who applies may have later. */
  readonly passwords: readonly string[]
}

/** The change of the users of one server: its two phases, and the way back. */
export class NodeChange {
  readonly name: string
  readonly states: States
  readonly #argument: string
  readonly #policy: ServerPolicy
  readonly #subject: Subject
  readonly #runner: Bytes
  readonly #passwords: readonly string[]
  readonly #around: Surroundings
  #connection: ServerConnection | null = null
  /** The users that the server must have before the next step. */
  #expected: Users
  /** True once a command that changes users was sent. */
  isTouched = false
  saved: Saved | null = null
  /** True where the users were saved, or the answer is missing. */
  #mayBeSaved = false
  /** The reason why the users of before are not all there again. */
  problem: string | null = null

  constructor({ argument, subject, now, states, passwords }: ChangeOfNode, around: Surroundings) {
    this.name = addressOf(argument, process.env).name
    this.states = states
    this.#argument = argument
    this.#policy = subject.server
    this.#subject = subject
    this.#runner = fromText(subject.server.user)
    this.#passwords = passwords
    this.#around = around
    this.#expected = now
  }

  get isNeeded(): boolean {
    return !haveSameUsers(this.#expected, this.states.after)
  }

  /** Returns the numbers of commands of both phases. Throws CannotRun where the users are those of another change. */
  get counts(): readonly [grant: number, take: number] {
    const { parts, foreign } = this.#wayOn(this.#expected)
    if (foreign.length > 0) throw this.#changedByOthers(foreign)
    return [parts[0].steps.length, parts[1].steps.length]
  }

  async open(): Promise<ServerConnection> {
    return (this.#connection ??= await this.#logIn())
  }

  /** Logs in, with the password of the file where the change has come that far. */
  async #logIn(): Promise<ServerConnection> {
    const { options, io, debug } = this.#around
    const address = addressOf(this.#argument, process.env)
    const others = [...this.#passwords]
    for (let password = address.password; ; password = others.shift() ?? null)
      try {
        return await ServerConnection.open({ ...address, password }, options, io, debug)
      } catch (reason) {
        if (!(reason instanceof WrongPassword) || others.length === 0) throw reason
      }
  }

  close(): void {
    this.#connection?.close()
    this.#connection = null
  }

  /**
   * Runs the commands of a phase and verifies their effect. Returns the number of commands. Throws CannotRun, before the first
   * of them, where the users are not those that the plan was made for.
   */
  async advance(phase: 0 | 1): Promise<number> {
    const now = await this.#read()
    if (!haveSameUsers(now, this.#expected)) throw this.#changedByOthers([])
    const { steps, goal } = this.#wayOn(now).parts[phase === 0 ? 0 : 1]
    await this.#run(steps, this.#around.goOn)
    this.#expected = goal
    if (steps.length > 0) await this.verify()
    return steps.length
  }

  /** Throws CannotRun unless the server has exactly the users that it should have by now. */
  async verify(): Promise<void> {
    if (!haveSameUsers(await this.#read(), this.#expected))
      throw new CannotRun(`${onOneLine(this.name)}: the users are not those that its commands set.`)
  }

  /** Saves the users, so that they outlive a restart. Throws CannotRun where the connection is lost. */
  async save(): Promise<void> {
    const connection = await this.open()
    const found = await connection.ask(['CONFIG', 'GET', 'aclfile'])
    if (isError(found)) {
      this.saved = { why: `CONFIG GET aclfile: ${wordsOf(found)}` }
      return
    }
    const hasFile = Array.isArray(found) && typeof found[1] === 'string' && found[1] !== ''
    const argv = hasFile ? ['ACL', 'SAVE'] : ['CONFIG', 'REWRITE']
    const by = hasFile ? 'ACL SAVE' : 'CONFIG REWRITE'
    this.#mayBeSaved = true
    const reply = await connection.ask(argv)
    this.#mayBeSaved = !isError(reply)
    this.saved = isError(reply) ? { why: `${by}: ${wordsOf(reply)}` } : { by }
  }

  /** Undoes a part of the change: 0 what the second phase did, 1 what the first one did. Records why it fails. */
  async undo(part: 0 | 1): Promise<void> {
    await this.#undoing(async () => {
      const way = wayBack(await this.#read(), this.states, this.#runner, this.#subject.target)
      await this.#run(way.parts[part].steps, () => undefined)
    })
  }

  /**
   * Verifies that the change is undone, and saves the users of before where those of the file were saved.
   * @param mayBeSaved true where a run that was killed may have saved them
   */
  async verifyUndone(mayBeSaved: boolean): Promise<void> {
    await this.#undoing(async () => {
      const now = await this.#read()
      const { parts, foreign } = wayBack(now, this.states, this.#runner, this.#subject.target)
      if (foreign.length > 0) throw this.#changedByOthers(foreign)
      if (parts[0].steps.length + parts[1].steps.length > 0)
        throw new CannotRun(`${onOneLine(this.name)}: the users are not those of before.`)
      if (!mayBeSaved && !this.#mayBeSaved) return
      await this.save()
      if (this.saved !== null && 'why' in this.saved && !/running without a config file/.test(this.saved.why))
        throw new CannotRun(`${onOneLine(this.name)}: the users of before are not saved: ${this.saved.why}`)
    })
  }

  async #undoing(task: () => Promise<void>): Promise<void> {
    if (this.problem !== null) return
    for (let attempt = 1; ; attempt++) {
      try {
        await task()
        return
      } catch (reason) {
        this.close()
        if (!(reason instanceof ConnectionLost) || attempt === ATTEMPTS) {
          this.problem = reason instanceof Error ? reason.message : String(reason)
          return
        }
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS))
      }
    }
  }

  #wayOn(now: Users): ReturnType<typeof wayOn> {
    return wayOn(now, this.states, this.#runner, this.#subject.target)
  }

  #changedByOthers(names: readonly Bytes[]): CannotRun {
    const which = names.length === 0 ? 'users' : names.map((name) => onOneLine(toText(name))).join(', ')
    return new CannotRun(`${onOneLine(this.name)}: somebody else changed ${which} in the meantime.`)
  }

  async #read(): Promise<Users> {
    const listed = await this.#policy.readAgain(await this.open())
    return startOrFail({ ...this.#subject, acl: markFile(listed.exactly(), 'acl', this.#subject.conf) }).users
  }

  async #run(steps: readonly PlanStep[], goOn: () => void): Promise<void> {
    const connection = await this.open()
    for (let i = 0; i < steps.length; i += AT_ONCE) {
      goOn()
      this.isTouched = true
      const some = steps.slice(i, i + AT_ONCE)
      const replies = await Promise.all(some.map(({ argv }) => connection.ask(argv)))
      for (const [j, reply] of replies.entries())
        if (isError(reply)) throw refusedCommand(this.name, connection.user, some[j]?.argv ?? [], reply)
    }
  }
}
