import { type Bytes, lower } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { type ArgumentDoc, type CommandDocs, isMultiple, isOptional } from '../../targets/docs'

/** One argument without the brackets that say how often it may come. */
function core(doc: ArgumentDoc): string {
  const inner =
    doc.type === 'oneof'
      ? (doc.arguments ?? []).map(text).join(' | ')
      : doc.type === 'block'
        ? (doc.arguments ?? []).map(text).join(' ')
        : doc.type === 'pure-token'
          ? ''
          : doc.name
  return [doc.token === '' ? '""' : doc.token, inner].filter((part) => part !== undefined && part !== '').join(' ')
}

/** One argument as redis-cli writes it: `[EX seconds | PX milliseconds]`, `key [key …]`. */
function text(doc: ArgumentDoc): string {
  const once = core(doc)
  const often = isMultiple(doc)
    ? `${once} [${doc.flags?.includes('multiple_token') === true || doc.token === undefined ? once : once.replace(`${doc.token} `, '')} …]`
    : once
  if (isOptional(doc)) return `[${often}]`
  return doc.type === 'oneof' && (doc.arguments?.length ?? 0) > 1 && !isMultiple(doc) ? `<${once}>` : often
}

/** The words that an argument starts with, in lower case, where it starts with a fixed one. */
function tokens(doc: ArgumentDoc): readonly string[] {
  if (doc.token !== undefined && doc.token !== '') return [doc.token.toLowerCase()]
  return doc.type === 'oneof' ? (doc.arguments ?? []).flatMap(tokens) : []
}

/** Returns the number of words that one repetition of an argument takes. */
function width(doc: ArgumentDoc): number {
  const own = doc.token === undefined ? 0 : 1
  if (doc.type === 'pure-token') return own
  if (doc.type === 'block') return own + (doc.arguments ?? []).reduce((sum, part) => sum + width(part), 0)
  if (doc.type === 'oneof') return own + Math.max(0, ...(doc.arguments ?? []).map(width))
  return own + 1
}

/** Words of a block that was begun: `value [field value …]` behind a field. */
function partOf(doc: ArgumentDoc, used: number): string {
  if (doc.type !== 'block') return text(doc)
  const rest = (doc.arguments ?? []).slice(used).map(text)
  return [...rest, ...(isMultiple(doc) ? [`[${core(doc)} …]`] : [])].join(' ')
}

/**
 * The arguments still to come, for behind the cursor. Fixed arguments are counted off; optional ones disappear once their
 * word was typed.
 */
function remaining(docs: readonly ArgumentDoc[], typed: readonly Bytes[]): string {
  const words = typed.map(lower)
  const out: string[] = []
  let at = 0
  let stopped = false
  for (const doc of docs) {
    const starts = tokens(doc)
    if (isOptional(doc)) {
      const found = starts.length > 0 ? words.findIndex((word, i) => i >= at && starts.includes(word)) : -1
      if (found < 0) out.push(text(doc))
      else if (words.length - found < width(doc))
        out.push(
          partOf({ ...doc, flags: [] }, 0)
            .split(' ')
            .slice(words.length - found)
            .join(' '),
        )
      continue
    }
    const left = words.length - at
    const size = width(doc)
    if (stopped || left === 0) {
      out.push(text(doc))
      stopped = true
    } else if (isMultiple(doc)) {
      const used = size > 0 ? left % size : 0
      out.push(used > 0 ? partOf(doc, used) : `[${core(doc)} …]`)
      at = words.length
      stopped = true
    } else if (left < size) {
      out.push(core(doc).split(' ').slice(left).join(' '))
      stopped = true
      at = words.length
    } else at += size
  }
  return out.filter((part) => part !== '').join(' ')
}

/** The grey words behind a typed line; empty where nothing is known or nothing is left to type. */
export function argumentHint(command: Command, argv: readonly Bytes[], open: boolean, docs: CommandDocs): string {
  const doc = docs.get(command.name)
  const own = command.parent === null ? 1 : 2
  const lead = open ? '' : ' '
  if (doc?.arguments === undefined) return ''
  const hint = remaining(doc.arguments, argv.slice(own))
  return hint === '' ? '' : lead + hint
}
