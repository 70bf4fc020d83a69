import { lower, type Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Target } from '../targets/target'
import { usesOf } from '../targets/uses'
import type { Form } from './forms'

/**
 * A way to begin the lines of a form whose first argument is an option or the number of its keys: with more keys, or with
 * other options before it.
 */
export interface Opening {
  readonly repeats: number
  /** Words between the command and the form's first argument. */
  readonly lead: readonly Bytes[]
  /** The number of keys, where it is written in another way than the form's. */
  readonly number: Bytes | null
}

/** Returns true for a number of keys as every server reads it. */
const isPlainNumber = (text: Bytes): boolean => /^[1-9]\d{0,8}$/.test(text)

/** A larger number of keys than this in a first-argument rule is not looked into. */
const MOST_KEYS = 500
/** Numbers of keys that are tried where any will do. */
const FEW_KEYS = 20

/** Options that commands take before the words that tell where their keys are. */
const options: readonly (readonly Bytes[])[] = [['COUNT', '1'], ['BLOCK', '1'], ['NOACK'], ['GROUP', 'g', 'c']]

/**
 * Yields openings of a form, the plainest first: those whose first argument is `first`, or any that are known.
 * @param first in any case; null for any
 */
export function* openingsOf(
  target: Target,
  command: Command,
  form: Form,
  first: Bytes | null,
): Generator<Opening, void> {
  const line = form.build([], 0, null)
  const word = line[1] ?? ''
  const isOwn = first !== null && lower(word) === lower(first)
  if (first === null || isOwn) yield { repeats: 0, lead: [], number: null }
  if (form.first === 'count') {
    if (isOwn || form.repeated === null || !/^\d+$/.test(word)) return
    if (first === null) {
      for (let repeats = 1; repeats <= FEW_KEYS; repeats++) yield { repeats, lead: [], number: null }
      return
    }
    const repeats = Number(first) - Number(word)
    if (!isPlainNumber(first) || repeats < 0 || repeats > MOST_KEYS) return
    // The ACL compares first arguments up to a NUL, after which they are no plain number.
    yield { repeats, lead: [], number: isPlainNumber(word) ? null : `${first}\0` }
    return
  }
  const places = form.fixed.map(({ at }) => at)
  const leads = first === null ? options : [[first], [first, '1'], [first, 'x', 'x']]
  for (const lead of leads) {
    const uses = usesOf(target, command, line.toSpliced(1, 0, ...lead), 0)
    const found = [...uses.keys, ...uses.channels].map(({ at }) => at - lead.length)
    if (found.join() === places.join()) yield { repeats: 0, lead, number: null }
  }
}

/**
 * Returns false if no line of a form has this first argument, for a command that begins with the number of its keys: in lines
 * of another form it is that number.
 */
export function mayBegin(target: Target, command: Command, form: Form, first: Bytes): boolean {
  const slots = form.repeated === null ? form.fixed : [...form.fixed, form.repeated]
  const accesses = slots.flatMap(({ kind, access }) => (kind === 'key' ? [access] : []))
  const more = Number.parseInt(first, 10) - Number(form.build([], 0, null)[1])
  if (more > MOST_KEYS || accesses.includes(null)) return true
  const line = form.build([], form.repeated !== null && more > 0 ? more : 0, null)
  // What follows a NUL is not compared.
  return [first, `${first}\0`].some((text) => {
    const { keys } = usesOf(target, command, line.with(1, text), 0)
    return accesses.length === 0 ? keys.length === 0 : keys.some(({ access }) => accesses.includes(access))
  })
}

/** Builds a line of a form with an opening; null where it has no room for all repeated values. */
export function openLine(
  form: Form,
  { repeats, lead, number }: Opening,
  fixed: readonly Bytes[],
  repeated: readonly Bytes[],
): Bytes[] | null {
  const [value] = [...repeated, ...fixed.slice(-1)]
  if (repeated.length > repeats || (repeats > 0 && value === undefined)) return null
  const all = Array.from({ length: repeats }, (_, i) => repeated[i] ?? value ?? '')
  const line = form.build([...fixed, ...all], repeats, null)
  if (number !== null) line[1] = number
  return line.toSpliced(1, 0, ...lead)
}
