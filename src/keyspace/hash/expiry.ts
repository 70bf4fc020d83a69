import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { expireConditions } from '../generic/expire'
import {
  fieldExpiry,
  fieldsAmong,
  fieldsAnywhere,
  fieldsAt,
  isCondition,
  readFields,
  unknownOption,
  type Condition,
} from './field-arguments'
import { isExpired } from './live'
import { HashValue } from './value'

const NOT_POSITIVE = 'ERR Parameter `numFields` should be greater than 0'

const FIELDS_FORM = {
  from: 3,
  width: 1,
  notPositive: NOT_POSITIVE,
  following: 2,
  tooShort: 'ERR FIELDS requires at least numfields and one field argument',
} as const

const NO_FIELD = -2
const NO_EXPIRY = -1
const NOT_MET = 0
const DONE = 1
const DELETED = 2

/** HEXPIRE, HPEXPIRE, HEXPIREAT, HPEXPIREAT. */
function hexpire(name: string, unit: 's' | 'ms', absolute: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const key = args.key(1)
    const base = absolute ? 0 : context.now
    let conditions: readonly Condition[] = []
    let fields: readonly Bytes[]
    let at: number
    if (context.behaviours.fieldsAnywhere) {
      fields = fieldsAnywhere(args, 3, 1, (words) => (conditions = expireConditions(words)))
      at = fieldExpiry(context, args.text(2), unit, base, name)
    } else if (context.behaviours.readsFieldsInLoop) {
      context.db.getOf(key, HashValue)
      at = fieldExpiry(context, args.text(2), unit, base, name)
      const found = new Set<Condition>()
      fields = fieldsAmong(args, FIELDS_FORM, (place) => {
        if (!isCondition(args.optional(place))) unknownOption(args, place)
        found.add(args.word(place) as Condition)
        return place + 1
      })
      if (found.size > 1) fail('ERR Multiple condition flags specified')
      conditions = [...found]
    } else {
      context.db.getOf(key, HashValue)
      at = fieldExpiry(context, args.text(2), unit, base, name)
      conditions = isCondition(args.optional(3)) ? [args.word(3) as Condition] : []
      fields = fieldsAt(args, 3 + conditions.length, NOT_POSITIVE)
    }
    const hash = context.db.getOf(key, HashValue)
    if (!hash) return fields.map(() => NO_FIELD)
    if (context.behaviours.packsFieldExpiry) hash.makeRoomForTimes(context.behaviours)
    const replies = fields.map((name) => setFieldExpiry(context, hash, name, at, conditions))
    if (replies.includes(DONE)) context.notify('h', 'hexpire', key)
    if (replies.includes(DELETED)) context.notify('h', 'hdel', key)
    const changes = replies.filter((reply) => reply > NOT_MET).length
    if (changes > 0) afterChange(context, key, hash, changes)
    return replies
  }
}

function setFieldExpiry(
  context: CommandContext,
  hash: HashValue,
  name: Bytes,
  at: number,
  conditions: readonly Condition[],
): number {
  const field = hash.get(name)
  if (!field || (context.behaviours.fieldsAnywhere && isExpired(field, context.now))) return NO_FIELD
  const old = field.expireAt
  for (const condition of conditions) {
    if (condition === 'nx' && old !== null) return NOT_MET
    if (condition === 'xx' && old === null) return NOT_MET
    if (condition === 'gt' && (old === null || at <= old)) return NOT_MET
    if (condition === 'lt' && old !== null && at >= old) return NOT_MET
  }
  if (at <= context.now) {
    hash.delete(name)
    return DELETED
  }
  hash.setExpiry(name, at, context.behaviours)
  return DONE
}

/** HTTL, HPTTL, HEXPIRETIME, HPEXPIRETIME. Redis rounds seconds up, Valkey to the nearest. */
function httl(unit: 's' | 'ms', absolute: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const { fields, hash } = readFields(context, args, SYNTAX_ERROR)
    return fields.map((name) => {
      const field = hash?.get(name)
      if (!field || isExpired(field, context.now)) return NO_FIELD
      if (field.expireAt === null) return NO_EXPIRY
      const ms = absolute ? field.expireAt : field.expireAt - context.now
      return unit === 'ms' ? ms : Math.floor((ms + (context.behaviours.fieldsAnywhere ? 500 : 999)) / 1000)
    })
  }
}

function hpersist(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const { fields, hash } = readFields(context, args)
  const replies = fields.map((name) => {
    const field = hash?.get(name)
    if (!hash || !field || isExpired(field, context.now)) return NO_FIELD
    if (field.expireAt === null) return NO_EXPIRY
    hash.setExpiry(name, null, context.behaviours)
    return DONE
  })
  if (replies.includes(DONE)) {
    context.keyspace.report(1)
    context.notify('h', 'hpersist', key)
    context.db.touched(key)
  }
  return replies
}

/** Commands for the expiry of hash fields (Redis 7.4, Valkey 9.0). */
export const hashExpiryCommands: HandlerTable = {
  hexpire: hexpire('hexpire', 's', false),
  hpexpire: hexpire('hpexpire', 'ms', false),
  hexpireat: hexpire('hexpireat', 's', true),
  hpexpireat: hexpire('hpexpireat', 'ms', true),
  httl: httl('s', false),
  hpttl: httl('ms', false),
  hexpiretime: httl('s', true),
  hpexpiretime: httl('ms', true),
  hpersist,
}
