import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromText, fromUint8, toText, type Bytes } from '../acl/bytes'
import type { DecodeResult } from '../workspace/codec'
import type { WorkspaceState } from '../workspace/state'
import { onOneLine, printable } from './printable'
import { CannotRun } from './cannot-run'
import { readUpTo, TooLong } from './read-up-to'
import { isServerAddress } from './server/address'
import { withoutCredentials } from './server/credentials'

export { CannotRun } from './cannot-run'

/** The streams that commands read and write; passed in, so that tests can replace the terminal. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Resolves once the reader of standard output, such as a pipe, has room for more. Absent: it always has. */
  readonly drained?: () => Promise<void>
  /** Reads all of standard input. */
  readonly stdin: () => Uint8Array
  /** True where standard output is a terminal, which no control character may reach. Absent: it is not. */
  readonly isTerminal?: boolean
  /** True to colour text on standard output. */
  readonly color: boolean
  readonly errColor: boolean
  /** Asks for a password on the terminal, without echo; null where there is no terminal. Absent: never asks. */
  readonly password?: (question: string) => Promise<string | null>
  /** Asks a question on the terminal; null where there is no terminal. Absent: never asks. */
  readonly answer?: (question: string) => Promise<string | null>
  /** Resolves once the user ends a command that runs until then (Ctrl C). Absent: never. */
  readonly interrupted?: () => Promise<void>
}

/** The characters that are written at once. */
const PIECE = 65_536

/** Writes a text that is made in pieces, each once the reader has room for it, so that not all of it is in memory. */
export async function writePieces(
  pieces: Iterable<string>,
  { out, drained }: Pick<Io, 'out' | 'drained'>,
): Promise<void> {
  let waiting: string[] = []
  let length = 0
  for (const piece of pieces) {
    waiting.push(piece)
    length += piece.length
    if (length < PIECE) continue
    // Joined and not added up: a pipe that is read slowly would hold all pieces of a sum.
    out(waiting.join(''))
    waiting = []
    length = 0
    await drained?.()
  }
  if (length > 0) out(waiting.join(''))
}

/** Writes the content of a file, byte for byte; a terminal gets it escaped. */
export function writeContent(text: string, { out, isTerminal = false }: Pick<Io, 'out' | 'isTerminal'>): void {
  out(isTerminal ? printable(text) : text)
}

/** A file that was named on the command line. */
export interface Source {
  /** The name in messages and reports. */
  readonly name: string
  readonly bytes: Bytes
  /** The decoded text; offsets in it count UTF-16 units. */
  readonly text: string
  /** True for users that were read from another format: lines of `text` are not lines of the file. */
  readonly isConverted?: true
  /** The folder of included files; null for a link, whose author must not choose files to read here. */
  readonly folder: string | null
}

/** A command line argument: a file, or a whole workspace from a playground link or a saved file. */
export type Given =
  { readonly kind: 'file'; readonly source: Source } | { readonly kind: 'workspace'; readonly state: WorkspaceState }

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ELOOP: 'its symbolic links lead in a circle',
}

/** Returns the text of a link's workspace or of a running server as a file. */
export function sourceOf(name: string, text: string): Source {
  const bytes = fromText(text)
  return { name, bytes, text: toText(bytes), folder: null }
}

/**
 * Reads an argument: a path, `-` for standard input, a playground link, or a saved workspace. Throws CannotRun where it
 * cannot be read.
 */
export async function read(argument: string, io: Io, stdinName = 'stdin'): Promise<Given> {
  if (isServerAddress(argument))
    throw new CannotRun(`${onOneLine(withoutCredentials(argument))} is a server, and a file is needed here.`)
  if (/^(?:[a-z][a-z\d+.-]*:\/\/[^#]*)?#/i.test(argument)) return { kind: 'workspace', state: await readLink(argument) }
  if (/^https?:\/\//i.test(argument))
    throw new CannotRun(
      `${onOneLine(withoutCredentials(argument))} is a web address, and nothing is downloaded. Copy the whole playground link, including #v1.…, or name a file.`,
    )
  const isStdin = argument === '-'
  const bytes = readBytes(argument, io)
  const state = await readWorkspace(argument, bytes)
  return state === null
    ? {
        kind: 'file',
        source: {
          name: isStdin ? stdinName : argument,
          bytes,
          text: toText(bytes),
          folder: isStdin ? '.' : dirname(argument),
        },
      }
    : { kind: 'workspace', state }
}

function readBytes(argument: string, io: Io): Bytes {
  try {
    return fromUint8(argument === '-' ? io.stdin() : readUpTo(argument))
  } catch (reason) {
    const { code = '', message } = reason as NodeJS.ErrnoException
    const why =
      reason instanceof TooLong
        ? message
        : code === 'ENOENT' && isSymbolicLink(argument)
          ? 'it is a symbolic link to a file that is not there'
          : (reasons[code] ?? message)
    const hint =
      code === 'ENOENT' && isLikeAddress(argument) ? ' The address of a server is written redis://host:6379.' : ''
    throw new CannotRun(
      `${argument === '-' ? 'Standard input' : onOneLine(withoutCredentials(argument))} cannot be read: ${why}.${hint}`,
    )
  }
}

const isLikeAddress = (argument: string): boolean => /^(?:(?:redis|valkey)[\w+.-]*[:;]|\w+:.*@)/i.test(argument)

const isSymbolicLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true

async function readLink(link: string): Promise<WorkspaceState> {
  const fragment = link.slice(link.indexOf('#'))
  if (/^#v(?!1\.)\d+\./.test(fragment))
    throw new CannotRun('This link was made by a newer ACL Playground. Build the command line from that release.')
  return (
    stateOf(await (await import('../workspace/codec')).decodeLink(fragment)) ??
    fail(
      'This link holds no workspace: a playground link has #v1. in it. Share one from the page, or make one with: acl-playground link users.acl',
    )
  )
}

/**
 * Returns the workspace in a file that the page or `link --save` wrote; null for another file. No ACL file starts with
 * a brace.
 */
async function readWorkspace(name: string, bytes: Bytes): Promise<WorkspaceState | null> {
  if (!/^\s*\{/.test(bytes)) return null
  const decoded = (await import('../workspace/codec')).decodeFile(toText(bytes))
  if (decoded.kind === 'error')
    throw new CannotRun(`${name === '-' ? 'Standard input' : onOneLine(name)}: ${decoded.message}`)
  return stateOf(decoded)
}

function stateOf(decoded: DecodeResult): WorkspaceState | null {
  if (decoded.kind === 'error') throw new CannotRun(decoded.message)
  return decoded.kind === 'state' ? decoded.state : null
}

function fail(message: string): never {
  throw new CannotRun(message)
}

/** Throws CannotRun where more than one argument is standard input. */
export function onlyOneStdin(arguments_: readonly (string | undefined)[]): void {
  if (arguments_.filter((argument) => argument === '-').length > 1)
    throw new CannotRun("Standard input ('-') can be read only once: name the other as a file.")
}
