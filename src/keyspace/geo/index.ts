import type { Bytes } from '../../acl/bytes'
import { NULL_ARRAY } from '../../resp/reply'
import { fail, SYNTAX_ERROR } from '../arguments'
import type { Handler, HandlerTable } from '../context'
import { ZSetValue } from '../zset'
import { addEntries, type ZaddFlag } from '../zset/add'
import { formatDistance, pointArgument, unitArgument } from './arguments'
import { distance } from './distance'
import { decodeScore, encodeScore, geohashString } from './hash'
import { geoSearch, pointReply } from './search'

/** GEOADD, which is ZADD with points as scores. The options came with 6.2. */
const geoadd: Handler = (context, args) => {
  const flags = new Set<ZaddFlag>()
  let at = 2
  for (; context.behaviours.geoaddHasOptions && at < args.count; at++) {
    const flag = (['nx', 'xx', 'ch'] as const).find((name) => args.is(at, name))
    if (!flag) break
    flags.add(flag)
  }
  if ((args.count - at) % 3 !== 0 || (flags.has('nx') && flags.has('xx')))
    fail(geoaddSyntax(context.behaviours.geoaddHasOptions))
  const entries = []
  for (let i = at; i < args.count; i += 3)
    entries.push({ score: encodeScore(pointArgument(args.text(i), args.text(i + 1))), member: args.text(i + 2) })
  if (entries.length === 0) fail(SYNTAX_ERROR)
  return addEntries(context, args.key(1), entries, flags)
}

function geoaddSyntax(hasOptions: boolean): Bytes {
  return hasOptions ? SYNTAX_ERROR : 'ERR syntax error. Try GEOADD key [x1] [y1] [name1] [x2] [y2] [name2] ... '
}

const geodist: Handler = ({ db, behaviours }, args) => {
  const key = args.key(1)
  const from = args.key(2)
  const to = args.key(3)
  const unit = args.optional(4)
  const metres = unit === undefined ? 1 : args.count > 5 ? fail(SYNTAX_ERROR) : unitArgument(unit)
  const zset = db.getOf(key, ZSetValue)
  const [a, b] = [zset?.score(from), zset?.score(to)]
  if (a === undefined || b === undefined) return null
  return formatDistance(distance(decodeScore(a), decodeScore(b)) / metres, behaviours)
}

const geohash: Handler = ({ db }, args) => {
  const zset = db.getOf(args.key(1), ZSetValue)
  return args.rest(2).map((member) => {
    const score = zset?.score(member)
    return score === undefined ? null : geohashString(decodeScore(score))
  })
}

const geopos: Handler = ({ db, behaviours }, args) => {
  const zset = db.getOf(args.key(1), ZSetValue)
  return args.rest(2).map((member) => {
    const score = zset?.score(member)
    return score === undefined ? NULL_ARRAY : pointReply(decodeScore(score), behaviours)
  })
}

/** Every geo command. */
export const geoCommands: HandlerTable = {
  geoadd,
  geodist,
  geohash,
  geopos,
  geosearch: geoSearch({ kind: 'search' }),
  geosearchstore: geoSearch({ kind: 'search', storing: true }),
  georadius: geoSearch({ kind: 'lonlat' }),
  georadius_ro: geoSearch({ kind: 'lonlat', readOnly: true }),
  georadiusbymember: geoSearch({ kind: 'member' }),
  georadiusbymember_ro: geoSearch({ kind: 'member', readOnly: true }),
}
