import { fromUint8, type Bytes } from '../../../src/acl/bytes'
import type { RandomSource } from '../../../src/acl/environment'
import type { Recorded } from '../../conformance/recordings'

/** The vector sets of a generated sequence: dimensions, and the options that created them. */
const sets: Readonly<Record<string, readonly [dimensions: number, reduce: number, quantization: string]>> = {
  small: [3, 0, 'Q8'],
  floats: [10, 0, 'NOQUANT'],
  signs: [70, 0, 'BIN'],
  reduced: [9, 4, 'Q8'],
  text: [3, 0, 'Q8'],
}
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', `longer ${'x'.repeat(40)}`]
const attributes = [
  '{"year":1984,"rating":7.5,"genre":"action","tags":["x",1,true,null],"none":null,"yes":true}',
  '{"year":1999,"rating":2,"genre":"drama","tags":[]}',
  '{"year": "1990", "in":{"y":1},"genre":"a\\"b"}',
  '{"year":[1,2,[3]],"genre":"act\\u0041n"}',
  '{"rating":-1.5e2,"year":12abc}',
  '{"year":true,"genre":"x"',
  'not json',
  '',
]
const fields = ['.year', '.rating', '.genre', '.tags', '.yes', '.none', '.missing', '.']
const literals = ['1984', '5', '0', '-1', '1.5', '1e2', '"action"', "'drama'", '"1990"', '[1984,"x",2]', 'null', '""']
const operators = ['+', '-', '*', '/', '%', '**', '==', '!=', '>', '<', '>=', '<=', 'and', 'or', '&&', '||', 'in']
const noise = ['(', ')', '!', 'not ', '[', '@', '1e', '0x1', '"', '.year-1', 'nothing']

/** Makes random command lines on a few vector sets, most of them right. */
export class VectorCommands {
  readonly #random: RandomSource

  constructor(random: RandomSource) {
    this.#random = random
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random.below(items.length)]!
  }

  #chance(percent: number): boolean {
    return this.#random.below(100) < percent
  }

  #component(): string {
    const size = this.#pick([0, 1, 1, 1, 1e-3, 30])
    return String((size * (this.#random.below(20_001) - 10_000)) / 10_000)
  }

  #vector(dimensions: number): Bytes[] {
    const numbers = Array.from({ length: dimensions + (this.#chance(2) ? 1 : 0) }, () => this.#component())
    return this.#chance(30)
      ? ['FP32', fromUint8(new Uint8Array(Float32Array.from(numbers, Number).buffer))]
      : ['VALUES', String(numbers.length), ...numbers]
  }

  /** A filter expression, most often a right one. */
  expression(depth = 0): string {
    if (depth === 0 && this.#chance(20))
      return Array.from({ length: 1 + this.#random.below(6) }, () =>
        this.#pick([...fields, ...literals, ...operators, ...noise]),
      ).join(this.#pick(['', ' ']))
    if (depth > 3 || this.#chance(30)) return this.#pick([...fields, ...literals])
    if (this.#chance(15)) return `${this.#pick(['!', 'not ', ''])}(${this.expression(depth + 1)})`
    return `${this.expression(depth + 1)} ${this.#pick(operators)} ${this.expression(depth + 1)}`
  }

  next(): Bytes[] {
    const key = this.#pick(Object.keys(sets))
    const name = this.#pick(names)
    const kind = this.#random.below(100)
    if (kind < 35) return this.#add(key, name)
    if (kind < 70) return this.#search(key, name)
    return this.#pick<Bytes[]>([
      ['VREM', key, name],
      ['VSETATTR', key, name, this.#pick(attributes)],
      ['VGETATTR', key, name],
      ['VEMB', key, name],
      ['VEMB', key, name, this.#pick(['RAW', 'raw', 'cooked'])],
      ['VCARD', key],
      ['VDIM', key],
      ['VISMEMBER', key, name],
      ['VINFO', key],
      ['VRANDMEMBER', key, this.#pick(['100', '0', 'x'])],
      ['VLINKS', key, 'nobody', 'WITHSCORES'],
      ['VLINKS', key, name, 'nothing'],
      ['MEMORY', 'USAGE', key],
      ['TYPE', key],
      ['OBJECT', 'ENCODING', key],
      ['COPY', key, 'copy'],
      ['GET', key],
      ['VCARD', key, key],
      ['HELLO', '3'],
      ['HELLO', '2'],
      ['SET', 'text', 'x'],
    ])
  }

  #add(key: string, name: Bytes): Bytes[] {
    const [dimensions, reduce, quantization] = sets[key] ?? [1, 0, 'Q8']
    const reduction = reduce > 0 && this.#chance(98) ? ['REDUCE', String(reduce)] : []
    const options = this.#chance(96)
      ? [quantization]
      : this.#pick([['NOQUANT'], ['M', '8'], ['EF', '5'], ['EF', '0'], ['M', '3'], ['NOTHING']])
    if (this.#chance(50)) options.push('SETATTR', this.#pick(attributes))
    if (this.#chance(10)) options.push('CAS')
    return ['VADD', key, ...reduction, ...this.#vector(dimensions), name, ...options]
  }

  #search(key: string, name: Bytes): Bytes[] {
    const [dimensions] = sets[key] ?? [1]
    const options: Bytes[] = this.#chance(60) ? ['WITHSCORES'] : []
    if (this.#chance(60)) options.push('FILTER', this.expression())
    if (this.#chance(30)) options.push('COUNT', this.#pick(['1', '3', '100', '0', 'x']))
    if (this.#chance(15)) options.push('EPSILON', this.#pick(['0.1', '0.5', '1', '0']))
    if (this.#chance(15)) options.push(this.#pick(['NOTHREAD', 'NOTHING', 'EF', 'WITHATTRIBS']))
    return ['VSIM', key, ...(this.#chance(50) ? ['ELE', name] : this.#vector(dimensions)), ...options, 'TRUTH']
  }
}

/** Hides what a server decides by chance, and what it answers about itself. */
export function masked(argv: readonly Bytes[], reply: Recorded): Recorded {
  if (argv[0] === 'HELLO') return null
  if (argv[0] === 'VRANDMEMBER' && Array.isArray(reply)) return [...(reply as readonly string[])].sort()
  if (argv[0] !== 'VINFO' || reply === null || typeof reply !== 'object') return reply
  const hides = (name: unknown): boolean =>
    ['max-level', 'vset-uid'].includes(String((name as { readonly s?: string } | undefined)?.s))
  if ('m' in reply) {
    const pairs = (reply as { readonly m: readonly (readonly [Recorded, Recorded])[] }).m
    return { m: pairs.map(([k, v]) => [k, hides(k) ? null : v]) }
  }
  return Array.isArray(reply)
    ? (reply as readonly Recorded[]).map((value, i, all) => (hides(all[i - 1]) ? null : value))
    : reply
}
