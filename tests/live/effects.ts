import { READ, WRITE, type Access } from '../../src/acl/command'
import type { Bytes } from '../../src/acl/bytes'
import type { RandomSource } from '../../src/acl/environment'
import { exactly } from '../../src/proof/automaton'
import type { ArgumentDoc, CommandDocs } from '../../src/targets/docs'
import type { Target } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import type { Recorded } from '../conformance/recordings'
import { WireClient } from './wire'

/** The types of the keys that a server is filled with: `@string:1` and `@string:2`, and so on. */
const types = ['string', 'number', 'list', 'set', 'zset', 'hash', 'stream', 'geo', 'hll'] as const

/** A value found nowhere else, for each key: a number where the type wants one. */
const secretOf = (key: Bytes): Bytes => {
  const [type = '', n = ''] = key.slice(1).split(':')
  const place = types.findIndex((one) => one === type)
  // One changed character makes no other secret of it.
  const mark = String(place).repeat(4)
  return type === 'number' || type === 'zset' ? `7${mark}3${n}9` : `q${mark}zj${n}xk`
}

const keys: readonly Bytes[] = types.flatMap((type) => [`@${type}:1`, `@${type}:2`])

/** Command lines that fill a keyspace: every key holds its secret, and a member, field or element `m`. */
const filling: readonly (readonly Bytes[])[] = keys.flatMap((key): Bytes[][] => {
  const secret = secretOf(key)
  switch (key.slice(1).split(':')[0]) {
    case 'string':
    case 'number':
      return [['SET', key, secret]]
    case 'list':
      // An element that names a key, for SORT with GET.
      return [['RPUSH', key, 'm', secret, '@string:2']]
    case 'set':
      return [['SADD', key, 'm', secret]]
    case 'zset':
      return [['ZADD', key, secret, 'm', '1', 'n']]
    case 'hash':
      return [['HSET', key, 'm', secret]]
    case 'stream':
      return [
        ['XADD', key, '1-1', 'm', secret],
        ['XADD', key, '2-1', 'm', secret],
        ['XGROUP', 'CREATE', key, 'g', '0'],
        ['XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '1', 'STREAMS', key, '>'],
      ]
    case 'geo':
      return [['GEOADD', key, '1', '1', 'm', '1', '1', secret]]
    default:
      return [['PFADD', key, 'm', secret]]
  }
})

/** All keys of both databases with their value and expiry, as one reply. */
const snapshotScript = `local all = {}
for db = 0, 1 do redis.call('select', db)
  for _, key in ipairs(redis.call('keys', '*')) do
    all[#all + 1] = {db .. ' ' .. key, redis.call('dump', key), redis.call('pexpiretime', key)}
  end
end
return all`

type Snapshot = ReadonlyMap<Bytes, { readonly value: string; readonly text: string }>

const textOf = (reply: Recorded): string =>
  typeof reply === 'object' && reply !== null && 'x' in reply
    ? Buffer.from(String(reply.x), 'base64').toString('latin1')
    : typeof reply === 'string'
      ? reply
      : JSON.stringify(reply)

/** All texts and numbers of a reply, joined. */
function flat(reply: Recorded): string {
  if (Array.isArray(reply)) return reply.map(flat).join(' ')
  if (typeof reply === 'object' && reply !== null) {
    if ('x' in reply) return textOf(reply)
    return Object.values(reply)
      .map((part) => flat(part as Recorded))
      .join(' ')
  }
  return String(reply)
}

/** What a command line did. */
export interface Done {
  readonly argv: readonly Bytes[]
  /** By key, or `*` for more keys than it could name: the access performed beyond the access that was checked. */
  readonly beyond: ReadonlyMap<Bytes, Access>
  /** All that was performed. */
  readonly all: ReadonlyMap<Bytes, Access>
  /** It told names of keys that it did not name. */
  readonly names: boolean
  readonly reply: Recorded
}

/** Runs command lines on a filled server and tells what they did to its keys. */
export class EffectsRecorder {
  readonly #admin: WireClient
  readonly #user: WireClient
  readonly #target: Target
  #filled: Snapshot | null = null

  private constructor(target: Target, admin: WireClient, user: WireClient) {
    this.#target = target
    this.#admin = admin
    this.#user = user
  }

  static async open(port: number, target: Target): Promise<EffectsRecorder> {
    const [admin, user] = [await WireClient.open(port), await WireClient.open(port)]
    await admin.send(['ACL', 'SETUSER', 'u', 'reset', 'on', 'nopass', '+@all', '&*'])
    await user.send(['AUTH', 'u', 'x'])
    return new EffectsRecorder(target, admin, user)
  }

  close(): void {
    this.#admin.close()
    this.#user.close()
  }

  async #snapshot(): Promise<Snapshot> {
    const reply = await this.#admin.send(['EVAL', snapshotScript, '0'])
    const rows = Array.isArray(reply) ? (reply as Recorded[][]) : []
    return new Map(
      rows.map(([key = null, value = null, expiry = null]) => [
        textOf(key),
        { value: `${textOf(value)} ${textOf(expiry)}`, text: textOf(value) },
      ]),
    )
  }

  async #fill(): Promise<Snapshot> {
    const lines = [['FLUSHALL'], ...filling]
    for (const line of lines) this.#admin.write(line)
    for (let left = lines.length; left > 0; left--) await this.#admin.next()
    return (this.#filled = await this.#snapshot())
  }

  /**
   * Runs a line as a user that has all commands and the keys of the line, each with the access that is checked; null where
   * there is no such command.
   * @param more further rules of the user
   */
  async run(argv: readonly Bytes[], more: readonly Bytes[] = []): Promise<Done | null> {
    const command = this.#target.table.resolve(argv)
    if (command === undefined) return null
    const before = this.#filled ?? (await this.#fill())
    const checked = new Map<Bytes, Access>()
    const uses = usesOf(this.#target, command, argv, 0).keys
    for (const { key, access } of uses) checked.set(key, ((checked.get(key) ?? 0) | access) as Access)
    // Where no access is checked, some pattern must match; one that reads is as good as any.
    const rules = [...checked].map(([key, access]) => `${['%R', '%R', '%W', '%RW'][access]}~${exactly(key)}`)
    await this.#admin.send(['ACL', 'SETUSER', 'u', 'resetkeys', ...rules, ...more])
    const lines = [['SELECT', '0'], ['MULTI'], argv, ['EXEC']]
    for (const line of lines) this.#user.write(line)
    let reply: Recorded = null
    let queued: Recorded = null
    for (const [i] of lines.entries()) {
      reply = await this.#user.next()
      if (i === 2) queued = reply
    }
    if (JSON.stringify(queued).includes('NOPERM'))
      return { argv, beyond: new Map(), all: new Map(), names: false, reply: queued }
    const after = await this.#snapshot()
    const all = new Map<Bytes, Access>()
    const add = (key: Bytes, access: Access): unknown => all.set(key, ((all.get(key) ?? 0) | access) as Access)
    for (const place of new Set([...before.keys(), ...after.keys()]))
      if (before.get(place)?.value !== after.get(place)?.value) add(place.slice(2), WRITE)
    const told = `${flat(reply)} ${[...after].flatMap(([place, { text, value }]) => (before.get(place)?.value === value ? [] : [`${place.slice(2)}=${text}`])).join(' ')}`
    for (const key of keys) {
      const secret = secretOf(key)
      if (argv.some((word) => word.includes(secret))) continue
      const elsewhere = [...after].some(
        ([place, { text, value }]) =>
          place !== `0 ${key}` && before.get(place)?.value !== value && text.includes(secret),
      )
      if (flat(reply).includes(secret) || elsewhere) add(key, READ)
    }
    const names = keys.some(
      (key) => !argv.some((word) => word.includes(key)) && told.includes(key) && flat(reply).includes(key),
    )
    const beyond = new Map<Bytes, Access>()
    for (const [key, access] of all) {
      const more = (access & ~(checked.get(key) ?? 0)) as Access
      if (more !== 0) beyond.set(key, more)
    }
    if (all.size > 0 && [...all.values()].some((access) => (access & WRITE) !== 0)) this.#filled = null
    return { argv, beyond, all, names, reply }
  }
}

/** Commands that end or block connections, or change the server rather than its data: they are in the table by hand. */
export const apart =
  /^(shutdown|debug|quit|reset|client|config|acl|replicaof|slaveof|failover|psync|sync|module|monitor|p?s?subscribe|p?s?unsubscribe|ssubscribe|sunsubscribe|cluster|multi|exec|discard|watch|unwatch|auth|hello|select|save|bgsave|bgrewriteaof|replconf|wait|waitaof|migrate|pfdebug|pfselftest|script|slowlog|commandlog|latency|asking|readonly|readwrite|eval.*|fcall.*|function|swapdb)(\||$)/

const words = ['m', 'n', 'g', 'c', '0', '1', '2', '1-1', '2-1', '>', '-', '+', '*', '0-0', 'x', '-1', '100', '1000000']

/** Values that suit arguments of these names. */
const byName: Readonly<Record<string, readonly Bytes[]>> = {
  group: ['g'],
  consumer: ['c'],
  id: ['1-1', '2-1', '0', '>', '3-1'],
  'last-id': ['1-1', '3-1', '0'],
  'min-idle-time': ['0'],
  start: ['-', '0', '1-1'],
  end: ['+', '1', '2-1'],
  min: ['-', '0', '-inf', '[a'],
  max: ['+', '100', '+inf', '(z'],
  member: ['m'],
  member1: ['m'],
  member2: ['m'],
  field: ['m'],
  element: ['m'],
}

/** Makes random command lines about a filled keyspace by the target's own grammar. */
export class EffectLines {
  readonly #random: RandomSource
  readonly #docs: CommandDocs

  constructor(random: RandomSource, docs: CommandDocs) {
    this.#random = random
    this.#docs = docs
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#random.below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  #add(doc: ArgumentDoc, out: Bytes[], type: string, depth: number): void {
    const flags = doc.flags ?? []
    if (flags.includes('optional') && this.#random.below(100) < 60) return
    const times = flags.includes('multiple') ? 1 + this.#random.below(2) : 1
    for (let i = 0; i < times; i++) {
      if (doc.token !== undefined && (i === 0 || flags.includes('multiple_token'))) out.push(doc.token)
      if (doc.type === 'pure-token') continue
      if (doc.type === 'key') {
        const own = this.#random.below(100) < 80 ? type : this.#pick(types)
        out.push(this.#random.below(10) === 0 ? '@fresh:1' : `@${own}:${1 + this.#random.below(2)}`)
      } else if (doc.type === 'oneof') this.#add(this.#pick(doc.arguments ?? [doc]), out, type, depth + 1)
      else if (doc.type === 'block') {
        if (depth < 8) for (const part of doc.arguments ?? []) this.#add(part, out, type, depth + 1)
      } else if (doc.type === 'pattern') out.push(this.#pick(['*', '@string:*', 'w_*']))
      else if (doc.type === 'string')
        out.push(this.#pick(this.#random.below(5) > 0 ? (byName[doc.name] ?? words) : words))
      else out.push(this.#pick(['0', '1', '2', '100', '1', '1']))
    }
  }

  line(name: string): Bytes[] {
    const out: Bytes[] = name.toUpperCase().split('|')
    const type = this.#pick(types)
    for (const doc of this.#docs.get(name)?.arguments ?? []) this.#add(doc, out, type, 0)
    const roll = this.#random.below(100)
    if (roll < 3 && out.length > 1) out.pop()
    // An option that stands twice.
    if (roll > 92 && out.length > 3) out.push(...out.slice(-2 - this.#random.below(2)))
    return out
  }
}
