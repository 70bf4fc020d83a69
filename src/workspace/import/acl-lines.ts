import { AclLines, aclWords, trimRule } from '../../acl/aclfile'
import { type Bytes, fromText, toText } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'
import { splitWords } from '../../acl/split'
import { type ReadReply, readRendered } from '../../resp/read-rendered'
import type { ImportCollector } from './collect'
import { readListed } from './listed-user'

/** Parses users.acl files and the output of ACL LIST: numbered and quoted on a terminal, plain lines elsewhere. */
export function readAclFile(text: string, into: ImportCollector): void {
  const listed = readRendered(text).flat()
  if (listed.some(isUserLine)) {
    for (const line of listed) readListed(line, into)
    const plain = text.split('\n').filter(isUserLine).length
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
    else if (line.startsWith('user ')) readUserLine(line, into, number)
    // Skip the prompt and command around a listing copied from a terminal.
    else if (!/^[^\s>]*> *acl\s+list\s*$|^(?:redis|valkey)-cli\b|^OK$/i.test(line))
      into.note('lost', null, `Line ${number} does not start with user: ${toText(line).slice(0, 60)}`)
  }
  if (comments > 0)
    into.note(
      'changed',
      null,
      `${comments} comment line${comments === 1 ? ' was' : 's were'} left out. Most servers refuse comments in users.acl.`,
    )
}

const isUserLine = (item: ReadReply): item is Bytes => typeof item === 'string' && item.startsWith('user ')

/** Adds an item of ACL LIST. */
function readListed(item: ReadReply, into: ImportCollector): void {
  const user = typeof item === 'string' ? readListed(item) : null
  if (user !== null) into.user(user.name, user.rules)
  else into.note('lost', null, `An item of the list is not the line of a user, and was left out: ${shown(item)}`)
}

const shown = (item: ReadReply): string => (typeof item === 'string' ? toText(item).slice(0, 60) : 'a nested list')

function readUserLine(line: Bytes, into: ImportCollector, number: number): void {
  const [, name, ...rest] = aclWords(line, 0, line.length).map((word) => word.text)
  const merged = mergeSelectors(rest)
  if (name === undefined || name === '' || typeof merged === 'number') {
    into.note(
      'lost',
      name ?? null,
      `Line ${number} ${name ? 'has a parenthesis that is not closed' : 'names no user'}. It was left out.`,
    )
    return
  }
  into.user(
    name,
    merged.map((rule) => {
      const text = trimRule(rule.text)
      if (isSelectorWithQuotes(text)) noteUnbalanced(text, name, into)
      return text
    }),
  )
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
