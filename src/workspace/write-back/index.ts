import { fromText, toText } from '../../acl/bytes'
import { parseRule } from '../../acl/rule'
import { quoteWord } from '../../analysis/user-line'
import { type ImportBehaviours, rulesOf } from '../import/collect'
import { withoutHoles, templateHoles, holeIn } from '../import/holes'
import { detectFormat, type ImportResult, importText } from '../import'
import { isAclLine } from '../import/tree'
import type { Slot } from './slots'

export type WriteBack =
  | {
      readonly ok: true
      readonly text: string
      /** The users and roles that changed: `user app`. */
      readonly changed: readonly string[]
      readonly added: readonly string[]
      readonly removed: readonly string[]
    }
  | { readonly ok: false; readonly message: string }

/** Users and roles by `user name` and `role name`, with their rules. */
type Users = ReadonlyMap<string, readonly string[]>

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * Changes the users inside a YAML, JSON or Terraform file to those of a users.acl. Everything outside of the lines and values
 * that hold changed users stays byte for byte. The new file is read again: unless it has exactly the users that were asked for, and no
 * more is left out than before, nothing is returned but the users that could not be written.
 */
export async function writeBack(file: string, acl: string, behaviours: ImportBehaviours): Promise<WriteBack> {
  const format = detectFormat(file)?.format
  if (format !== 'yaml' && format !== 'json' && format !== 'terraform')
    return failed('Users are written back into YAML, JSON and Terraform only.')
  const read = async (text: string): Promise<ImportResult | null> => {
    const outcome = await importText(text, { behaviours, format })
    return outcome.ok ? outcome.result : null
  }
  const before = await read(file)
  const given = await importText(acl, { behaviours, format: 'acl-file' })
  if (before === null) return failed('There are no users in this file.')
  if (!given.ok) return failed(given.message)
  const lost = given.result.notes.find(({ kind }) => kind === 'lost')
  if (lost !== undefined) return failed(lost.message)
  const [old, wanted] = [usersOf(before.acl), usersOf(given.result.acl)]
  const changed = [...wanted.keys()].filter((key) => old.has(key) && !isSame(old.get(key), wanted.get(key)))
  const added = [...wanted.keys()].filter((key) => !old.has(key))
  const removed = [...old.keys()].filter((key) => !wanted.has(key))

  const slotsOf =
    format === 'terraform' ? (await import('./hcl-slots')).hclSlots : (await import('./yaml-slots')).yamlSlots
  const holders = slotsOf(file).filter((slot) => !slot.isList && isFile(slot.lines))
  const doubled = [...changed, ...removed].find(
    (key) => holders.filter((slot) => slot.lines.some((line) => keyOf(line) === key)).length > 1,
  )
  if (doubled !== undefined) return failed(`${doubled} stands in this file more than once.`)
  if (added.length > 0 && holders.length !== 1)
    return failed(
      `${added.join(', ')} cannot be added: ${holders.length === 0 ? 'there is no list of users in this file' : 'there are several lists of users in this file'}. Add it by hand.`,
    )
  const problems: string[] = []
  const edits = holders.flatMap((slot): Edit[] => {
    const lines = editLines(slot, old, wanted, holders.length === 1 ? added : [], problems)
    return lines === null ? [] : [{ from: slot.from, to: slot.to, text: slot.encode(lines) }]
  })
  if (problems[0] !== undefined) return failed(problems[0])
  let text = applied(file, edits)
  // Users whose rules stand in a value of their own.
  for (const key of changed) {
    const now = usersOf((await read(text))?.acl ?? '')
    const rules = now.get(key)
    const wish = wanted.get(key)
    if (rules === undefined || wish === undefined || isSame(rules, wish)) continue
    for (const slot of slotsOf(text)) {
      const lines = valueOf(slot, rules, wish)
      if (lines === null) continue
      const next = applied(text, [{ from: slot.from, to: slot.to, text: slot.encode(lines) }])
      const then = usersOf((await read(next))?.acl ?? '')
      if (
        !isSame(then.get(key), wish) ||
        [...now].some(([other, its]) => other !== key && !isSame(then.get(other), its))
      )
        continue
      text = next
      break
    }
  }
  const after = await read(text)
  const got = usersOf(after?.acl ?? '')
  const wrong = [...new Set([...got.keys(), ...wanted.keys()])].filter((key) => !isSame(got.get(key), wanted.get(key)))
  const more =
    (after?.losses.rules ?? 0) + (after?.losses.passwords ?? 0) > before.losses.rules + before.losses.passwords
  if (after === null || wrong.length > 0 || more)
    return failed(
      `${wrong.length === 0 ? 'These users' : wrong.join(', ')} cannot be written back into the form that this file has. Change the file by hand.`,
    )
  return { ok: true, text, changed, added, removed }
}

const failed = (message: string): WriteBack => ({ ok: false, message })

