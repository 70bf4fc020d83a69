import { compareBytes, lower, type Bytes } from '../../acl/bytes'
import { bool, map, NULL_ARRAY, simple, type Reply } from '../../resp/reply'
import { fail, parseInteger, wrongArity, type Arguments } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { doubleReply } from '../numbers'
import { drawRepeatedly, pickDistinct } from '../set/commands'
import { vadd } from './add'
import { distance, rawBytes, restored } from './numeric'
import { vsim } from './search'
import { VectorSetValue, type Element } from './value'

/** Returns a handler that checks its number of arguments, as those of the module do themselves up to 8.2, and finds the set. */
function onSet(
  name: string,
  [least, most]: readonly [number, number],
  whenMissing: Reply,
  run: (set: VectorSetValue, args: Arguments, context: CommandContext) => Reply,
): Handler {
  return (context, args) => {
    if (args.count < least || args.count > most) fail(wrongArity(name))
    const set = context.db.getOf(args.key(1), VectorSetValue)
    return set ? run(set, args, context) : whenMissing
  }
}

/** Returns a handler that needs an element, and replies null where it is missing. */
function onElement(
  name: string,
  bounds: readonly [number, number],
  run: (element: Element, set: VectorSetValue, args: Arguments, context: CommandContext) => Reply,
): Handler {
  return onSet(name, bounds, null, (set, args, context) => {
    const element = set.get(args.text(2))
    return element ? run(element, set, args, context) : null
  })
}

const vdim: Handler = (context, args) => {
  if (args.count !== 2) fail(wrongArity('VDIM'))
  const set = context.db.getOf(args.key(1), VectorSetValue) ?? fail('ERR key does not exist')
  return set.shape.dimensions
}

const vemb: Handler = (context, args) => {
  if (args.count < 3) fail(wrongArity('VEMB'))
  const isRaw = args.has(3)
  if (args.rest(3).some((word) => lower(word) !== 'raw')) fail('ERR invalid option')
  const set = context.db.getOf(args.key(1), VectorSetValue)
  const vector = set?.get(args.text(2))?.vector
  if (!set || !vector) return null
  const number = (value: number): Reply => doubleReply(value, context.behaviours)
  const { quantization } = set.shape
  return isRaw
    ? [
        simple(quantization),
        rawBytes(vector),
        number(vector.norm),
        ...(quantization === 'int8' ? [number(vector.range)] : []),
      ]
    : Array.from(restored(vector), number)
}

/** VLINKS: as links of a layer count the nearest of its elements, as many as a node of a graph has links. */
const vlinks: Handler = (context, args) => {
  if (args.count < 3 || args.count > 4 || (args.has(3) && !args.is(3, 'withscores'))) fail(wrongArity('VLINKS'))
  const set = context.db.getOf(args.key(1), VectorSetValue)
  const element = set?.get(args.text(2))
  if (!set || !element) return null
  const score = (other: Element): Reply =>
    doubleReply(Math.fround(1 - distance(element.vector, other.vector) / 2), context.behaviours)
  return Array.from({ length: element.level + 1 }, (_, i) => {
    const level = element.level - i
    const others = set.elements().filter((other) => other !== element && other.level >= level)
    const near = set.ranked(element.vector, others).slice(0, set.shape.links * (level === 0 ? 2 : 1))
    return args.has(3)
      ? map(near.map(({ element: other }) => [other.name, score(other)]))
      : near.map(({ element: other }) => other.name)
  })
}

const vinfo = onSet('VINFO', [2, 2], NULL_ARRAY, (set) => {
  const { quantization, links, dimensions, projectedFrom, id } = set.shape
  const maxLevel = set.elements().reduce((most, { level }) => Math.max(most, level), 0)
  const entries: readonly (readonly [string, Reply])[] = [
    ['quant-type', simple(quantization)],
    ['hnsw-m', links],
    ['vector-dim', dimensions],
    ['projection-input-dim', projectedFrom],
    ['size', set.length],
    ['max-level', maxLevel],
    ['attributes-count', set.attributed],
    ['vset-uid', id],
    ['hnsw-max-node-uid', set.added],
  ]
  return map(entries.map(([name, value]) => [simple(name), value]))
})

