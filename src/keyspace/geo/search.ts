import type { Bytes } from '../../acl/bytes'
import { double, type Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler } from '../context'
import type { Behaviours } from '../../targets/behaviours'
import { formatHuman, formatShortest } from '../numbers'
import { storeEntries } from '../zset/store'
import { ZSetValue } from '../zset'
import { boxArgument, formatDistance, pointArgument, radiusArgument } from './arguments'
import { decodeScore, scoresOf, type Point } from './hash'
import { cellsFor, centroid, distanceWithin, type Shape } from './shape'

/** The form of a search command, which determines its options and where they start. */
interface Form {
  readonly kind: 'lonlat' | 'member' | 'search'
  /** True for GEOSEARCHSTORE. Other commands name their destination in an option, if any. */
  readonly storing?: boolean
  readonly readOnly?: boolean
}

type Size =
  | { readonly kind: 'circle'; readonly radius: number; readonly unit: number }
  | { readonly kind: 'box'; readonly width: number; readonly height: number; readonly unit: number }
  | { readonly kind: 'polygon'; readonly vertices: readonly Point[]; readonly unit: number }

interface Request {
  /** Null if the key is missing, so that the member cannot be looked up. */
  centre: Point | null
  origin: 'member' | 'lonlat' | null
  size: Size | undefined
  order: 'asc' | 'desc' | null
  count: number
  any: boolean
  withDistance: boolean
  withHash: boolean
  withCoordinates: boolean
  destination: Bytes | undefined
  storesDistance: boolean
}

interface Found {
  readonly member: Bytes
  readonly score: number
  readonly point: Point
  readonly metres: number
}

function memberPoint({ behaviours }: CommandContext, zset: ZSetValue, member: Bytes): Point {
  const score = zset.score(member)
  if (score !== undefined) return decodeScore(score)
  return fail(
    behaviours.geoNamesMissingMember
      ? `ERR member ${member} does not exist`
      : 'ERR could not decode requested zset member',
  )
}

/** GEORADIUS, GEORADIUSBYMEMBER, their _RO forms, GEOSEARCH and GEOSEARCHSTORE. */
export function geoSearch(form: Form): Handler {
  return (context, args) => {
    const key = args.key(form.storing ? 2 : 1)
    const zset = context.db.getOf(key, ZSetValue)
    if (!zset && !context.behaviours.geoReadsOptionsOfMissingKey) return []
    const request = readRequest(context, args, zset, form)
    if (!zset || !request.centre || !request.size) {
      return request.destination === undefined ? [] : storeEntries(context, request.destination, [], '')
    }
    const { unit } = request.size
    const shape = shapeOf(request.centre, request.size)
    const found = search(zset, shape, request.any ? request.count : Infinity)
    const sorted = sort(found, request)
    const chosen = request.count > 0 ? sorted.slice(0, request.count) : sorted
    if (request.destination === undefined) return chosen.map((item) => itemReply(context, item, unit, request))
    const entries = chosen.map(({ member, score, metres }) => ({
      member,
      score: request.storesDistance ? metres / unit : score,
    }))
    return storeEntries(
      context,
      request.destination,
      entries,
      form.kind === 'search' ? 'geosearchstore' : 'georadiusstore',
      entries.length,
    )
  }
}

function readRequest(context: CommandContext, args: Arguments, zset: ZSetValue | undefined, form: Form): Request {
  const request: Request = {
    centre: null,
    origin: null,
    size: undefined,
    order: null,
    count: 0,
    any: false,
    withDistance: false,
    withHash: false,
    withCoordinates: false,
    destination: form.storing ? args.optional(1) : undefined,
    storesDistance: false,
  }
  let at = form.storing ? 3 : 2
  if (form.kind === 'lonlat') {
    request.centre = pointArgument(args.text(2), args.text(3))
    request.size = { kind: 'circle', ...radiusArgument(args.text(4), args.text(5)) }
    at = 6
  } else if (form.kind === 'member') {
    if (zset) {
      request.centre = memberPoint(context, zset, args.text(2))
      request.size = { kind: 'circle', ...radiusArgument(args.text(3), args.text(4)) }
    }
    at = 5
  }
  while (at < args.count) at += readOption(context, args, at, zset, form, request)
  checkRequest(context, args.text(0), form, request)
  return request
}

