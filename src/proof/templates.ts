import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'

/** A word of a template: an argument that may be any, a word that stands as it is, or the number of keys that follow. */
export interface Word {
  readonly is: 'any' | 'word' | 'count'
  readonly text: Bytes
}

/** The words after a command's name, with what may be repeated so many times. */
export type Template = ((repeats: number) => readonly Word[]) & {
  readonly unusual?: true
  /** The command answers with an error and does nothing, though the access check finds keys. */
  readonly fails?: true
}

/** Marks a command line that the access check reads in its own way and that no client has a reason to send. */
const unusual = (template: Template): Template => Object.assign((n: number) => template(n), { unusual: true } as const)

/** Marks an unusual command line that the command itself rejects. */
const failing = (template: Template): Template =>
  Object.assign((n: number) => template(n), { unusual: true, fails: true } as const)

/** A template, with a flag for SORT options that read keys it does not name. */
export interface NamedTemplate {
  readonly template: Template
  readonly sortsByOthers: boolean
}

const any = (text: Bytes = 'x'): Word => ({ is: 'any', text })
const word = (text: Bytes): Word => ({ is: 'word', text })
const count = (n: number): Word => ({ is: 'count', text: String(n) })
const times = (n: number, made: () => Word): Word[] => Array.from({ length: Math.max(0, n) }, made)

/** Returns the template of the words of a recorded command line: keys start with `@`, options are written in capitals. */
export function templateOf(words: readonly Bytes[]): Template {
  const made = words.map((text) => (/^[A-Z]+$/.test(text) ? word(text) : any(text)))
  return () => made
}

/** Commands whose keys depend on their options, or are known by functions of their own (see `key-functions.ts`). */
const special: ReadonlyMap<string, readonly Template[]> = new Map<string, readonly Template[]>([
  ['set', [() => [any(), any()], () => [any(), any(), word('GET')], () => [any(), any(), word('IFEQ'), any()]]],
  ['delex', [() => [any()], () => [any(), word('IFEQ'), any()]]],
  [
    'bitfield',
    [() => [any(), word('GET'), word('u8'), word('0')], () => [any(), word('SET'), word('u8'), word('0'), word('1')]],
  ],
  ['sort', [() => [any()], () => [any(), word('STORE'), any()]]],
  [
    'georadius',
    [
      () => [any(), any('0'), any('0'), any('1'), word('m')],
      () => [any(), any('0'), any('0'), any('1'), word('m'), word('STORE'), any()],
      unusual(() => [any(), any('0'), any('0'), any('1'), word('m'), word('STORE'), any(), word('STOREDIST'), any()]),
    ],
  ],
  [
    'georadiusbymember',
    [
      () => [any(), any(), any('1'), word('m')],
      () => [any(), any(), any('1'), word('m'), word('STORE'), any()],
      unusual(() => [any(), any(), any('1'), word('m'), word('STORE'), any(), word('STOREDIST'), any()]),
    ],
  ],
  // A single word after STREAMS names no key.
  [
    'xread',
    [
      (n) => [word('STREAMS'), ...times(n, any), ...times(n, () => any('0'))],
      unusual(() => [word('COUNT'), any('1'), word('STREAMS'), any()]),
    ],
  ],
  [
    'xreadgroup',
    [
      (n) => [word('GROUP'), any('g'), any('c'), word('STREAMS'), ...times(n, any), ...times(n, () => any('>'))],
      unusual(() => [word('GROUP'), any('g'), any('c'), word('COUNT'), any('1'), word('STREAMS'), any()]),
    ],
  ],
  [
    'migrate',
    [
      () => [any('127.0.0.1'), any('6379'), any(), any('0'), any('1000')],
      (n) => [any('127.0.0.1'), any('6379'), word(''), any('0'), any('1000'), word('KEYS'), ...times(n, any)],
      // KEYS beside a key is an error, for which no key is checked (7.0).
      unusual(() => [any('127.0.0.1'), any('6379'), any(), any('0'), any('1000'), word('KEYS'), any()]),
    ],
  ],
  ['stralgo', [() => [word('LCS'), word('KEYS'), any(), any()], () => [word('LCS'), word('STRINGS'), any(), any()]]],
  ['memory', [() => [word('USAGE'), any()], () => [word('DOCTOR')]]],
  ['copy', [() => [any(), any()], () => [any(), any(), word('DB'), any('0')]]],
  ['move', [() => [any(), any('0')]]],
  ['select', [() => [any('0')]]],
  ['swapdb', [() => [any('0'), any('1')]]],
  ['mset', [(n) => times(2 * n, any)]],
  ['msetnx', [(n) => times(2 * n, any)]],
])

const sortsByOthers: ReadonlyMap<string, readonly Template[]> = new Map<string, readonly Template[]>([
  ['sort', [() => [any(), word('BY'), word('w_*')], () => [any(), word('BY'), word('w_*'), word('STORE'), any()]]],
  ['sort_ro', [() => [any(), word('BY'), word('w_*')]]],
])

