import { readFileSync, unlinkSync } from 'node:fs'
import type { Bytes } from '../../acl/bytes'
import { Users } from '../../acl/users'
import { rulesOfRole, rulesOfUser } from '../../analysis/user-rules'
import type { States } from '../../analysis/plan/way'
import type { Target } from '../../targets/target'
import { CannotRun } from '../cannot-run'
import { onOneLine } from '../printable'
import { writePrivate } from '../write-file'

type Lines = readonly (readonly Bytes[])[]

/** The users and roles of a state, as names followed by rules, with hashed passwords. */
interface WrittenState {
  readonly roles: Lines
  readonly users: Lines
}

/** A server in a journal. */
export interface JournalNode {
  /** The address with its user, without a password. */
  readonly address: string
  readonly target: string
  readonly modules: boolean
  readonly allChannels: boolean
  readonly states: readonly [before: WrittenState, middle: WrittenState, after: WrittenState]
}

/** The record that a killed `apply` leaves behind, so that another run can go on or undo. */
export interface Journal {
  readonly acl_playground_journal: 1
  /** False to leave the users in the memory of the servers only. */
  readonly save: boolean
  /** True from the time at which users are saved on the servers. */
  readonly saving: boolean
  readonly nodes: readonly JournalNode[]
}

const written = (users: Users): WrittenState => ({
  roles: [...users.roles.values()].map((role) => [role.name, ...rulesOfRole(role)]),
  users: [...users].map((user) => [user.name, ...rulesOfUser(user)]),
})

/** Describes the change of a server for a journal. */
export function journalNode(address: string, { before, middle, after }: States, target: Target): JournalNode {
  return {
    address,
    target: target.id,
    modules: target.modules,
    allChannels: before.allChannelsByDefault,
    states: [written(before), written(middle), written(after)],
  }
}

/** Returns the states that a journal has for a server. Throws CannotRun where the target does not know its rules. */
export function statesIn({ states, allChannels }: JournalNode, target: Target): States {
  const [before, middle, after] = states.map(({ roles, users }) => {
    const made = new Users(target.table, target.behaviours)
    made.allChannelsByDefault = allChannels
    const isMade =
      roles.every(([name = '', ...rules]) => made.setRole(name, rules) === null) &&
      users.every(([name = '', ...rules]) => made.setUser(name, ['reset', ...rules]) === null)
    if (!isMade) throw new CannotRun(`The journal has rules that ${target.label} refuses.`)
    return made
  })
  if (before === undefined || middle === undefined || after === undefined) throw new CannotRun(notOne)
  return { before, middle, after }
}

/** Writes a journal, which only its owner may read; once users are saved, over the one before. */
export function writeJournal(path: string, journal: Omit<Journal, 'acl_playground_journal'>): void {
  writePrivate(path, `${JSON.stringify({ acl_playground_journal: 1, ...journal })}\n`, journal.saving)
}

export function deleteJournal(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Somebody else deleted it.
  }
}

const notOne = 'This is not a journal of apply.'

/** Reads a journal. Throws CannotRun for another file. */
export function readJournal(path: string): Journal {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new CannotRun(`${onOneLine(path)} cannot be read.`)
  }
  const journal = parsed(text)
  if (journal === null) throw new CannotRun(`${onOneLine(path)}: ${notOne}`)
  return journal
}

function parsed(text: string): Journal | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return isRecord(value) &&
    value['acl_playground_journal'] === 1 &&
    Array.isArray(value['nodes']) &&
    value['nodes'].every(isNode)
    ? {
        acl_playground_journal: 1,
        save: value['save'] === true,
        saving: value['saving'] === true,
        nodes: value['nodes'],
      }
    : null
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isLines = (value: unknown): boolean =>
  Array.isArray(value) && value.every((line) => Array.isArray(line) && line.every((word) => typeof word === 'string'))

const isNode = (value: unknown): value is JournalNode =>
  isRecord(value) &&
  typeof value['address'] === 'string' &&
  typeof value['target'] === 'string' &&
  typeof value['modules'] === 'boolean' &&
  typeof value['allChannels'] === 'boolean' &&
  Array.isArray(value['states']) &&
  value['states'].length === 3 &&
  value['states'].every((state) => isRecord(state) && isLines(state['roles']) && isLines(state['users']))
