import { hole } from '../holes'
import type { Entry, Value } from './values'

type Tree = string | boolean | number | null | readonly Tree[] | { readonly [name: string]: Tree }

/** Calls that return their only argument, as far as rules and passwords go. */
const wrappers =
  /^(?:pulumi\.(?:String|StringPtr|secret|ToSecret|Output\.secret)|(?:aws|jsii)\.String|(?:cdk\.)?SecretValue\.unsafe(?:PlainText|_plain_text)|Transferable\.of|Buffer\.from|(?:textwrap\.)?dedent)$/
/** Calls that return their arguments as a list. */
const lists =
  /^(?:(?:java\.util\.)?(?:List|Set)\.of|(?:java\.util\.)?Arrays\.asList|listOf|setOf|arrayOf|pulumi\.(?:StringArray|ToStringArray)|jsii\.Strings)$/
/** Calls on a text that change no more than its blanks or its encoding. */
const same = /^(?:trim|strip|stripIndent|trimIndent|encode|getBytes|toString|toOutput)$/

/** Evaluates what a program writes out. What it works out when it runs becomes a hole. */
export class Evaluator {
  /** The values that became holes, and may hold calls. */
  readonly opaque: Value[] = []
  /** True where entries are merged in from elsewhere. */
  hasSpread = false
  readonly #source: string

  constructor(source: string) {
    this.#source = source
  }

  sourceOf(value: Value): string {
    return this.#source.slice(value.from, value.to)
  }

  /** Returns the words that a value writes out, with holes for the others. */
  words(value: Value): string[] {
    const tree = this.tree(value)
    const flat = (one: Tree): string[] =>
      typeof one === 'string'
        ? [one]
        : Array.isArray(one)
          ? one.flatMap(flat)
          : one === null
            ? []
            : typeof one === 'object'
              ? [hole(this.sourceOf(value))]
              : [String(one)]
    return flat(tree)
  }

  tree(value: Value): Tree {
    switch (value.kind) {
      case 'text':
        return value.text
      case 'list':
        return value.items.map((item) => this.tree(item))
      case 'number':
        return Number(this.sourceOf(value)) || 0
      case 'word':
        if (/^(?:true|True)$/.test(value.name)) return true
        if (/^(?:false|False)$/.test(value.name)) return false
        return /^(?:null|None|nil|undefined)$/.test(value.name) ? null : hole(value.name)
      case 'group':
        return this.fields(value.entries)
      case 'call':
        return this.#call(value) ?? this.#hidden(value)
      case 'other':
        return this.#hidden(value)
    }
  }

  fields(entries: readonly Entry[]): { readonly [name: string]: Tree } {
    const fields = Object.create(null) as { [name: string]: Tree }
    for (const { key, value, isSpread } of entries) {
      if (isSpread) this.hasSpread = true
      if (key !== null && !Object.hasOwn(fields, key)) fields[key] = this.tree(value)
      // { userName } is { userName: userName } in JavaScript.
      else if (key === null && value.kind === 'word') fields[value.name] = hole(value.name)
      else this.opaque.push(value)
    }
    return fields
  }

  #hidden(value: Value): string {
    this.opaque.push(value)
    return hole(this.sourceOf(value))
  }

  /** Evaluates a call whose result is certain; null for the others. */
  #call({ name, receiver, args }: Extract<Value, { kind: 'call' }>): Tree | null {
    const plain = args.filter(({ key, isSpread }) => key === null && !isSpread).map(({ value }) => value)
    const [first, second] = plain
    const last = /\w*$/.exec(name)?.[0] ?? ''
    if (/^(?:join|Join)$/.test(last)) return this.#joined(name, receiver, plain)
    if (receiver !== null && same.test(last)) {
      const text = this.tree(receiver)
      return typeof text === 'string' ? text : null
    }
    const isPlain = receiver === null && plain.length === args.length
    if (isPlain && second === undefined && first !== undefined && wrappers.test(name)) {
      const inner = this.tree(first)
      return typeof inner === 'string' ? inner : null
    }
    if (isPlain && lists.test(name))
      return plain
        .flatMap((value) => (value.kind === 'group' ? value.entries.map((entry) => entry.value) : [value]))
        .map((item) => this.tree(item))
    // An object in the form of a constructor: UserArgs(passwords=[…]), &UserArgs{…}.
    if (receiver !== null || !/(?:^|\.)[A-Z]\w*$/.test(name)) return null
    if (args.length > 0 && args.every(({ key }) => key !== null)) return this.fields(args)
    return args.length === 1 && first?.kind === 'group' ? this.fields(first.entries) : null
  }

  /** Evaluates ['a', 'b'].join(' '), " ".join([…]), String.join(" ", …) and strings.Join(…, " "). */
  #joined(name: string, receiver: Value | null, args: readonly Value[]): string | null {
    const [first, second] = args
    const pairs: readonly (readonly [list: Value | undefined, between: Value | undefined])[] =
      receiver?.kind === 'list'
        ? [[receiver, first]]
        : receiver?.kind === 'text'
          ? [[first, receiver]]
          : name === 'strings.Join' || name === 'join'
            ? [[first, second]]
            : []
    for (const [list, between] of pairs) {
      const words = list === undefined ? null : this.tree(list)
      if (Array.isArray(words) && words.every((word) => typeof word === 'string') && between?.kind === 'text')
        return words.join(between.text)
    }
    if (name === 'String.join' && first?.kind === 'text')
      return args
        .slice(1)
        .flatMap((value) => this.words(value))
        .join(first.text)
    return null
  }
}
