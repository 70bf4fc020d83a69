import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import type { RandomSource } from '../../acl/environment'
import type { Limits } from '../limits'
import { isInteger64 } from '../list/packed'
import { Table, type TableEntry } from '../table'
import type { Value } from '../value'

/** Memory counted for a member besides its bytes. */
const OVERHEAD = 16

type Form = 'intset' | 'listpack' | 'hashtable'

/** A set in the server's encoding, which decides the order of small sets and the reply of OBJECT ENCODING. */
export class SetValue implements Value {
  readonly type = 'set'
  readonly #members = new Table<TableEntry>()
  #weight = 0
  #form: Form
  readonly #limits: Limits

  private constructor(form: Form, limits: Limits) {
    this.#form = form
    this.#limits = limits
  }

  /** Creates an empty set in the encoding for the first of `expected` members. */
  static for(first: Bytes, expected: number, limits: Limits): SetValue {
    const { setsArePacked, setIntegers, setEntries } = limits
    if (isInteger64(first) && (!setsArePacked || expected <= setIntegers)) return new SetValue('intset', limits)
    return new SetValue(setsArePacked && expected <= setEntries ? 'listpack' : 'hashtable', limits)
  }

  /** Creates a set of these members (at least one) as a command that stores its result does. */
  static of(members: Iterable<Bytes>, limits: Limits): SetValue {
    const set = new SetValue('intset', limits)
    for (const member of members) set.add(member)
    return set
  }

  /** Creates a set of these members (at least one) as SINTERSTORE does, which begins in the encoding of the smallest set. */
  static intersection(members: Iterable<Bytes>, smallest: SetValue | undefined, limits: Limits): SetValue {
    const packs = limits.setsArePacked && smallest?.encoding() !== 'intset'
    const set = new SetValue(packs ? 'listpack' : 'intset', limits)
    for (const member of members) set.add(member)
    if (set.#form !== 'intset' && set.length <= limits.setIntegers && set.list().every(isInteger64))
      set.#form = 'intset'
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

  /** Call before a command adds so many members to an existing set: they may be too many for its encoding. */
  makeRoomFor(count: number): void {
    const { setsArePacked, setIntegers, setEntries } = this.#limits
    if (setsArePacked && count > (this.#form === 'intset' ? setIntegers : setEntries)) this.#form = 'hashtable'
  }

  /** Adds a member, changing the encoding if it does not fit. Returns true if it was new. */
  add(member: Bytes): boolean {
    if (this.#members.has(member)) return false
    if (this.#form === 'intset' && !isInteger64(member)) this.#leaveIntset(member)
    else if (this.#form === 'listpack' && !this.#packs(member)) this.#form = 'hashtable'
    this.#append(member)
    if (this.#form === 'intset' && this.length > this.#limits.setIntegers) this.#form = 'hashtable'
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

  copy(limits: Limits): SetValue {
    const copy = new SetValue(this.#form, limits)
    for (const member of this.list()) copy.#append(member)
    return copy
  }

  #append(member: Bytes): void {
    this.#members.set({ key: member, seq: 0, live: false })
    this.#weight += member.length + OVERHEAD
  }

  /** Returns true if a listpack has room for one more member. */
  #packs(member: Bytes): boolean {
    return this.length < this.#limits.setEntries && member.length <= this.#limits.setValue
  }

  #leaveIntset(member: Bytes): void {
    const packs = this.#limits.setsArePacked && this.#packs(member)
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
