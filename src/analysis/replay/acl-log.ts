import { fromText, lower, type Bytes } from '../../acl/bytes'
import type { Access, Command, KeyUse } from '../../acl/command'
import { splitWords } from '../../acl/split'
import type { Target } from '../../targets/target'
import { usesOf } from '../../targets/uses'
import type { Steps } from '../steps'
import { isMonitorLine, isPrompt, type CaptureCollector, type TextLine } from './read'

const fields = [
  'count',
  'reason',
  'context',
  'object',
  'username',
  'age-seconds',
  'client-info',
  'entry-id',
  'timestamp-created',
  'timestamp-last-updated',
] as const
type Field = (typeof fields)[number]
type Entry = Partial<Record<Field, Bytes>> & { readonly line: number }

/** Returns true for a text with the fields of ACL LOG. */
export function looksLikeAclLog(lines: readonly TextLine[]): boolean {
  const has = (field: Field): boolean => lines.some(({ text }) => text.includes(field))
  return has('age-seconds') && has('client-info') && has('reason')
}

/**
 * Parses ACL LOG as redis-cli prints it: numbered (RESP2), as maps (RESP3), or raw. An entry contains the command and
 * one key or channel; the other arguments are made up. Returns the number of failed log-ins, which are not command
 * lines.
 */
export function* readAclLog(lines: readonly TextLine[], target: Target, into: CaptureCollector): Steps<number> {
  let logins = 0
  const entries = yield* entriesOf(lines, into)
  for (const [i, entry] of entries.entries()) {
    yield { done: i, of: entries.length }
    if (entry.reason === 'auth') {
      logins++
      continue
    }
    const denied = lineOf(entry, target)
    if (denied === null) into.fail(entry.line, 'This entry does not tell the command.')
    else {
      const [, db = '0'] = /(?:^| )db=(\d{1,9})(?: |$)/.exec(entry['client-info'] ?? '') ?? []
      const [, client = null] = /(?:^| )addr=(\S+)/.exec(entry['client-info'] ?? '') ?? []
      const count = Number(entry.count)
      into.add({
        ...denied,
        line: entry.line,
        db: Number(db),
        user: entry.username ?? null,
        client,
        seen: 'refused',
        count: Number.isSafeInteger(count) && count > 0 ? count : 1,
        partial: true,
      })
    }
  }
  return logins
}

/** Splits the output into entries, each of which starts with its count. */
function* entriesOf(lines: readonly TextLine[], into: CaptureCollector): Steps<Entry[]> {
  const entries: (Partial<Record<Field, Bytes>> & { line: number })[] = []
  let waiting: Field | undefined
  for (const [i, { text, number }] of lines.entries()) {
    yield { done: i, of: lines.length }
    if (waiting === undefined && isForeign(text)) {
      const what = isMonitorLine(text.trim()) ? 'a line of MONITOR' : 'no line of ACL LOG'
      into.fail(number, `This is ${what}: replay one kind of capture at a time.`)
      continue
    }
    const tokens: readonly Bytes[] = tokensOf(text, waiting === undefined)
    for (const token of tokens) {
      if (waiting === undefined) {
        waiting = fields.find((name) => name === token)
        if (waiting === 'count') entries.push({ line: number })
        continue
      }
      const entry = entries.at(-1)
      if (entry !== undefined) entry[waiting] = token
      waiting = undefined
    }
  }
  return entries.filter((entry) => entry.reason !== undefined)
}

/** Returns true for a line of several words that is neither numbered nor a field: something else was pasted beside the log. */
function isForeign(line: Bytes): boolean {
  const text = line.trim()
  if (isMonitorLine(text)) return true
  const [first = '', ...more] = text.split(/\s+/)
  const isOwn = /^(?:\d+[)#~]|["(])/.test(text) || isPrompt(text) || fields.some((field) => field === first)
  return more.length > 0 && !isOwn
}

/** Returns a line's content without its numbering: a value, or a field and its value. */
function tokensOf(line: Bytes, expectsField: boolean): Bytes[] {
  const rest = line.replace(/^\s*(?:\d+[)#~] ?\s*)*/, '').trimEnd()
  if (rest === '') return expectsField ? [] : ['']
  const pair = /^("(?:[^"\\]|\\.)*") => (.*)$/s.exec(rest)
  if (pair !== null) return [valueOf(pair[1] ?? ''), valueOf(pair[2] ?? '')]
  const space = rest.indexOf(' ')
  if (expectsField && space > 0 && fields.some((field) => field === rest.slice(0, space)))
    return [rest.slice(0, space), rest.slice(space + 1)]
  return [valueOf(rest)]
}

function valueOf(text: Bytes): Bytes {
  const typed = /^\((?:integer|double)\) (.*)$/s.exec(text)?.[1]
  if (typed !== undefined) return typed
  if (!text.startsWith('"')) return text
  return splitWords(text)?.[0]?.text ?? text
}

/** The denied command line of an entry. */
interface Denied {
  readonly argv: readonly Bytes[]
  /** The key of the entry; null where it names a command or a channel. */
  readonly keys: readonly KeyUse[] | null
}

/** Returns a command line that needs the denied permission; null where the entry does not determine one. */
function lineOf(entry: Entry, target: Target): Denied | null {
  const { reason, context, object = '' } = entry
  const [, ran = ''] = /(?:^| )cmd=(\S+)/.exec(entry['client-info'] ?? '') ?? []
  if (reason === 'command') return object === '' ? null : { argv: object.split('|'), keys: null }
  // The client ran the script, whose commands are not named.
  if (context !== undefined && context !== 'toplevel' && context !== 'multi') return null
  if (ran === '' || ran === 'NULL') return null
  const name = ran.split('|')
  const command = target.table.resolve(name)
  if (reason === 'key') return command === undefined ? null : withKey(name, command, object, target)
  if (reason !== 'channel') return { argv: name, keys: null }
  return { argv: /publish$/.test(lower(ran)) ? [...name, object, ''] : [...name, object], keys: null }
}

/** The placeholder for keys that the entry does not name. */
const unknownKey: Bytes = fromText('…')

/**
 * Returns the shortest usual form of the command with this key. The entry does not say which of the command's keys it
 * is, so the line needs what any of them needs.
 */
function withKey(name: readonly Bytes[], command: Command, key: Bytes, target: Target): Denied | null {
  const padding = (n: number): Bytes[] => Array.from({ length: Math.max(0, n) }, () => '0')
  const first = Math.max(command.firstKey, 1)
  const forms = [
    [...name, ...padding(first - name.length), key],
    [...name, '1', key],
    [...name, '0', '1', key],
    [...name, 'STREAMS', key, '0'],
    [...name, 'GROUP', '0', '0', 'STREAMS', key, '0'],
  ].map((argv) => [...argv, ...padding(Math.abs(command.arity) - argv.length)])
  for (const argv of forms) {
    const uses = usesOf(target, command, argv, 0).keys
    const named = uses.find((use) => use.key === key && argv[use.at] === key)
    if (named === undefined) continue
    const access = uses.reduce<number>((all, use) => all | use.access, 0) as Access
    const others = new Set(uses.map(({ at }) => at).filter((at) => at !== named.at))
    return {
      argv: argv.map((word, at) => (others.has(at) ? unknownKey : word)),
      keys: [{ ...named, access }],
    }
  }
  return null
}
