import type { Bytes } from '../../acl/bytes'
import { map, type Reply } from '../../resp/reply'
import { vectorSetBehaviours } from '../../targets/vector-behaviours'
import { fail, LONG_MAX, parseInteger, wrongArity, type Arguments } from '../arguments'
import type { CommandContext, Handler } from '../context'
import { doubleReply, parseDouble } from '../numbers'
import { failDimensions, failProjection, vectorArgument } from './arguments'
import { compileFilter, type Step } from './filter/compile'
import { passes } from './filter/run'
import { project, restored, store } from './numeric'
import { VectorSetValue, type Neighbor } from './value'

/** The most steps of filters and characters of attributes that a search goes through. */
const FILTER_EFFORT = 20_000_000

interface SearchOptions {
  scores: boolean
  attributes: boolean
  truth: boolean
  count: number
  epsilon: number
  filter: readonly Step[] | null
}

/**
 * VSIM key ELE element|FP32 …|VALUES … [options]. Compares all elements, so that EF and FILTER-EF have no effect but for their
 * checks, and the result is that of TRUTH. Equally similar elements come newest first, with TRUTH oldest first.
 */
export const vsim: Handler = (context, args) => {
  if (args.count < 4) fail(wrongArity('VSIM'))
  const set = context.db.getOf(args.key(1), VectorSetValue)
  if (!set) return []
  const { vector, next } = query(set, args)
  const options = searchOptions(context, args.rest(next))
  const elements = set.elements()
  const ranked = set.ranked(store(vector, set.shape.quantization), options.truth ? elements : [...elements].reverse())
  return reply(context, chosen(ranked, options, vectorSetBehaviours(context.target).hasAttributeReplies), options)
}

/** Returns the vector to compare with, and the position of the first option. */
function query(set: VectorSetValue, args: Arguments): { readonly vector: Float32Array; readonly next: number } {
  const { dimensions, projectedFrom } = set.shape
  if (args.is(2, 'ele')) {
    const element = set.get(args.text(3)) ?? fail('ERR element not found in set')
    return { vector: restored(element.vector), next: 4 }
  }
  const { vector, next } = vectorArgument(args, 2, false)
  if (vector.length === dimensions) return { vector, next }
  if (projectedFrom === 0) failDimensions(vector.length, dimensions)
  if (vector.length !== projectedFrom) failProjection(vector.length, projectedFrom)
  return { vector: project(vector, dimensions), next }
}

function searchOptions(context: CommandContext, words: readonly Bytes[]): SearchOptions {
  const options: SearchOptions = {
    scores: false,
    attributes: false,
    truth: false,
    count: 10,
    epsilon: 2,
    filter: null,
  }
  for (let i = 0; i < words.length; i++) {
    const word = (words[i] ?? '').toLowerCase()
    const value = words[i + 1]
    if (word === 'withscores') options.scores = true
    else if (word === 'truth') options.truth = true
    else if (word === 'withattribs' && vectorSetBehaviours(context.target).hasAttributeReplies)
      options.attributes = true
    else if (word !== 'nothread') {
      if (value === undefined || !setOption(options, word, value)) fail('ERR syntax error in VSIM command')
      i++
    }
  }
  return options
}

/** Sets an option that takes a value. Returns false for no such option. */
function setOption(options: SearchOptions, word: string, value: Bytes): boolean {
  switch (word) {
    case 'count':
      options.count = positive(value, 'ERR invalid COUNT')
      return true
    case 'ef':
      positive(value, 'ERR invalid EF')
      return true
    case 'filter-ef':
      positive(value, 'ERR invalid FILTER-EF')
      return true
    case 'epsilon':
      options.epsilon = Math.fround(parseDouble(value) ?? 0)
      if (options.epsilon <= 0) fail('ERR invalid EPSILON')
      return true
    case 'filter':
      options.filter = compiled(value)
      return true
    default:
      return false
  }
}

function positive(text: Bytes, problem: string): number {
  const value = parseInteger(text)
  if (value === null || value <= 0 || value > LONG_MAX) fail(problem)
  return Number(value)
}

function compiled(text: Bytes): readonly Step[] {
  const program = compileFilter(text)
  if (!('problemAt' in program)) return program
  const [expression = ''] = text.split('\0', 1)
  const start = program.problemAt >= text.length ? 0 : program.problemAt
  return fail(`ERR syntax error in FILTER expression near: ${expression.slice(start)}`)
}

/** Returns the first elements that pass the filter, none further than EPSILON. */
function chosen(
  ranked: readonly Neighbor[],
  { count, epsilon, filter }: SearchOptions,
  epsilonIsScore: boolean,
): readonly Neighbor[] {
  const found: Neighbor[] = []
  let effort = 0
  for (const neighbor of ranked) {
    if (found.length >= count || (epsilonIsScore ? neighbor.distance / 2 : neighbor.distance) > epsilon) break
    if (filter !== null) {
      const { attributes } = neighbor.element
      if (attributes === null) continue
      effort += filter.length + attributes.length
      if (effort > FILTER_EFFORT) break
      if (!passes(filter, attributes)) continue
    }
    found.push(neighbor)
  }
  return found
}

function reply(context: CommandContext, found: readonly Neighbor[], { scores, attributes }: SearchOptions): Reply {
  const details = ({ element, distance }: Neighbor): readonly Reply[] => [
    ...(scores ? [doubleReply(1 - distance / 2, context.behaviours)] : []),
    ...(attributes ? [element.attributes] : []),
  ]
  if (!scores && !attributes) return found.map(({ element }) => element.name)
  if (context.protocol === 2) return found.flatMap((neighbor) => [neighbor.element.name, ...details(neighbor)])
  return map(
    found.map((neighbor) => {
      const told = details(neighbor)
      return [neighbor.element.name, told.length === 1 ? (told[0] ?? null) : told]
    }),
  )
}
