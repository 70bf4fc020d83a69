import type { HclBlock, HclValue } from './hcl'
import { holeIn } from './holes'

/** The number of values that are resolved: references to references could grow without bounds. */
const MAX_VALUES = 200_000
const MAX_DEPTH = 20

type Fields = { readonly [name: string]: HclValue }
/** The instance of a resource with for_each. */
interface Each {
  readonly key: HclValue
  readonly value: HclValue
}

const isFields = (value: HclValue | undefined): value is Fields => typeof value === 'object' && !Array.isArray(value)

/**
 * Resolves references of a Terraform file to what is written in it: locals, attributes of resources, and for_each over a map or
 * a set. Variables stay holes, their defaults too, since other files and options set them; so do all other expressions.
 * @returns the values of the blocks, those with for_each once for each key, without the locals that others refer to
 */
export function resolveHcl(blocks: readonly HclBlock[]): Fields[] {
  return new Resolver(blocks).all()
}

class Resolver {
  readonly #blocks: readonly HclBlock[]
  readonly #locals = new Map<string, HclValue>()
  readonly #resources = new Map<string, Fields>()
  readonly #used = new Set<string>()
  #left = MAX_VALUES

  constructor(blocks: readonly HclBlock[]) {
    this.#blocks = blocks
    for (const { labels, values } of blocks) {
      if (labels[0] === 'locals') for (const [name, value] of Object.entries(values)) this.#locals.set(name, value)
      if (labels[0] === 'resource' && values['for_each'] === undefined && values['count'] === undefined)
        this.#resources.set(labels.slice(1).join('.'), values)
    }
  }

  all(): Fields[] {
    const resolved = this.#blocks
      .filter(({ labels }) => labels[0] !== 'locals')
      .flatMap(({ values }) => this.#instances(values))
    const locals = [...this.#locals]
      .filter(([name]) => !this.#used.has(name))
      .map(([name, value]) => [name, this.#value(value, null, 0)] as const)
    return [...resolved, Object.fromEntries(locals)]
  }

  #instances(values: Fields): Fields[] {
    const { for_each: given, ...rest } = values
    const each = given === undefined ? undefined : this.#value(given, null, 0)
    const pairs: readonly (readonly [HclValue, HclValue])[] = Array.isArray(each)
      ? each.map((item: HclValue) => [item, item] as const)
      : isFields(each)
        ? Object.entries(each)
        : []
    if (each === undefined || (typeof each === 'string' && pairs.length === 0)) return [this.#fields(values, null, 0)]
    return pairs.map(([key, value]) => this.#fields(rest, { key, value }, 0))
  }

  #fields(values: Fields, each: Each | null, depth: number): Fields {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, this.#value(value, each, depth + 1)]),
    )
  }

  #value(value: HclValue, each: Each | null, depth: number): HclValue {
    if (--this.#left < 0 || depth > MAX_DEPTH) return value
    if (typeof value === 'string') return this.#text(value, each, depth)
    if (Array.isArray(value)) return value.map((item: HclValue) => this.#value(item, each, depth + 1))
    return isFields(value) ? this.#fields(value, each, depth) : value
  }

  #text(text: string, each: Each | null, depth: number): HclValue {
    if (!text.includes('\ufdd0')) return text
    const whole = /^\ufdd0[^\ufdd1]*\ufdd1$/.test(text) ? this.#reference(text, each, depth) : undefined
    if (whole !== undefined) return whole
    return text.replace(/\ufdd0[^\ufdd1]*\ufdd1/g, (found) => {
      const value = this.#reference(found, each, depth)
      return value === undefined || typeof value === 'object' ? found : String(value)
    })
  }

  /** Returns what a hole refers to; undefined where that is not written in the file. */
  #reference(found: string, each: Each | null, depth: number): HclValue | undefined {
    const source =
      holeIn(found)
        ?.replace(/^\$\{([^]*)\}$/, '$1')
        .trim() ?? ''
    if (!/^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\["[^"\\]*"\])+$/.test(source)) return undefined
    const path = [...source.matchAll(/([A-Za-z_][\w-]*)|\["([^"\\]*)"\]/g)].map(([, word, key]) => word ?? key ?? '')
    const [root = '', name = '', third = ''] = path
    const [start, rest]: readonly [HclValue | undefined, readonly string[]] =
      root === 'each' && each !== null && (name === 'key' || name === 'value')
        ? [each[name], path.slice(2)]
        : root === 'local'
          ? [this.#locals.get(name), path.slice(2)]
          : [this.#resources.get(`${root}.${name}`)?.[third], path.slice(3)]
    const inner = root === 'each' ? each : null
    const value = rest.reduce<HclValue | undefined>((one, key) => {
      const fields = typeof one === 'string' ? this.#value(one, inner, depth + 1) : one
      return isFields(fields) && Object.hasOwn(fields, key) ? fields[key] : undefined
    }, start)
    if (value === undefined) return undefined
    if (root === 'local') this.#used.add(name)
    return this.#value(value, inner, depth + 1)
  }
}
