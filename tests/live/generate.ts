import type { Bytes } from '../../src/acl/bytes'
import type { RandomSource } from '../../src/acl/environment'
import type { ArgumentDoc, CommandDocs } from '../../src/targets/docs'
import type { Target } from '../../src/targets/target'

/** Few and colliding, with glob characters, so that patterns and keys meet. */
const keys: readonly Bytes[] = [
  'a',
  'b',
  'app:1',
  'app:22',
  'app:',
  'read:1',
  'write:1',
  'user:1:name',
  'x*y',
  'x?y',
  'a-c',
  '[[',
  'x[y',
  '^b\\',
  '',
  'sensor:9',
  '\xc3\xa9a',
  'a b',
  '-a',
  '{a,b}',
]
const words: readonly Bytes[] = [
  'v',
  'foo',
  'f1',
  'news',
  '*',
  '$',
  '0-1',
  '1-1',
  '(1',
  '[a',
  '-',
  '+',
  'inf',
  'M',
  'get',
]
const integers: readonly Bytes[] = ['0', '1', '2', '3', '10', '-1', '100', '-2', 'x', '']
const doubles: readonly Bytes[] = ['0.5', '1', '-1', '3.2', 'inf', 'nan', '1e3']
const patternPool: readonly Bytes[] = [
  '*',
  'app:*',
  'a*',
  '?',
  '??',
  'x\\?y',
  'x\\*y',
  '[abc]',
  '[^a]*',
  '[a-c-e]',
  'a[b-y]c',
  '[a',
  '[^',
  '\\',
  'a\\',
  'user:[0-9]*',
  '*b*',
  '**',
  '{a,b}',
  '',
  'read:*',
  'a?c',
  '*a*b*',
]
const patternBits = ['a', 'b', '1', ':', '*', '?', '[', ']', '^', '-', '\\', 'app', '\xc3\xa9']
const hash = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2'

/** Makes random policies and command lines; the same seed makes the same. */
export class Generator {
  readonly #random: RandomSource
  readonly #target: Target
  readonly #docs: CommandDocs
  readonly #commandNames: readonly string[]

  constructor(random: RandomSource, target: Target, docs: CommandDocs, commandNames: readonly string[]) {
    this.#random = random
    this.#target = target
    this.#docs = docs
    this.#commandNames = commandNames
  }

  chance(percent: number): boolean {
    return this.#random.below(100) < percent
  }

  pick<T>(items: readonly T[]): T {
    return items[this.#random.below(items.length)]!
  }

  #anyCase(word: Bytes): Bytes {
    return this.chance(85) ? word : [...word].map((c) => (this.chance(50) ? c.toUpperCase() : c)).join('')
  }

  #pattern(): Bytes {
    if (this.chance(65)) return this.pick(patternPool)
    return Array.from({ length: this.#random.below(6) }, () => this.pick(patternBits)).join('')
  }

  #commandRule(): Bytes {
    const name = this.pick(this.#target.table.commands).name
    return this.pick([
      `+${name}`,
      `+${name}`,
      `-${name}`,
      `+${name}|x`,
      `+${name}|`,
      `-${name}|x`,
      `+${name}|get`,
      '+nosuch',
      '-nosuch',
      '+config|nosuch',
      '++get',
      '+ get',
    ])
  }

  #permission(): Bytes {
    const category = this.pick([...this.#target.table.categories, 'all', 'nosuch'])
    return this.#anyCase(
      this.pick([
        () => `+@${category}`,
        () => `-@${category}`,
        () => `+@${category}`,
        () => this.#commandRule(),
        () => this.#commandRule(),
        () => this.#commandRule(),
        () => `~${this.#pattern()}`,
        () => `~${this.#pattern()}`,
        () => `~${this.#pattern()}`,
        () => `%R~${this.#pattern()}`,
        () => `%W~${this.#pattern()}`,
        () => this.pick(['%RW~', '%rw~', '%WR~', '%r~', '%X~', '%~', '%', '%R']) + this.#pattern(),
        () => `&${this.#pattern()}`,
        () => '+@all',
        () => '~*',
        () => 'allkeys',
        () => 'resetkeys',
        () => 'allchannels',
        () => 'resetchannels',
        () => 'allcommands',
        () => 'nocommands',
        () => '-@all',
      ])(),
    )
  }

  #databaseRule(): Bytes {
    return this.pick([
      'db=0',
      'db=1,2',
      'db=',
      'db=15',
      'db=16',
      'db=-1',
      'db=x',
      'db=1,',
      'db=,1',
      'alldbs',
      'resetdbs',
    ])
  }