/** `SORT key`, with options in which a server takes the word after STORE for an option or not. */
const sortsDifferently = (...lead: readonly Word[]): Template[] => [
  ...['BY', 'GET', 'LIMIT'].map((option) =>
    unusual(() => [any(), ...lead, word('STORE'), word(option), word('STORE'), any()]),
  ),
  unusual(() => [any(), ...lead, word('STORE'), word('STORE'), any()]),
]

/** GEORADIUS with several STORE options: some servers check the first of each kind, others the last of all. */
const storesTwice = (...lead: readonly Word[]): Template[] => [
  unusual(() => [any(), ...lead, word('STORE'), any(), word('STORE'), any()]),
  unusual(() => [any(), ...lead, word('STORE'), any(), word('STOREDIST'), any(), word('STORE'), any()]),
]

/** Keys after STREAMS that only some servers find: with an id too many, after options that not all know. */
const streamsDifferently = (group: readonly Word[], lead: readonly Word[]): Template[] => {
  const keys = (n: number, ids = n): Word[] => [word('STREAMS'), ...times(n, any), ...times(ids, () => any('0'))]
  return [
    failing((n) => [...group, ...keys(n, n + 1)]),
    ...['CLAIM', 'MAXCOUNT'].map((option) => unusual((n) => [...group, word(option), any('1'), ...keys(n)])),
    unusual((n) => [...group, word('COUNT'), word('STREAMS'), ...keys(n)]),
    unusual((n) => [...lead, word('GROUP'), word('STREAMS'), any(), ...keys(n)]),
  ]
}

/** Command lines in which servers find different keys; asked about where two servers are compared. */
const readDifferently: ReadonlyMap<string, readonly Template[]> = new Map<string, readonly Template[]>([
  ['sort', sortsDifferently()],
  [
    'georadius',
    [
      ...storesTwice(any('0'), any('0'), any('1'), word('m')),
      failing(() => [any(), any('0'), any('0'), any('1'), word('STORE'), any()]),
    ],
  ],
  ['georadiusbymember', storesTwice(any(), any('1'), word('m'))],
  ['xread', streamsDifferently([], [])],
  [
    'xreadgroup',
    [
      ...streamsDifferently([word('GROUP'), any('g'), any('c')], [word('COUNT'), any('1')]),
      failing((n) => [word('COUNT'), any('1'), word('STREAMS'), ...times(n + 1, any), ...times(n + 1, () => any('0'))]),
    ],
  ],
])

/**
 * Returns the templates of a command: enough for every way in which the access check can read its command lines.
 * @param isPair two servers are compared, which may read a line differently
 */
export function templatesOf(command: Command, isPair: boolean): readonly NamedTemplate[] {
  // A container runs without arguments only: with others it is one of its subcommands, or an error before any check.
  const isContainer = (command.subcommands?.size ?? 0) > 0
  const plain = isContainer ? [() => []] : (special.get(command.name) ?? byTable(command))
  const different = isPair ? (readDifferently.get(command.name) ?? []) : []
  const sorting = isPair && command.name === 'sort' ? sortsDifferently(word('BY'), word('w_*')) : []
  return [
    ...[...plain, ...different].map((template) => ({ template, sortsByOthers: false })),
    ...[...(sortsByOthers.get(command.name) ?? []), ...sorting].map((template) => ({ template, sortsByOthers: true })),
  ]
}

/** Returns templates from the command's table entry: keys at fixed places, after their number, after a keyword. */
function byTable({ name, arity, step, keySpecs }: Command): Template[] {
  const least = Math.abs(arity) - name.split('|').length
  const open = arity < 0
  const made: Template[] = [(n) => times(least + (open ? n - 1 : 0), any)]
  const steps = [Math.abs(step), ...keySpecs.map(({ find }) => ('keystep' in find ? find.keystep : 1))]
  if (open && Math.max(...steps) > 1) made.push((n) => times(least + (n - 1) * Math.max(...steps), any))
  const counted = keySpecs.find(({ find }) => find.type === 'keynum')?.find
  const width = counted !== undefined && 'keystep' in counted ? Math.max(1, counted.keystep) : 1
  for (const before of [0, 1]) {
    made.push((n) => {
      const words = [...times(before, any), count(n), ...times(n * width, any)]
      return [...words, ...times(least - words.length, any)]
    })
  }
  if (counted !== undefined) {
    // A number that only some functions of a server read: keys are found, but without the access that the command needs;
    // and one that is cut to 32 bits by some servers.
    for (const number of [(n: number) => `0${n}`, (n: number) => String(2 ** 32 + n)]) {
      for (const before of [0, 1])
        made.push(
          failing((n) => {
            const words = [...times(before, any), { is: 'count', text: number(n) } as const, ...times(n * width, any)]
            return [...words, ...times(least - words.length, any)]
          }),
        )
    }
  }
  for (const { begin } of keySpecs) {
    if (begin.type !== 'keyword' || begin.keyword === '') continue
    const lead = Math.max(least, Math.abs(begin.startfrom) - 1)
    made.push((n) => [...times(lead, any), word(begin.keyword), ...times(n, any)])
  }
  return made
}
