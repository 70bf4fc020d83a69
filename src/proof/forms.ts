import type { Bytes } from '../acl/bytes'
import { type Access, type Command, runsAlone } from '../acl/command'
import { optionReadingEveryKey } from '../keyspace/generic/sort-access'
import { effectsIn, type Effect } from '../targets/effects'
import type { Target } from '../targets/target'
import { performedAccess, runsScripts } from '../targets/performed-access'
import { usesOf } from '../targets/uses'
import { templateOf, templatesOf, type Template, type Word } from './templates'

/** A key, a channel, a pattern of channels (PSUBSCRIBE) or a database that a form names. */
export interface Slot {
  readonly kind: 'key' | 'channel' | 'pattern' | 'database'
  /** The access that a key needs, 0 for the others; null if this server does not check the place: any name may stand there. */
  readonly access: Access | null
  /** The same for the other server of a comparison. */
  readonly other: Access | null
  /** The access to the key that the command performs, where forms are told apart by it (`formsByAccess`); else `access`. */
  readonly does: Access | null
  /** The command performs more access than the server checks. */
  readonly beyond?: true
  /** Index in the command line; -1 for a key that the line does not name, which is any key there is. */
  readonly at: number
  /** The option, in any case, that must stand there for the form to be what it is; null for any value. */
  readonly word: Bytes | null
}

/** The need of a check that the command makes itself, on each server of a comparison. */
interface Both {
  readonly mine: boolean
  readonly other: boolean
}

/**
 * One way to write a command: the keys, channels and databases it names, the access it needs to each, and whether the last
 * may be repeated. The result of the access check depends on the command, its form, and the values of the slots.
 */
export interface Form {
  /** Returns the command line with so many repeats; `values` fills the slots in order. */
  readonly build: (values: readonly Bytes[], repeats: number, first: Bytes | null) => Bytes[]
  /** Slots that are always there. */
  readonly fixed: readonly Slot[]
  /** The slot that may come any number of times more; null where there is none. */
  readonly repeated: Slot | null
  /**
   * The kind of argv[1]: `slot` a slot; `free` any argument; `word` the template's word; `count` the number of keys; `none`:
   * there is no argument.
   */
  readonly first: 'slot' | 'free' | 'word' | 'count' | 'none'
  /** No client has a reason to send such a line: a server finds no keys in it, or answers with an error. */
  readonly unusual: boolean
  /** The command answers with an error and does nothing: it differs for the access check only. */
  readonly fails: boolean
  /** SORT with BY or GET: some selector must read every key (7.0). */
  readonly readsEveryKey: Both
  /** It runs in the connection's database, and this is checked (Valkey 9.1). */
  readonly ownDatabase: Both
  /** It reaches all databases, and this is checked (Valkey 9.1). */
  readonly everyDatabase: Both
}

/** A command that runs by itself, and its forms. */
export interface CommandForms {
  readonly command: Command
  readonly forms: readonly Form[]
}

/** The forms of a command, as compared with those of others. */
export interface ShapedForms extends CommandForms {
  /** A number for each set of forms that no access check tells apart. */
  readonly shape: number
}

/** Commands that make the best examples; the others follow in the table's order. */
const telling = [
  ...['get', 'set', 'del', 'hget', 'hset', 'lpush', 'sadd', 'zadd', 'mget', 'exists', 'ttl', 'expire', 'ping'],
  ...[
    'acl|setuser',
    'config|set',
    'flushall',
    'keys',
    'publish',
    'subscribe',
    'eval',
    'acl',
    'config',
    'info',
    'select',
  ],
]

function inTellingOrder(commands: readonly Command[]): Command[] {
  const rank = ({ name }: Command): number => (telling.includes(name) ? telling.indexOf(name) : telling.length)
  return [...commands].sort((a, b) => rank(a) - rank(b) || a.index - b.index)
}

const cache = new WeakMap<Target['table'], WeakMap<Target['table'], readonly ShapedForms[]>>()

/**
 * Returns the commands that run by themselves (subcommands, and commands without any) with their forms: found by asking the
 * target's own key finding (`usesOf`) about command lines of every kind, with the needs of another target for the same lines.
 * AUTH and the like, which need no permission, are left out. Cached by the two command tables.
 */
export function formsOf(target: Target, other: Target = target): readonly ShapedForms[] {
  const byOther = cache.get(target.table) ?? new WeakMap<Target['table'], readonly ShapedForms[]>()
  cache.set(target.table, byOther)
  const known = byOther.get(other.table)
  if (known !== undefined) return known
  const shapes = new Map<string, number>()
  const found = inTellingOrder(target.table.commands)
    .filter((command) => runsAlone(command) && !command.flags.has('no_auth'))
    .map((command) => new FoundForms({ target, command, other, byAccess: false }, shapes))
  byOther.set(other.table, found)
  return found
}

