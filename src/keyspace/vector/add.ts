import type { Bytes } from '../../acl/bytes'
import { bool } from '../../resp/reply'
import { vectorSetBehaviours } from '../../targets/vector-behaviours'
import { fail, parseInteger, wrongArity } from '../arguments'
import type { CommandContext, Handler } from '../context'
import { requireRoom } from '../effects'
import type { Keyspace } from '../keyspace'
import { failDimensions, failProjection, vectorArgument } from './arguments'
import { project, store, type Quantization } from './numeric'
import { VectorSetValue, type VectorSetShape } from './value'

const quantizations: Readonly<Record<string, Quantization>> = { noquant: 'f32', q8: 'int8', bin: 'bin' }
const USUAL_LINKS = 16
const MIN_LINKS = 4
const MAX_LINKS = 4096
const MAX_EFFORT = 1_000_000
/** An element is in the next layer of the graph too with a probability of one in so many. */
const LAYER_ODDS = 4
const MAX_LEVEL = 16

interface AddOptions {
  quantization: Quantization
  links: number
  cas: boolean
  attributes: Bytes | null
}

/** The number of vector sets that a server ever created. */
const created = new WeakMap<Keyspace, number>()

function nextId(keyspace: Keyspace): number {
  const id = created.get(keyspace) ?? 0
  created.set(keyspace, id + 1)
  return id
}

/** VADD key [REDUCE dim] FP32|VALUES … element [CAS] [NOQUANT|Q8|BIN] [EF n] [SETATTR json] [M n]. */
export const vadd: Handler = (context, args) => {
  if (args.count < 5) fail(wrongArity('VADD'))
  const { vector, reduceTo, next } = vectorArgument(args, 2, true)
  if (!args.has(next)) fail(wrongArity('VADD'))
  const options = addOptions(args.rest(next + 1))
  const key = args.key(1)
  const { db } = context
  // The module opens the key for writing, which counts as a change of it whatever follows.
  db.touched(key)
  const existing = db.getOf(key, VectorSetValue)
  const set = existing ?? newSet(context, vector.length, reduceTo, options)
  if (existing) checkShape(set.shape, vector.length, reduceTo, options)
  const components = set.shape.projectedFrom > 0 ? project(vector, set.shape.dimensions) : vector
  const isNew = addElement(context, set, args.text(next), components, options, existing !== undefined)
  if (existing) db.touched(key)
  else db.set(key, set)
  return bool(isNew)
}

/** Adds an element or replaces its vector. Returns true if it is new. */
function addElement(
  context: CommandContext,
  set: VectorSetValue,
  name: Bytes,
  vector: Float32Array,
  options: AddOptions,
  setExists: boolean,
): boolean {
  const old = set.get(name)
  let level = 0
  while (level < MAX_LEVEL && context.random.below(LAYER_ODDS) === 0) level++
  const element = { name, vector: store(vector, set.shape.quantization), level, attributes: null as Bytes | null }
  if (old) {
    element.attributes = old.attributes
    set.set(element)
    if (options.attributes !== null) set.setAttributes(element, options.attributes || null)
    return false
  }
  set.set(element)
  set.setAttributes(element, options.attributes)
  const inThread = options.cas && setExists && !context.denyBlocking
  if (options.attributes !== null && inThread && !vectorSetBehaviours(context.target).countsCasAttributes)
    set.attributed--
  return true
}

function addOptions(words: readonly Bytes[]): AddOptions {
  const options: AddOptions = { quantization: 'int8', links: USUAL_LINKS, cas: false, attributes: null }
  for (let i = 0; i < words.length; i++) {
    const word = (words[i] ?? '').toLowerCase()
    const value = words[i + 1]
    if (word === 'cas') options.cas = true
    else if (Object.hasOwn(quantizations, word)) options.quantization = quantizations[word] ?? 'int8'
    else if (value === undefined || !['ef', 'm', 'setattr'].includes(word)) fail('ERR invalid option after element')
    else {
      i++
      if (word === 'setattr') options.attributes = value
      else if (word === 'm') options.links = within(value, MIN_LINKS, MAX_LINKS, 'ERR invalid M')
      else within(value, 1, MAX_EFFORT, 'ERR invalid EF')
    }
  }
  return options
}

/** Reads an integer within bounds. */
function within(text: Bytes, min: number, max: number, problem: string): number {
  const value = parseInteger(text)
  if (value === null || value < min || value > max) fail(problem)
  return Number(value)
}

function newSet(context: CommandContext, given: number, reduceTo: number, options: AddOptions): VectorSetValue {
  requireRoom(context, 4 * given * reduceTo)
  return new VectorSetValue({
    dimensions: reduceTo || given,
    quantization: options.quantization,
    links: options.links,
    projectedFrom: reduceTo > 0 ? given : 0,
    id: nextId(context.keyspace),
  })
}

/** Fails where an element to add has another shape than the set. */
function checkShape(shape: VectorSetShape, given: number, reduceTo: number, options: AddOptions): void {
  const { dimensions, projectedFrom } = shape
  if (shape.quantization !== options.quantization) fail('ERR asked quantization mismatch with existing vector set')
  if (shape.links !== options.links) fail('ERR asked M value mismatch with existing vector set')
  if ((projectedFrom > 0 ? reduceTo : given) !== dimensions) failDimensions(given, dimensions)
  if (projectedFrom === 0 && reduceTo > 0) fail('ERR cannot add projection to existing set without projection')
  if (projectedFrom > 0 && given !== projectedFrom) failProjection(given, projectedFrom)
}
