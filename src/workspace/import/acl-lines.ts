import { AclLines, aclWords, trimRule } from '../../acl/aclfile'
import { type Bytes, fromText, toText } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'
import { splitWords } from '../../acl/split'
import { type ReadReply, readRendered } from '../../resp/read-rendered'
import type { ImportCollector } from './collect'
import { readListed as parseListed } from './listed-user'

/** Parses users.acl files and the output of ACL LIST: numbered and quoted on a terminal, plain lines elsewhere. */
export function readAclFile(text: string, into: ImportCollector): void {
  const listed = readRendered(text).flat()
  if (listed.some(isLine)) {
    for (const line of listed) readListed(line, into)
    const plain = text.split('\n').filter(isLine).length
    if (plain > 0)
      into.note(
        'lost',
        null,
        `${plain} line${plain === 1 ? '' : 's'} beside the numbered list ${plain === 1 ? 'was' : 'were'} left out.`,
      )
    return
  }
  const content = fromText(text.replace(/^\ufeff/, ''))
  if (text.startsWith('\ufeff'))
    into.note('changed', null, 'The file starts with a byte order mark, which servers refuse. It was left out.')
  let comments = 0
  const lines = new AclLines(content)
  while (lines.next()) {
    const { number, from, to } = lines
    const line = content.slice(from, to)
    if (line === '') continue
    if (line[0] === '#') comments++
    else if (/^(?:user|role) /.test(line)) readLine(line, into, number)
    // Skip the prompt and command around a listing copied from a terminal.
    else if (!/^[^\s>]*> *acl\s+list\s*$|^(?:redis|valkey)-cli\b|^OK$/i.test(line))
      into.note('lost', null, `Line ${number} does not start with user or role: ${toText(line).slice(0, 60)}`)
  }
  if (comments > 0)
    into.note(
      'changed',
      null,
      `${comments} comment line${comments === 1 ? ' was' : 's were'} left out. Most servers refuse comments in users.acl.`,
    )
}

const isLine = (item: ReadReply): item is Bytes => typeof item === 'string' && /^(?:user|role) /.test(item)

/** Adds an item of ACL LIST. */
function readListed(item: ReadReply, into: ImportCollector): void {
  const one = typeof item === 'string' ? parseListed(item) : null
  if (one?.of === 'user') into.user(one.name, one.rules)
  else if (one?.of === 'role') into.role(one.name, one.rules)
  else
    into.note('lost', null, `An item of the list is not the line of a user or role, and was left out: ${shown(item)}`)
}

const shown = (item: ReadReply): string => (typeof item === 'string' ? toText(item).slice(0, 60) : 'a nested list')

function readLine(line: Bytes, into: ImportCollector, number: number): void {
  const [of, name, ...rest] = aclWords(line, 0, line.length).map((word) => word.text)
  const merged = mergeSelectors(rest)
  if (name === undefined || name === '' || typeof merged === 'number') {
    into.note(
      'lost',
      of === 'user' ? (name ?? null) : null,
      `Line ${number} ${name ? 'has a parenthesis that is not closed' : `names no ${of}`}. It was left out.`,
    )
    return
  }
  const rules = merged.map((rule) => {
    const text = trimRule(rule.text)
    if (isSelectorWithQuotes(text)) noteUnbalanced(text, name, into)
    return text
  })
  if (of === 'role') into.role(name, rules)
  else into.user(name, rules)
}

const isSelectorWithQuotes = (rule: Bytes): boolean => /^\(.*["'].*\)$/s.test(rule)

/** Notes a selector whose quotes are unbalanced: a server that loads it from a file reads it as empty. */
function noteUnbalanced(rule: Bytes, name: Bytes, into: ImportCollector): void {
  if (splitWords(rule.slice(1, -1)) === null)
    into.note(
      'lost',
      name,
      `A server that loads this file reads the selector ${toText(rule)} as empty, because of its quote. Put the pattern in double quotes.`,
    )
}
