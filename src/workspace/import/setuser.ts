import { type Bytes, fromText, lower, toText } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'
import { splitWords } from '../../acl/split'
import type { ImportCollector } from './collect'
import { splitShell } from './shell'

const prompt = /^\s*(?:(?:[\w.-]+:\d+(?:\[\d+\])?(?:\([^)]*\))?|not connected)>|[$#%>])\s+/
const client = /(?:^|[\s/"'])(?:redis|valkey|keydb)-cli\b/

/** Returns true for a line that contains ACL SETUSER or ACL DELUSER, or the same for roles. */
export function hasSetUser(line: string): boolean {
  return /\bacl["']?\s+["']?(?:set|del)(?:user|role)\b/i.test(line)
}

/**
 * Parses ACL SETUSER, ACL DELUSER, ACL SETROLE and ACL DELROLE commands: typed into redis-cli, with or without its prompt, or run by a shell
 * (once, or over a cluster). Rules add to those of earlier lines for the same user, as on a server. Skips other lines.
 */
export function readSetUser(text: string, into: ImportCollector): void {
  for (const line of joinContinued(text.replace(/^\ufeff/, '').split(/\r?\n/))) {
    if (!hasSetUser(line)) continue
    const bare = line.replace(prompt, '')
    const argv = /^\s*["']?acl["']?\s/i.test(bare) ? typed(bare, into) : shell(bare, into)
    if (argv !== null) run(argv, into)
  }
}

/** Joins lines that end in a backslash with the next line. */
function joinContinued(lines: readonly string[]): string[] {
  const out: string[] = []
  let open = ''
  for (const line of lines) {
    if (line.endsWith('\\') && !line.endsWith('\\\\')) open += `${line.slice(0, -1)} `
    else {
      out.push(open + line)
      open = ''
    }
  }
  if (open !== '') out.push(open)
  return out
}

/** Parses a line typed into redis-cli. */
function typed(line: string, into: ImportCollector): Bytes[] | null {
  const words = splitWords(fromText(line))
  if (words === null)
    into.note('lost', null, `A quote is not closed, so redis-cli does not send this line: ${clip(line)}`)
  return words?.map(({ text }) => text) ?? null
}

/** Parses a shell command that runs redis-cli, and returns its words from `acl` on. */
function shell(line: string, into: ImportCollector): Bytes[] | null {
  if (!client.test(line) && !/^\s*(?:docker|kubectl|podman|exec|sudo)\b/.test(line)) return null
  const words = splitShell(line)
  const at = words.findIndex(
    ({ text }, i) => lower(text) === 'acl' && /^(?:set|del)(?:user|role)$/i.test(words[i + 1]?.text ?? ''),
  )
  if (at < 0) return null
  const name = words[at + 2]?.text ?? ''
  const argv: Bytes[] = []
  for (const [i, { text, expansion, operator }] of words.slice(at).entries()) {
    if (expansion !== null) {
      if (i <= 2) {
        into.note('lost', null, `The shell fills in ${expansion}, so it is not known whom this line is about.`)
        return null
      }
      const why = `was left out: the shell fills in ${expansion}, whose value is not in this text.`
      if (/^[><#!]/.test(text)) into.missesPassword(fromText(name), `A password ${why}`)
      else into.note('lost', fromText(name), `A rule ${why}`)
      continue
    }
    if (operator !== null)
      into.note(
        'changed',
        fromText(name),
        `A shell takes ${operator} for itself where it is not quoted. This was read as if the rule stood in quotes.`,
      )
    argv.push(fromText(text))
  }
  return argv
}

function run(argv: readonly Bytes[], into: ImportCollector): void {
  const [, command = '', name, ...rest] = argv
  const isOfRole = /role$/i.test(command)
  if (/^del/i.test(command)) {
    for (const one of name === undefined ? [] : [name, ...rest]) {
      if (isOfRole) into.removeRole(one)
      else into.remove(one)
    }
    return
  }
  if (name === undefined) return
  const merged = mergeSelectors(rest)
  if (typeof merged === 'number')
    into.note(
      'lost',
      isOfRole ? null : name,
      'A parenthesis is not closed, so a server refuses this line and none of it was read.',
    )
  else {
    const rules = merged.map((rule) => rule.text)
    if (isOfRole) into.changeRole(name, rules)
    else into.change(name, rules)
  }
}

const clip = (text: string): string => toText(fromText(text.length > 60 ? `${text.slice(0, 59)}…` : text))