  #selector(): Bytes {
    const inner = Array.from({ length: this.#random.below(4) }, () =>
      this.chance(10)
        ? this.pick([
            'on',
            '>pw',
            'nopass',
            '%X~a',
            'x',
            ...(this.#target.behaviours.hasDatabases ? [this.#databaseRule()] : []),
          ])
        : this.#permission(),
    )
    return `(${inner.join(this.pick([' ', ' ', '  ']))})`
  }

  /** One rule, right or wrong. */
  rule(): Bytes {
    if (this.chance(12))
      return this.pick([
        'on',
        'off',
        'nopass',
        '>pw',
        '>secret',
        '<pw',
        '<nosuch',
        `#${hash}`,
        `!${hash}`,
        '#zz',
        '!zz',
        `#${hash.toUpperCase()}`,
        'resetpass',
        'reset',
        'enabled',
        'sanitize-payload',
        'skip-sanitize-payload',
        'clearselectors',
        '',
        ' ',
      ])
    if (this.#target.behaviours.hasSelectors && this.chance(9))
      return this.chance(85) ? this.#selector() : this.pick(['(', ')', '()', '(+get', '+get)', '(( +get ))'])
    if (this.#target.behaviours.hasDatabases && this.chance(6)) return this.#databaseRule()
    return this.#permission()
  }

  rules(): Bytes[] {
    return [
      ...(this.chance(85) ? ['on'] : []),
      ...(this.chance(30) ? ['nopass'] : []),
      ...(this.chance(35) ? [this.pick(['+@all', '+@read', '+@write'])] : []),
      ...Array.from({ length: 1 + this.#random.below(5) }, () => this.rule()),
      ...(this.chance(40) ? [this.pick(['~*', '~app:*', 'allkeys'])] : []),
    ]
  }

  #argument(doc: ArgumentDoc, out: Bytes[], depth: number): void {
    const flags = doc.flags ?? []
    if (flags.includes('optional') && this.chance(60)) return
    const times = flags.includes('multiple') ? 1 + this.#random.below(3) : 1
    for (let i = 0; i < times; i++) {
      if (doc.token !== undefined && (i === 0 || flags.includes('multiple_token'))) out.push(this.#anyCase(doc.token))
      switch (doc.type) {
        case 'key':
          out.push(this.pick(keys))
          break
        case 'integer':
        case 'unix-time':
          out.push(this.pick(integers))
          break
        case 'double':
          out.push(this.pick(doubles))
          break
        case 'pattern':
          out.push(this.#pattern())
          break
        case 'pure-token':
          break
        case 'oneof':
          if (doc.arguments !== undefined && doc.arguments.length > 0)
            this.#argument(this.pick(doc.arguments), out, depth + 1)
          break
        case 'block':
          if (depth < 8) for (const part of doc.arguments ?? []) this.#argument(part, out, depth + 1)
          break
        default:
          out.push(this.pick(this.chance(70) ? words : keys))
      }
    }
  }

  /** A random command line that follows the target's own argument grammar, most of the time. */
  commandLine(name = this.pick(this.#commandNames)): Bytes[] {
    const out: Bytes[] = name.split('|').map((part) => this.#anyCase(part))
    for (const argument of this.#docs.get(name)?.arguments ?? []) this.#argument(argument, out, 0)
    // A count that should match what follows it often does not: put it right half of the time.
    const count = out.findIndex((word, i) => i > 0 && /^\d+$/.test(word))
    if (count > 0 && this.chance(50)) out[count] = String(1 + this.#random.below(2))
    if (this.chance(6) && out.length > 1) out.pop()
    if (this.chance(4)) out.push(this.pick(words))
    return out
  }
}