function usersOf(acl: string): Users {
  return new Map(
    acl
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [of = '', name = '', ...rules] = rulesOf(fromText(line)).map(toText)
        return [`${of} ${name}`, rules]
      }),
  )
}

/** Returns true for the same rules, where passwords, `on` and `off` may stand elsewhere among the others. */
function isSame(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.includes('reset') || b.includes('reset')) return a.join(' ') === b.join(' ')
  const parts = (rules: readonly string[]): string =>
    JSON.stringify([
      rules.filter((rule) => isPassword(rule)),
      rules.filter((rule) => /^(?:on|off)$/i.test(rule)),
      rules.filter((rule) => !isPassword(rule) && !/^(?:on|off)$/i.test(rule)),
    ])
  return parts(a) === parts(b)
}

const isPassword = (rule: string): boolean =>
  parseRule(fromText(rule)).kind === 'password' || /^(?:nopass|resetpass)$/i.test(rule)

const keyOf = (line: string): string | null => {
  const [, of, name] = /^\s*(user|role)\s+(\S+)/.exec(templateHoles(line)) ?? []
  return of === undefined ? null : `${of} ${name ?? ''}`
}

/** Returns true for the lines of a users.acl or redis.conf with users. */
const isFile = (lines: readonly string[]): boolean =>
  lines.some((line) => isAclLine(line.trim()) && line.trim().split(/\s+/).length > 2)

/** Returns the lines of a file with the wanted users; null where they stay. */
function editLines(
  slot: Slot,
  old: Users,
  wanted: Users,
  added: readonly string[],
  problems: string[],
): (string | number)[] | null {
  const isConf = slot.lines.some((line) =>
    /^\s*(?:port|bind|dir|requirepass|protected-mode|appendonly|save|maxmemory)\s/.test(line),
  )
  const out: (string | number)[] = []
  let last = -1
  let isChanged = added.length > 0
  slot.lines.forEach((line, i) => {
    const key = keyOf(line)
    const [was, rules] = key === null ? [] : [old.get(key), wanted.get(key)]
    if (key === null || was === undefined || (rules !== undefined && isSame(was, rules))) out.push(i)
    else {
      isChanged = true
      if (rules === undefined) return
      const filled = withFills(line, rules)
      if (filled === null) problems.push(`${key} has rules that are filled in elsewhere. Change its line by hand.`)
      else out.push(written(/^\s*/.exec(line)?.[0] ?? '', key, filled, isConf))
    }
    if (key !== null) last = out.length
  })
  if (!isChanged) return null
  const indent = /^\s*/.exec(slot.lines.find((line) => keyOf(line) !== null) ?? '')?.[0] ?? ''
  out.splice(
    last < 0 ? out.length : last,
    0,
    ...added.map((key) => written(indent, key, wanted.get(key) ?? [], isConf)),
  )
  return out
}

function written(indent: string, key: string, rules: readonly string[], isConf: boolean): string {
  const words = isConf ? rules.map((rule) => toText(quoteWord(fromText(rule)))) : rules
  return `${indent}${[key, ...words].join(' ')}`
}

/**
 * Returns rules with the passwords of a line that are filled in elsewhere, which the wanted rules do not have; null where
 * other rules are filled in.
 */
function withFills(line: string, rules: readonly string[]): string[] | null {
  const words = templateHoles(line).trim().split(/\s+/).slice(2)
  const fills = words.filter((word) => holeIn(word) !== null)
  if (fills.length === 0) return [...rules]
  const sources = fills.map(withoutHoles)
  const isKept = fills.every((word, i) => /^[>#]/.test(word) && line.includes(sources[i] ?? ''))
  if (!isKept || rules.some((rule) => /^(?:reset|resetpass|nopass)$/i.test(rule))) return null
  const at = rules.findIndex((rule) => /^(?:on|off)$/i.test(rule)) + 1
  return [...rules.slice(0, at), ...sources, ...rules.slice(at)]
}

/** Returns the value of a slot that holds rules of a user, with the wanted ones; null for another slot. */
function valueOf(slot: Slot, rules: readonly string[], wish: readonly string[]): string[] | null {
  const words = slot.isList
    ? [...slot.lines]
    : slot.lines.length === 1
      ? rulesOf(fromText(slot.lines[0] ?? '')).map(toText)
      : []
  const extra = without(rules, words)
  if (words.length === 0 || extra === null) return null
  // Passwords stand elsewhere, or are named by their mode: they have to stay.
  const left = without(wish, extra)
  return left === null || left.length === 0 ? null : slot.isList ? left : [left.join(' ')]
}

/** Returns the words of a list without others; null where one of them is not there. */
function without(all: readonly string[], others: readonly string[]): string[] | null {
  const left = [...all]
  for (const word of others) {
    const at = left.indexOf(word)
    if (at < 0) return null
    left.splice(at, 1)
  }
  return left
}

function applied(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((now, { from, to, text: next }) => now.slice(0, from) + next + now.slice(to), text)
}
