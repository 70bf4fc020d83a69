import { fromText, toText } from '../../acl/bytes'
import { quoteWord } from '../../analysis/user-line'
import { readAws } from './aws'
import type { ImportCollector } from './collect'
import { readConf } from './conf'
import { templateHoles } from './holes'
import { readWrittenFiles } from './script'
import { hasSetUser, indexOfSetUser, readSetUserWords, readTyped, shortened } from './setuser'
import { type ShellWord, logicalLines, shellCommands, splitShell } from './shell'

const MAX_DEPTH = 5
const prompt = /^\s*(?:(?:[\w.-]+:\d+(?:\[\d+\])?(?:\([^)]*\))?|not connected)>|[$#%>])\s+/
/** Matches a program that sends commands to a server. */
export const client = /(?:^|[\s/"'])(?:redis|valkey|keydb)-cli\b/
const server = /(?:^|\/)(?:redis|valkey|keydb)-server$/
const image = /(?:^|\/)(?:redis|valkey|keydb|redis-stack|redis-stack-server)(?:[:@][\w.:@-]+)?$/

/** Reads a text as a file of users; returns false where it is none. */
export type FileReader = (text: string) => boolean

/**
 * Reads a shell script, a Dockerfile or lines typed into redis-cli: the files that it writes, ACL SETUSER and the like,
 * `aws elasticache create-user`, and servers that it starts with users among their options.
 */
export function readScript(script: string, into: ImportCollector, readFile: FileReader, depth = 0): boolean {
  const text = script.replace(/^\ufeff/, '')
  let found = readWrittenFiles(oneCommandALine(text)).filter((file) => readFile(file.text)).length > 0
  for (const { line, isExpanded } of logicalLines(text)) {
    const bare = line.replace(prompt, '')
    if (/^\s*["']?acl["']?\s/i.test(bare)) {
      if (!hasSetUser(bare)) continue
      readTyped(isExpanded ? templateHoles(bare.replace(/\$(\w+)/g, '${$1}')) : bare, into)
      found = true
    } else if (readLine(bare, into, readFile, depth)) found = true
    else if (hasSetUser(bare) && !/^\s*#/.test(line)) into.note('lost', null, `This was not read: ${shortened(bare)}`)
  }
  return found
}

const isTold = /\b(?:acl|create-user|modify-user|update-user)\b|-server\b|--(?:user|requirepass)\b|REDIS_ARGS/i

/** Reads a line of a script. Returns true where it found anything, which may be no more than a note. */
function readLine(line: string, into: ImportCollector, readFile: FileReader, depth: number): boolean {
  if (!isTold.test(line)) return false
  const sends = client.test(line) || /^\s*(?:docker|kubectl|podman|exec|sudo|RUN|CMD)\b/.test(line)
  return shellCommands(line.replace(/^\s*(?:RUN|CMD|ENTRYPOINT)\s+(?=[^[\s])/, ''))
    .map((words) => readCommand(words, into, readFile, sends, depth))
    .includes(true)
}

function readCommand(
  words: readonly ShellWord[],
  into: ImportCollector,
  readFile: FileReader,
  sends: boolean,
  depth: number,
): boolean {
  const texts = words.map(({ text }) => text)
  const at = indexOfSetUser(texts)
  if (at >= 0 && !sends) return false
  if (at >= 0) {
    for (const { operator } of words.slice(at))
      if (operator !== null)
        into.note(
          'changed',
          fromText(texts[at + 2] ?? ''),
          `A shell takes ${operator} for itself where it is not quoted. This was read as if the rule stood in quotes.`,
        )
    readSetUserWords(texts.slice(at).map(fromText), into)
    return true
  }
  const typed = sends ? texts.filter((text) => /^\s*acl\s/i.test(text) && hasSetUser(text)) : []
  for (const text of typed) for (const line of text.split(/\n|\\n/)) if (hasSetUser(line)) readTyped(line, into)
  return typed.length > 0 || readProcess(texts, into, readFile, depth)
}

/**
 * Reads the command line of a container or a service, as a list of words or a single text, with or without `sh -c`.
 * Returns true where it found anything.
 */
export function readProcess(words: readonly string[], into: ImportCollector, readFile: FileReader, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false
  const shell = words.findIndex((word, i) => /^-\w*c$/.test(word) && /(?:^|\/)(?:ba|da|a)?sh$/.test(words[i - 1] ?? ''))
  if (shell >= 0) return readScript(words[shell + 1] ?? '', into, readFile, depth + 1)
  const [only] = words
  if (words.length === 1 && only !== undefined) {
    const split = splitShell(only).map(({ text }) => text)
    return split.length > 1 && readProcess(split, into, readFile, depth + 1)
  }
  const at = indexOfSetUser(words)
  if (at >= 0) {
    readSetUserWords(words.slice(at).map(fromText), into)
    return true
  }
  const args = words.find((word) => word.startsWith('REDIS_ARGS='))
  if (args !== undefined)
    readOptions(
      splitShell(args.slice(args.indexOf('=') + 1)).map(({ text }) => text),
      into,
      true,
    )
  return readAws(words, into) || readStart(words, into) || args !== undefined
}

/** Reads the options of a server in a command line. */
function readStart(words: readonly string[], into: ImportCollector): boolean {
  const started = words.findIndex((word) => server.test(word))
  if (started >= 0) return readOptions(words.slice(started + 1), into, true)
  const run = words.findIndex((word, i) => word === 'run' && /^(?:docker|podman|nerdctl)$/.test(words[i - 1] ?? ''))
  if (run < 0) return readOptions(words, into, false)
  // The value of an option before the image, such as --name redis, is not the image.
  const named = words.findIndex(
    (word, i) =>
      i > run &&
      image.test(word) &&
      !/^(?:--?[a-z][a-z-]*)$/.test(
        (words[i - 1] ?? '').replace(/^-[dit]+$|^--(?:rm|init|detach|tty|interactive|privileged|read-only)$/, ''),
      ),
  )
  return named >= 0 && readOptions(words.slice(named + 1), into, true)
}

/** Breaks the lines of a script at `&&` and `;`, in time that is linear in its blanks. */
function oneCommandALine(text: string): string {
  const commands = text.split(/&&|;/)
  const last = commands.length - 1
  return commands
    .map((command, i) => (i === 0 ? command : command.trimStart()))
    .map((command, i) => (i === last ? command : command.trimEnd()))
    .join('\n')
}

/** Converts options such as `--user app on >pw --requirepass x` to lines of redis.conf. */
function readOptions(words: readonly string[], into: ImportCollector, isServer: boolean): boolean {
  const options: string[][] = []
  for (const word of words) {
    const name = /^--([a-z][a-z-]*)$/.exec(word)?.[1]
    if (name !== undefined) options.push([name])
    else options.at(-1)?.push(word)
  }
  const telling = options.filter(([name, value]) => value !== undefined && (isServer || name === 'user'))
  if (!telling.some(([name]) => name === 'user' || name === 'requirepass')) return false
  readConf(
    telling.map((line) => line.map((word) => toText(quoteWord(fromText(word)))).join(' ')).join('\n'),
    into,
    false,
  )
  return true
}
