import { AclLines, aclWords, trimRule } from '../../acl/aclfile'
import { type Bytes, fromText, toText } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'
import { splitWords } from '../../acl/split'
import { readRendered } from '../../resp/read-rendered'
import { selectorText } from '../../analysis/user-line'
import type { ImportCollector } from './collect'

/** Parses users.acl files and the output of ACL LIST: numbered and quoted on a terminal, plain lines elsewhere. */
export function readAclFile(text: string, into: ImportCollector): void {
  const listed = readRendered(text)
    .flat()
    .filter((item): item is Bytes => typeof item === 'string' && item.startsWith('user '))
  if (listed.length > 0) {
    for (const line of listed) readUserLine(line, into, undefined, true)
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
    else if (line.startsWith('user ')) readUserLine(line, into, number)
    // Skip the prompt and command around a listing copied from a terminal.
    else if (!/^[^\s>]*> *acl\s+list\s*$|^(?:redis|valkey)-cli\b|^OK$/i.test(line))
      into.note('lost', null, `Line ${number} does not start with user: ${toText(line).slice(0, 60)}`)
  }
  if (comments > 0)
    into.note(
      'lost',
      null,
      `${comments} comment line${comments === 1 ? ' was' : 's were'} left out. Most servers refuse comments in users.acl.`,
    )
}

/** @param isListed true for ACL LIST, which prints the memory: quotes in its selectors are ordinary characters */
function readUserLine(line: Bytes, into: ImportCollector, number?: number, isListed = false): void {
  const [, name, ...rest] = aclWords(line, 0, line.length).map((word) => word.text)
  const merged = mergeSelectors(rest)
  if (name === undefined || name === '' || typeof merged === 'number') {
    into.note(
      'lost',
      name ?? null,
      `${number === undefined ? 'A line' : `Line ${number}`} ${name ? 'has a parenthesis that is not closed' : 'names no user'}. It was left out.`,
    )
    return
  }
  into.user(
    name,
    merged.map((rule) => {
      const text = trimRule(rule.text)
      return isSelectorWithQuotes(text) ? readSelector(text, name, into, isListed) : text
    }),
  )
}

const isSelectorWithQuotes = (rule: Bytes): boolean => /^\(.*["'].*\)$/s.test(rule)

/**
 * Converts a selector as a server loads it from a file: quotes are resolved, and a selector with unbalanced quotes is
 * empty.
 */
function readSelector(rule: Bytes, name: Bytes, into: ImportCollector, isListed: boolean): Bytes {
  if (isListed)
    return selectorText(
      rule
        .slice(1, -1)
        .split(' ')
        .filter((word) => word !== ''),
    )
  if (splitWords(rule.slice(1, -1)) === null)
    into.note(
      'lost',
      name,
      `A server that loads this file reads the selector ${toText(rule)} as empty, because of its quote. Put the pattern in double quotes.`,
    )
  return rule
}
