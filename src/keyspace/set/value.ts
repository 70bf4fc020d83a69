import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import type { RandomSource } from '../../acl/environment'
import type { Behaviours } from '../../targets/behaviours'
import { isInteger64 } from '../list/packed'
import { Table, type TableEntry } from '../table'
import type { Value } from '../value'

/** Defaults of set-max-intset-entries, set-max-listpack-entries and set-max-listpack-value. */
const MAX_INTSET = 512
const MAX_LISTPACK = 128
const MAX_LISTPACK_VALUE = 64

/** Memory counted for a member besides its bytes. */
const OVERHEAD = 16

type Form = 'intset' | 'listpack' | 'hashtable'

/** A set in the server's encoding, which decides the order of small sets and the reply of OBJECT ENCODING. */
export class SetValue implements Value {
  readonly type = 'set'
  readonly #members = new Table<TableEntry>()
  #weight = 0
  #form: Form
  readonly #hasListpacks: boolean

  private constructor(form: Form, hasListpacks: boolean) {
    this.#form = form
    this.#hasListpacks = hasListpacks
  }

  /** Creates an empty set in the encoding for the first of `expected` members. */
  static for(first: Bytes, expected: number, behaviours: Behaviours): SetValue {
    const hasListpacks = behaviours.smallSetsAreListpacks
    if (isInteger64(first) && (!hasListpacks || expected <= MAX_INTSET)) return new SetValue('intset', hasListpacks)
    return new SetValue(hasListpacks && expected <= MAX_LISTPACK ? 'listpack' : 'hashtable', hasListpacks)
  }

  /** Creates a set of these members (at least one) as a command that stores its result does. */
  static of(members: Iterable<Bytes>, behaviours: Behaviours): SetValue {
    const set = new SetValue('intset', behaviours.smallSetsAreListpacks)
    for (const member of members) set.add(member)
    return set
  }

  get length(): number {
    return this.#members.size
  }

  get byteSize(): number {
    return this.#weight
  }

  get isHashtable(): boolean {
    return this.#form === 'hashtable'
  }

  encoding(): string {
    return this.#form
  }

  has(member: Bytes): boolean {
    return this.#members.has(member)
  }

  /** Adds a member, changing the encoding if it does not fit. Returns true if it was new. */
  add(member: Bytes): boolean {
    if (this.#members.has(member)) return false
    if (this.#form === 'intset' && !isInteger64(member)) this.#leaveIntset(member)
    else if (this.#form === 'listpack' && (this.length >= MAX_LISTPACK || member.length > MAX_LISTPACK_VALUE))
      this.#form = 'hashtable'
    this.#append(member)
    if (this.#form === 'intset' && this.length > MAX_INTSET) this.#form = 'hashtable'
    return true
  }

  delete(member: Bytes): boolean {
    if (!this.#members.delete(member)) return false
    this.#weight -= member.length + OVERHEAD
    return true
  }

  /** Returns the members in the server's order. A hash table has no defined order. */
  list(): Bytes[] {
    const members = [...this.#members.keys()]
    return this.#form === 'intset' ? sortIntegers(members) : members
  }

  /** Returns a random member. The set must not be empty. */
  random(random: RandomSource): Bytes {
    return present(this.#members.random(random)).key
  }

  /** Returns a step of SSCAN: all members at once while the set is small. */
  scan(cursor: number, count: number): { readonly cursor: number; readonly members: readonly Bytes[] } {
    if (this.#form !== 'hashtable') return { cursor: 0, members: this.list() }
    const step = this.#members.scan(cursor, count)
    return { cursor: step.cursor, members: step.entries.map((entry) => entry.key) }
  }

  copy(): SetValue {
    const copy = new SetValue(this.#form, this.#hasListpacks)
    for (const member of this.list()) copy.#append(member)
    return copy
  }

  #append(member: Bytes): void {
    this.#members.set({ key: member, seq: 0, live: false })
    this.#weight += member.length + OVERHEAD
  }

  #leaveIntset(member: Bytes): void {
    const packs = this.#hasListpacks && this.length < MAX_LISTPACK && member.length <= MAX_LISTPACK_VALUE
    this.#form = packs ? 'listpack' : 'hashtable'
    if (!packs) return
    const integers = sortIntegers([...this.#members.keys()])
    this.#members.clear()
    for (const key of integers) this.#members.set({ key, seq: 0, live: false })
  }
}

function sortIntegers(members: Bytes[]): Bytes[] {
  return members.sort((a, b) => {
    const [x, y] = [Number(a), Number(b)]
    if (Number.isSafeInteger(x) && Number.isSafeInteger(y)) return x - y
    const exact = BigInt(a) - BigInt(b)
    return exact < 0n ? -1 : exact > 0n ? 1 : 0
  })
}
