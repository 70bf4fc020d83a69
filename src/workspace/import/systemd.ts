import type { ImportCollector } from './collect'
import { hole } from './holes'
import { type FileReader, readProcess } from './process'

/** Returns true for a text that is a unit of systemd which starts something. */
export function isUnit(text: string): boolean {
  return /^\[(?:Service|Unit|Install)\]\s*$/m.test(text) && /^Exec(?:Start|StartPre|StartPost|Reload)=/m.test(text)
}

/** Reads the command lines of a systemd unit. */
export function readUnit(text: string, into: ImportCollector, readFile: FileReader): void {
  const lines = text.split(/\r?\n/)
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i] ?? ''
    while (line.endsWith('\\') && i + 1 < lines.length) line = `${line.slice(0, -1)} ${lines[++i] ?? ''}`
    const command = /^Exec\w+=[@:+!-]*(.*)$/.exec(line)?.[1]
    if (command !== undefined) readProcess(wordsOfUnit(command), into, readFile)
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', s: ' ' }

/**
 * Splits a command line as systemd does: with quotes around whole words, backslash escapes, and `%%` and `$$` for the signs
 * themselves. Variables and specifiers become holes.
 */
function wordsOfUnit(command: string): string[] {
  return [...command.matchAll(/"((?:[^"\\]|\\.)*)"(?=\s|$)|'((?:[^'\\]|\\.)*)'(?=\s|$)|(\S+)/g)].map(
    ([, double, single, bare]) =>
      (double ?? single ?? bare ?? '').replace(
        /\\(.)|%%|%([A-Za-z])|\$\$|\$\{[^}]{1,100}\}|\$[A-Za-z_]\w{0,99}/g,
        (all, escaped: string | undefined) =>
          escaped !== undefined
            ? (escapes[escaped] ?? escaped)
            : all === '%%' || all === '$$'
              ? (all[0] ?? '')
              : hole(all),
      ),
  )
}