/** Reads the option at argument `at` into the request. Returns the number of arguments it took. */
function readOption(
  context: CommandContext,
  args: Arguments,
  at: number,
  zset: ZSetValue | undefined,
  form: Form,
  request: Request,
): number {
  const is = (keyword: string, needs: number) => args.is(at, keyword) && at + needs < args.count
  const searches = form.kind === 'search'
  const { behaviours } = context
  const { size } = request
  if (is('withdist', 0)) request.withDistance = true
  else if (is('withhash', 0)) request.withHash = true
  else if (is('withcoord', 0)) request.withCoordinates = true
  else if (behaviours.geoHasAny && is('any', 0)) request.any = true
  else if (is('asc', 0)) request.order = 'asc'
  else if (is('desc', 0)) request.order = 'desc'
  else if (is('count', 1)) {
    request.count = args.integer(at + 1)
    if (request.count <= 0) fail('ERR COUNT must be > 0')
    return 2
  } else if (!searches && !form.readOnly && (is('store', 1) || is('storedist', 1))) {
    request.destination = args.optional(at + 1)
    request.storesDistance = is('storedist', 1)
    return 2
  } else if (form.storing && is('storedist', 0)) request.storesDistance = true
  else if (searches && is('frommember', 1) && request.origin !== 'lonlat' && size?.kind !== 'polygon') {
    request.origin = 'member'
    if (zset) request.centre = memberPoint(context, zset, args.text(at + 1))
    return 2
  } else if (searches && is('fromlonlat', 2) && request.origin !== 'member' && size?.kind !== 'polygon') {
    request.centre = pointArgument(args.text(at + 1), args.text(at + 2))
    request.origin = 'lonlat'
    return 3
  } else if (searches && is('byradius', 2) && (!size || size.kind === 'circle')) {
    request.size = { kind: 'circle', ...radiusArgument(args.text(at + 1), args.text(at + 2)) }
    return 3
  } else if (searches && is('bybox', 3) && (!size || size.kind === 'box')) {
    request.size = { kind: 'box', ...boxArgument(args.text(at + 1), args.text(at + 2), args.text(at + 3)) }
    return 4
  } else if (
    behaviours.geoHasPolygons &&
    searches &&
    is('bypolygon', 2) &&
    (!size || size.kind === 'polygon') &&
    request.origin === null
  ) {
    const vertices = polygonVertices(args, at)
    request.size = { kind: 'polygon', vertices, unit: 1 }
    request.centre = centroid(vertices)
    return 2 + 2 * vertices.length
  } else fail(SYNTAX_ERROR)
  return 1
}

function polygonVertices(args: Arguments, at: number): Point[] {
  const count = args.integerWithin(at + 1, -(2 ** 31), 2 ** 31 - 1, 'ERR invalid number of vertices')
  if (count < 3 || Math.floor((args.count - at - 2) / 2) < count)
    fail('ERR GEOSEARCH BYPOLYGON must have at least 3 vertices')
  return Array.from({ length: count }, (_, i) => pointArgument(args.text(at + 2 + 2 * i), args.text(at + 3 + 2 * i)))
}

/** Checks the combination of options, once all of them have been read. */
function checkRequest({ behaviours }: CommandContext, command: Bytes, form: Form, request: Request): void {
  if (request.destination !== undefined && (request.withDistance || request.withHash || request.withCoordinates)) {
    const subject = form.storing ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS'
    fail(
      `ERR ${subject} is not compatible with WITHDIST, WITHHASH and ${behaviours.geoSaysWithcoord ? 'WITHCOORD' : 'WITHCOORDS'} options`,
    )
  }
  const isPolygon = request.size?.kind === 'polygon'
  if (form.kind === 'search' && request.origin === null && !isPolygon) {
    fail(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${command}`)
  }
  if (form.kind === 'search' && !request.size) {
    fail(
      `ERR exactly one of ${behaviours.geoHasPolygons ? 'BYRADIUS, BYBOX and BYPOLYGON' : 'BYRADIUS and BYBOX'} can be specified for ${command}`,
    )
  }
  if (request.any && request.count === 0) fail('ERR the ANY argument requires COUNT argument')
}

function shapeOf(centre: Point, size: Size): Shape {
  if (size.kind === 'circle') return { kind: 'circle', centre, radius: size.radius * size.unit }
  if (size.kind === 'box')
    return { kind: 'box', centre, width: size.width * size.unit, height: size.height * size.unit }
  return { kind: 'polygon', centre, vertices: size.vertices }
}

function search(zset: ZSetValue, shape: Shape, limit: number): Found[] {
  const found: Found[] = []
  for (const cell of cellsFor(shape)) {
    const [from, to] = scoresOf(cell)
    const start = zset.rankWhere(({ score }) => score >= from)
    const end = zset.rankWhere(({ score }) => score >= to)
    for (const { member, score } of zset.slice(start, end)) {
      if (found.length >= limit) return found
      const point = decodeScore(score)
      const metres = distanceWithin(shape, point)
      if (metres !== undefined) found.push({ member, score, point, metres })
    }
  }
  return found
}

/** Sorts the results as asked. COUNT without ANY returns the nearest, so it sorts by default. */
function sort(found: Found[], { order, count, any }: Request): Found[] {
  const direction = order ?? (count > 0 && !any ? 'asc' : null)
  if (direction === null) return found
  return found.sort((a, b) => (direction === 'asc' ? a.metres - b.metres : b.metres - a.metres))
}

function itemReply(
  { behaviours }: CommandContext,
  { member, score, point, metres }: Found,
  unit: number,
  request: Request,
): Reply {
  const extras: Reply[] = []
  if (request.withDistance) extras.push(formatDistance(metres / unit, behaviours))
  if (request.withHash) extras.push(asInteger64(score))
  if (request.withCoordinates) extras.push(pointReply(point, behaviours))
  return extras.length === 0 ? member : [member, ...extras]
}

/** Converts a double to a signed 64-bit integer as the server's processor does. */
function asInteger64(score: number): bigint {
  return score >= -(2 ** 63) && score < 2 ** 63 ? BigInt(Math.trunc(score)) : -(2n ** 63n)
}

/** Returns a point as two numbers: in `%.17f` form, or in the shortest round-trip form from Redis 8.0. */
export function pointReply({ longitude, latitude }: Point, { geoPrintsShortest }: Behaviours): Reply {
  const format = geoPrintsShortest ? formatShortest : formatHuman
  return [double(format(longitude)), double(format(latitude))]
}