/** The forms of a command, found on access: most questions are about few commands. */
class FoundForms implements ShapedForms {
  readonly #question: Question
  /** The numbers of all shapes seen so far, by signature. */
  readonly #shapes: Map<string, number>
  #forms: readonly Form[] | null = null
  #shape: number | null = null

  constructor(question: Question, shapes: Map<string, number>) {
    this.#question = question
    this.#shapes = shapes
  }

  get command(): Command {
    return this.#question.command
  }

  get forms(): readonly Form[] {
    return (this.#forms ??= findForms(this.#question))
  }

  get shape(): number {
    if (this.#shape !== null) return this.#shape
    const signature = this.forms.map(signatureOf).join('|')
    const shape = this.#shapes.get(signature) ?? this.#shapes.size
    this.#shapes.set(signature, shape)
    return (this.#shape = shape)
  }
}

const byAccess = new WeakMap<Target['table'], readonly CommandForms[]>()

/**
 * Returns the commands of a target with their forms, those told apart that access keys differently: with what the commands do
 * to data (`effects.ts`; before 7.0, where the access check does not tell reading from writing, all of it), and without forms
 * that do nothing.
 */
export function formsByAccess(target: Target): readonly CommandForms[] {
  const known = byAccess.get(target.table)
  if (known !== undefined) return known
  const found = formsOf(target).map((all) => new WorkingForms(all, target))
  byAccess.set(target.table, found)
  return found
}

const byCommand = new WeakMap<object, ReadonlyMap<Command, CommandForms>>()

/** Returns the forms of one command of `formsByAccess`; undefined for a container of subcommands and for AUTH and the like. */
export function formsFor(target: Target, command: Command): CommandForms | undefined {
  const all = formsByAccess(target)
  const known = byCommand.get(all) ?? new Map(all.map((forms) => [forms.command, forms]))
  byCommand.set(all, known)
  return known.get(command)
}

/** The forms of a command that do something, found on access. */
class WorkingForms implements CommandForms {
  readonly #all: CommandForms
  readonly #target: Target
  #forms: readonly Form[] | null = null

  constructor(all: CommandForms, target: Target) {
    this.#all = all
    this.#target = target
  }

  get command(): Command {
    return this.#all.command
  }

  get forms(): readonly Form[] {
    return (this.#forms ??= this.#find())
  }

  #find(): readonly Form[] {
    const { command, forms } = this.#all
    const target = this.#target
    const isAsChecked = target.behaviours.hasKeySpecs && !runsScripts(command)
    const all = isAsChecked ? forms : findForms({ target, command, other: target, byAccess: true })
    const working = all.some(({ fails }) => fails) ? all.filter(({ fails }) => !fails) : all
    const effects = effectsIn(target.table).get(command) ?? []
    return effects.length === 0
      ? working
      : [...working, ...effects.flatMap((effect) => effectForm(target, command, effect))]
  }
}

/**
 * Finds the forms of `formsByAccess`, a command a step, for callers that cannot wait for all of them at once: a question
 * about a user with many commands needs most of them. Those that are known take no time.
 */
export function* findFormsInSteps(target: Target): Generator<undefined, void> {
  for (const found of formsByAccess(target)) {
    void found.forms
    yield
  }
}

interface Question {
  readonly target: Target
  readonly command: Command
  readonly other: Target
  /** Tells forms apart by the access that the command performs. */
  readonly byAccess: boolean
}

function findForms(question: Question): readonly Form[] {
  const { command } = question
  const forms = new Map<string, Form>()
  const templates = templatesOf(command, question.other !== question.target)
  for (const { template, sortsByOthers } of templates) {
    for (const form of formsOfTemplate(question, template, sortsByOthers)) {
      const signature = signatureOf(form)
      if (!forms.has(signature)) forms.set(signature, form)
    }
  }
  const all = [...forms.values()]
  return all.filter(
    (form, i) => !all.some((other, j) => j !== i && subsumes(other, form) && !(subsumes(form, other) && j > i)),
  )
}

const freeNeedOf = ({ kind, access, other, does }: Slot): string =>
  `${kind}${access}/${other}${does === access ? '' : ` ${does}`}`

const needOf = (slot: Slot): string => (slot.word === null ? freeNeedOf(slot) : `${freeNeedOf(slot)}=${slot.word}`)

const bothOf = ({ mine, other }: Both): string => (mine || other ? `${Number(mine)}${Number(other)}` : '')

/** Returns a text that is the same for forms that no access check tells apart. */
function signatureOf({ fixed, repeated, first, readsEveryKey, ownDatabase, everyDatabase }: Form): string {
  const place = first === 'slot' ? `slot${fixed.findIndex(({ at }) => at === 1)}` : first
  const needs = [...fixed.map(needOf), repeated === null ? '' : `${needOf(repeated)}*`].join()
  return `${needs} ${place} ${bothOf(readsEveryKey)} ${bothOf(ownDatabase)} ${bothOf(everyDatabase)}`
}

/** Returns true if every command line of `form` needs what some line of `other` needs. */
function subsumes(other: Form, form: Form): boolean {
  if (other.fails && !form.fails) return false
  const rest = ({ readsEveryKey, ownDatabase, everyDatabase }: Form): string =>
    [readsEveryKey, ownDatabase, everyDatabase].map(bothOf).join()
  const isFirst =
    other.first === form.first || (other.first === 'free' && (form.first === 'count' || form.first === 'word'))
  const unit = other.repeated === null ? null : needOf(other.repeated)
  if (!isFirst || rest(other) !== rest(form)) return false
  if (form.repeated !== null && needOf(form.repeated) !== unit) return false
  const more = [...form.fixed]
  for (const need of other.fixed.map(needOf)) {
    // A place that takes any value takes an option too.
    const exact = more.findIndex((slot) => needOf(slot) === need)
    const at = exact < 0 ? more.findIndex((slot) => freeNeedOf(slot) === need) : exact
    if (at < 0) return false
    more.splice(at, 1)
  }
  return more.every((slot) => freeNeedOf(slot) === unit)
}

interface Instance {
  readonly argv: readonly Bytes[]
  readonly slots: readonly Slot[]
}

function formsOfTemplate(question: Question, template: Template, sortsByOthers: boolean): Form[] {
  const { command } = question
  const path = command.name.split('|')
  const instances: Instance[] = []
  for (const n of [1, 2, 3]) {
    const words = template(n)
    const argv = [...path, ...words.map(({ text }) => text)]
    if (command.arity >= 0 ? argv.length !== command.arity : argv.length < -command.arity) return []
    instances.push({ argv, slots: slotsOf(question, argv, words) })
  }
  const [one, two, three] = instances
  if (one === undefined || two === undefined || three === undefined) return []
  const make = (repeats: number, slots: readonly Slot[], repeated: Slot | null, place: number): Form =>
    formOf(question, { template, sortsByOthers, base: repeats, fixed: slots, repeated, place })
  const place = one.slots.length === 0 ? -1 : growthPlace(one.slots, two.slots, three.slots)
  const unit = two.slots[place]
  // More of the repeated slots may follow those among the fixed ones.
  if (unit !== undefined) return [make(1, one.slots, unit, place)]
  return one.argv.length === two.argv.length
    ? [make(1, one.slots, null, 0)]
    : instances.map(({ slots }, i) => make(i + 1, slots, null, 0))
}

/** Returns the last place at which one slot more is added with every repeat, always of the same need; -1 where there is none. */
function growthPlace(one: readonly Slot[], two: readonly Slot[], three: readonly Slot[]): number {
  const [first, second, third] = [one, two, three].map((slots) => slots.map(needOf))
  if (first === undefined || second === undefined || third === undefined) return -1
  for (let place = first.length; place >= 0; place--) {
    const unit = second[place]
    if (unit === undefined) continue
    const grown = (from: readonly string[]): string => from.toSpliced(place, 0, unit).join()
    if (grown(first) === second.join() && grown(second) === third.join()) return place
  }
  return -1
}

/** Returns the places that both servers check in a command line, which a template's words make. */
function slotsOf(
  { target, command, other, byAccess: isByAccess }: Question,
  argv: readonly Bytes[],
  words: readonly Word[],
): Slot[] {
  const mine = placesOf(target, command, argv)
  const performed = isByAccess ? performedAt(target, command, argv) : null
  const match = other === target ? command : other.table.resolve(argv)
  const theirs = other === target ? mine : match === undefined ? new Map<number, Place>() : placesOf(other, match, argv)
  const places = [...new Set([...mine.keys(), ...theirs.keys()])].sort((a, b) => a - b)
  return places.flatMap((at): Slot[] => {
    const [a, b] = [mine.get(at), theirs.get(at)]
    const kind = (a ?? b)?.kind
    if (kind === undefined) return []
    const access = a?.access ?? null
    const made = words[at - argv.length + words.length]
    const word = made?.is === 'word' ? made.text : null
    return [{ kind, at, access, other: b?.access ?? null, does: performed?.get(at) ?? access, word }]
  })
}

/** Returns the form of a command line that does more to data than this server checks; none where it checks all of it. */
function effectForm(target: Target, command: Command, { argv, keys, every }: Effect): Form[] {
  const words = argv.slice(command.name.split('|').length)
  const isKnown = new Set<number>()
  const question = { target, command, other: target, byAccess: true }
  const template = templateOf(words)
  const checked = slotsOf(question, argv, template(1)).map((slot): Slot => {
    isKnown.add(slot.at)
    const more = keys.get(slot.at) ?? 0
    const does = ((slot.does ?? 0) | more) as Access
    return does === slot.does ? slot : { ...slot, does, beyond: true }
  })
  const key = { kind: 'key', access: null, other: null, word: null, beyond: true } as const
  const unchecked = [...keys].flatMap(([at, does]): Slot[] => (isKnown.has(at) ? [] : [{ ...key, at, does }]))
  const fixed = [...checked, ...unchecked, ...(every === 0 ? [] : [{ ...key, at: -1, does: every }])]
  const sortsByOthers = command.name.startsWith('sort') && optionReadingEveryKey(argv, command.name !== 'sort') !== null
  // Before 7.0, when servers do not check this, it is an escalation (`heldSort`).
  if (sortsByOthers && !target.behaviours.sortChecksAccess) return []
  if (!fixed.some(({ beyond }) => beyond)) return []
  const form = formOf(question, { template, sortsByOthers, base: 1, fixed, repeated: null, place: 0 })
  return [{ ...form, unusual: unchecked.length > 0 }]
}

/** Returns the access that a command line performs on its keys, by their place. */
function performedAt(target: Target, command: Command, argv: readonly Bytes[]): Map<number, Access> {
  const { keys } = usesOf(target, command, argv, 0)
  const performed = performedAccess(target, command, argv, keys)
  return new Map(keys.map(({ at }, i) => [at, performed[i] ?? 0]))
}

type Place = Pick<Slot, 'kind' | 'access'>

function placesOf(target: Target, command: Command, argv: readonly Bytes[]): Map<number, Place> {
  const { keys, channels, databases } = usesOf(target, command, argv, 0)
  return new Map<number, Place>([
    ...keys.map(({ at, access }): [number, Place] => [at, { kind: 'key', access }]),
    ...channels.map(({ at, isPattern }): [number, Place] => [
      at,
      { kind: isPattern ? 'pattern' : 'channel', access: 0 },
    ]),
    ...databases.flatMap(({ at }): [number, Place][] => (at === null ? [] : [[at, { kind: 'database', access: 0 }]])),
  ])
}

/** A template whose line with `base` repeats has these slots; further ones come at `place` among them. */
interface Shape {
  readonly template: Template
  readonly sortsByOthers: boolean
  readonly base: number
  readonly fixed: readonly Slot[]
  readonly repeated: Slot | null
  readonly place: number
}

function formOf(question: Question, { template, sortsByOthers, base, fixed, repeated, place }: Shape): Form {
  const { target, command, other } = question
  const path = command.name.split('|')
  const words = template(base)
  const argv = [...path, ...words.map(({ text }) => text)]
  const start = path.length > 1 ? 'word' : words[0]?.is
  const isSlot = fixed.some(({ at }) => at === 1)
  const first = start === undefined ? 'none' : isSlot ? 'slot' : start === 'any' ? 'free' : start
  const build = (values: readonly Bytes[], repeats: number, firstArgument: Bytes | null): Bytes[] => {
    const made = template(base + repeats)
    const line = [...path, ...made.map(({ text }) => text)]
    const slots = repeats === 0 ? fixed : slotsOf(question, line, made)
    const inOrder =
      repeats === 0
        ? values
        : [...values.slice(0, place), ...values.slice(fixed.length), ...values.slice(place, fixed.length)]
    slots.forEach(({ at }, i) => {
      if (at >= 0) line[at] = inOrder[i] ?? line[at] ?? ''
    })
    if (firstArgument !== null && first === 'free') line[1] = firstArgument
    return line
  }
  const databasesOn = (on: Target): ReturnType<typeof usesOf>['databases'] => {
    const found = on === target ? command : on.table.resolve(argv)
    return found === undefined ? [] : usesOf(on, found, argv, 0).databases
  }
  const both = (holds: (on: Target) => boolean): Both => ({ mine: holds(target), other: holds(other) })
  const takesKeys = command.firstKey !== 0 || command.keySpecs.some(({ flags }) => !flags.includes('not_key'))
  const findsNone = (['access', 'other'] as const).some(
    (side) => !fixed.some((slot) => slot.kind === 'key' && slot[side] !== null),
  )
  const mayNameNone = /^(eval|fcall)/.test(command.name)
  return {
    build,
    fails: template.fails === true,
    unusual: template.unusual === true || (takesKeys && findsNone && !mayNameNone),
    fixed,
    repeated,
    first,
    readsEveryKey: both(({ behaviours }) => sortsByOthers && behaviours.sortChecksAccess),
    ownDatabase: both((on) => databasesOn(on).some(({ at, db }) => at === null && db >= 0)),
    everyDatabase: both((on) => databasesOn(on).some(({ db }) => db < 0)),
  }
}
