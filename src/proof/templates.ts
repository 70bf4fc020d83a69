import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'

/** A word of a template: an argument that may be any, a word that stands as it is, or the number of keys that follow. */
export interface Word {
  readonly is: 'any' | 'word' | 'count'
  readonly text: Bytes
}

/** The words after a command's name, with what may be repeated so many times. */
export type Template = ((repeats: number) => readonly Word[]) & { readonly unusual?: true }

/** Marks a command line that the access check reads in its own way and that no client has a reason to send. */
const unusual = (template: Template): Template => Object.assign((n: number) => template(n), { unusual: true } as const)

/** A template, with a flag for SORT options that read keys it does not name. */
export interface NamedTemplate {
  readonly template: Template
  readonly sortsByOthers: boolean
}

const any = (text: Bytes = 'x'): Word => ({ is: 'any', text })
const word = (text: Bytes): Word => ({ is: 'word', text })
const count = (n: number): Word => ({ is: 'count', text: String(n) })
const times = (n: number, made: () => Word): Word[] => Array.from({ length: Math.max(0, n) }, made)

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

/** Returns the templates of a command: enough for every way in which the access check can read its command lines. */
export function templatesOf(command: Command): readonly NamedTemplate[] {
  const plain = special.get(command.name) ?? byTable(command)
  return [
    ...plain.map((template) => ({ template, sortsByOthers: false })),
    ...(sortsByOthers.get(command.name) ?? []).map((template) => ({ template, sortsByOthers: true })),
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
  for (const { begin } of keySpecs) {
    if (begin.type !== 'keyword' || begin.keyword === '') continue
    const lead = Math.max(least, Math.abs(begin.startfrom) - 1)
    made.push((n) => [...times(lead, any), word(begin.keyword), ...times(n, any)])
  }
  return made
}
