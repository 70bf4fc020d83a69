import { templateHoles } from './holes'
import { splitShell } from './shell'

/** A file that a script writes: the body of a heredoc, or the output of `echo` and `printf`. */
export interface WrittenFile {
  readonly path: string
  readonly text: string
}

const heredocStart = /<<(-?)\s*(["']?)([A-Za-z_]\w*)\2/
const target = /(?:>>?\|?|\btee\b(?:\s+-a)?)\s*["']?([^\s"'|&;<>]+)/
const writer = /^\s*(?:(?:RUN|sudo|-)\s+)*(?:echo|printf)\s/

/** Finds the files that a shell script (or a Dockerfile) writes with heredocs, `echo` and `printf`, in order. */
export function readWrittenFiles(text: string): WrittenFile[] {
  const lines = text.split(/\r?\n/)
  const files = new Map<string, string>()
  const write = (path: string, content: string, appends: boolean): void => {
    files.set(path, (appends ? (files.get(path) ?? '') : '') + content)
  }
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ''
    const start = heredocStart.exec(line)
    if (start !== null) {
      const [, dash, quote, mark] = start
      const body: string[] = []
      for (i++; i < lines.length; i++) {
        const inside = dash === '-' ? (lines[i] ?? '').replace(/^\t+/, '') : (lines[i] ?? '')
        if (inside.trim() === mark) break
        body.push(inside)
      }
      const rest = line.replace(heredocStart, ' ')
      const written = body.map((one) => `${one}\n`).join('')
      // A shell expands variables where the mark is not quoted.
      const content = quote === '' ? templateHoles(written.replace(/\$([A-Za-z_]\w*)/g, '${$1}')) : written
      write(target.exec(rest)?.[1] ?? '', content, />>|\btee\s+-a\b/.test(rest))
      continue
    }
    if (!writer.test(line)) continue
    const content = echoed(line)
    if (content !== null) write(content.path, content.text, content.appends)
  }
  return [...files].map(([path, content]) => ({ path, text: content }))
}

/** Parses a line of `echo` or `printf` that writes to a file; null for other lines. */
function echoed(line: string): { readonly path: string; readonly text: string; readonly appends: boolean } | null {
  const command = line.slice(line.search(/echo|printf/))
  const redirection = /\s(>>?)\s*["']?([^\s"'|&;<>]+)["']?\s*(?:;|&&|$)/.exec(command)
  const piped = /\|\s*(?:sudo\s+)?tee(\s+-a)?\s+["']?([^\s"'|&;<>]+)/.exec(command)
  const found = redirection ?? piped
  if (found === null) return null
  const words = splitShell(command.slice(0, found.index))
    .slice(1)
    .map((word) => word.text)
  while (/^-[neE]+$/.test(words[0] ?? '')) words.shift()
  return {
    path: found[2] ?? '',
    text: `${words.join(' ').replaceAll('\\n', '\n')}\n`,
    appends: found[1]?.trim() === '>>' || found[1]?.trim() === '-a',
  }
}
