import { fromText, toText } from '../../acl/bytes'
import { quoteWord } from '../../analysis/user-line'
import type { ImportCollector } from './collect'
import { readConf } from './conf'
import { readWrittenFiles } from './script'
import { splitShell } from './shell'

/**
 * Parses the command line of a container (`command`, `args` or `entrypoint`), as a list of words or a single text, with
 * or without `sh -c`. Returns true where it found anything.
 */
export function readProcess(
  words: readonly string[],
  into: ImportCollector,
  readFile: (text: string) => boolean,
): boolean {
  const shell = words.findIndex((word, i) => word === '-c' && /(?:^|\/)(?:ba|da|a)?sh$/.test(words[i - 1] ?? ''))
  if (shell >= 0) return readScript(words[shell + 1] ?? '', into, readFile)
  const [only] = words
  if (words.length === 1 && only !== undefined) {
    const split = splitShell(only).map(({ text }) => text)
    return split.length > 1 && readProcess(split, into, readFile)
  }
  return readOptions(words, into)
}

/** Parses the files that a script writes, and the options of the server that it starts. */
export function readScript(script: string, into: ImportCollector, readFile: (text: string) => boolean): boolean {
  const text = script.replaceAll('$$', '$')
  const files = readWrittenFiles(oneCommandALine(text)).filter((file) => readFile(file.text))
  const start = /(?:redis|valkey|keydb)-server\b[^\n;&|]*(?:\\\n[^\n;&|]*)*/.exec(text)?.[0].replaceAll('\\\n', ' ')
  const isStarted =
    start !== undefined &&
    readOptions(
      splitShell(start).map((word) => word.text),
      into,
    )
  return files.length > 0 || isStarted
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
function readOptions(words: readonly string[], into: ImportCollector): boolean {
  const server = words.findIndex((word) => /(?:^|\/)(?:redis|valkey|keydb)-server$/.test(word))
  const options: string[][] = []
  for (const word of words.slice(server + 1)) {
    const name = /^--([a-z][a-z-]*)$/.exec(word)?.[1]
    if (name !== undefined) options.push([name])
    else options.at(-1)?.push(word)
  }
  const telling = options.filter(([name, value]) => value !== undefined && (server >= 0 || name === 'user'))
  if (!telling.some(([name]) => name === 'user' || name === 'requirepass')) return false
  readConf(telling.map((line) => line.map((word) => toText(quoteWord(fromText(word)))).join(' ')).join('\n'), into)
  return true
}