const vrem: Handler = (context, args) => {
  if (args.count !== 3) fail(wrongArity('VREM'))
  const key = args.key(1)
  context.db.touched(key)
  const set = context.db.getOf(key, VectorSetValue)
  const element = set?.get(args.text(2))
  if (!set || !element) return bool(false)
  if (element.attributes !== null) set.attributed--
  set.delete(element.name)
  // Unlike commands of the server itself, the module publishes no event for the key.
  if (set.length === 0) context.db.delete(key)
  else context.db.touched(key)
  return bool(true)
}

const vsetattr: Handler = (context, args) => {
  if (args.count !== 4) fail(wrongArity('VSETATTR'))
  const key = args.key(1)
  context.db.touched(key)
  const set = context.db.getOf(key, VectorSetValue)
  const element = set?.get(args.text(2))
  if (!set || !element) return bool(false)
  set.setAttributes(element, args.text(3) || null)
  context.db.touched(key)
  return bool(true)
}

const vrandmember: Handler = (context, args) => {
  if (args.count > 3 || args.count < 2) fail(wrongArity('VRANDMEMBER'))
  const count = args.has(2) ? (parseInteger(args.text(2)) ?? fail('ERR COUNT value is not an integer')) : null
  if (count === 0n) return []
  const set = context.db.getOf(args.key(1), VectorSetValue)
  if (!set) return count === null ? null : []
  const names = set.elements().map(({ name }) => name)
  const draw = (): Bytes => names[context.random.below(names.length)] ?? ''
  if (count === null) return draw()
  return count < 0n
    ? drawRepeatedly(Number(-count), draw)
    : pickDistinct(names, Number(count), (n) => context.random.below(n))
}

/** A bound of VRANGE: `-`, `+`, `[name` or `(name`; null for anything else. */
function rangeBound(text: Bytes): { readonly kind: string; readonly name: Bytes } | null {
  if (text === '-' || text === '+') return { kind: text, name: '' }
  return /^[[(]./s.test(text) ? { kind: text.slice(0, 1), name: text.slice(1) } : null
}

/** VRANGE key start end [count] (8.4). */
const vrange: Handler = (context, args) => {
  if (args.count > 5) fail(wrongArity('VRANGE'))
  const count = Number(args.has(4) ? (parseInteger(args.text(4)) ?? fail('ERR invalid COUNT value')) : -1)
  const start = rangeBound(args.text(2)) ?? fail('ERR invalid start range format')
  const end = rangeBound(args.text(3)) ?? fail('ERR invalid end range format')
  if (start.kind === '+' || end.kind === '-') fail("ERR '-' can only be used as first argument, '+' only as second")
  const names = context.db.getOf(args.key(1), VectorSetValue)?.elements() ?? []
  const isWithin = (name: Bytes): boolean => {
    const toStart = start.kind === '-' ? 1 : compareBytes(name, start.name)
    const toEnd = end.kind === '+' ? -1 : compareBytes(name, end.name)
    return (toStart > 0 || (toStart === 0 && start.kind === '[')) && (toEnd < 0 || (toEnd === 0 && end.kind === '['))
  }
  const found = names.flatMap(({ name }) => (isWithin(name) ? [name] : [])).sort(compareBytes)
  return count < 0 ? found : found.slice(0, count)
}

/** Commands on vector sets, by the names that the module gives them. */
export const vectorCommands: HandlerTable = {
  VADD: vadd,
  VSIM: vsim,
  VDIM: vdim,
  VCARD: onSet('VCARD', [2, 2], 0, (set) => set.length),
  VREM: vrem,
  VEMB: vemb,
  VSETATTR: vsetattr,
  VGETATTR: onElement('VGETATTR', [3, 3], ({ attributes }) => attributes),
  VLINKS: vlinks,
  VINFO: vinfo,
  VRANDMEMBER: vrandmember,
  VISMEMBER: onSet('VISMEMBER', [3, 3], bool(false), (set, args) => bool(set.get(args.text(2)) !== undefined)),
  VRANGE: vrange,
}
