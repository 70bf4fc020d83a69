import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromText, fromUint8, toText } from '../acl/bytes'
import type { Bytes } from '../acl/bytes'
import { decodeLink } from '../workspace/codec'
import type { WorkspaceState } from '../workspace/state'

/** Why a command could not be run at all: exit code 2. The message says what to do. */
export class CannotRun extends Error {}

/** Where commands read from and write to; handed in, so that tests can stand in for a terminal. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** All of standard input. */
  readonly stdin: () => Uint8Array
  /** Whether what is written for people is coloured, there and on standard error. */
  readonly color: boolean
  readonly errColor: boolean
}

/** A file as a command was given it. */
export interface Source {
  /** What messages and reports call it. */
  readonly name: string
  readonly bytes: Bytes
  /** The same as text: places in it count UTF-16 units. */
  readonly text: string
  /** Where files that it includes are looked for; null: nowhere, since whoever made a link must not choose what is read here. */
  readonly folder: string | null
}

/** What stands for a file on the command line: the file, or a whole workspace from a playground link. */
export type Given = { readonly kind: 'file'; readonly source: Source } | { readonly kind: 'link'; readonly state: WorkspaceState }

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file', EISDIR: 'it is a directory', EACCES: 'permission denied', EAGAIN: 'nothing comes from standard input',
}

/** A part of a link's workspace as a file. */
export function fileInLink(name: string, text: string): Source {
  const bytes = fromText(text)
  return { name, bytes, text: toText(bytes), folder: null }
}

/** Reads what an argument names: a path, `-` for standard input, or a playground link. Throws CannotRun where it cannot be read. */
export async function read(argument: string, io: Io, stdinName = 'stdin'): Promise<Given> {
  if (/^(?:[a-z][a-z\d+.-]*:\/\/[^#]*)?#/i.test(argument)) return { kind: 'link', state: await readLink(argument) }
  try {
    const bytes = fromUint8(argument === '-' ? io.stdin() : readFileSync(argument))
    const isStdin = argument === '-'
    return { kind: 'file', source: { name: isStdin ? stdinName : argument, bytes, text: toText(bytes), folder: isStdin ? '.' : dirname(argument) } }
  } catch (reason) {
    const code = (reason as NodeJS.ErrnoException).code ?? ''
    throw new CannotRun(`${argument === '-' ? 'Standard input' : argument} cannot be read: ${reasons[code] ?? (reason as Error).message}.`)
  }
}

async function readLink(link: string): Promise<WorkspaceState> {
  const decoded = await decodeLink(link.slice(link.indexOf('#')))
  switch (decoded.kind) {
    case 'state': return decoded.state
    case 'error': throw new CannotRun(decoded.message)
    default: throw new CannotRun('This link holds no workspace: a playground link has #v1. in it. Share one from the page, or make one with: acl-playground link users.acl')
  }
}

/** Refuses a command line that asks for standard input more than once. */
export function onlyOneStdin(arguments_: readonly (string | undefined)[]): void {
  if (arguments_.filter((argument) => argument === '-').length > 1) throw new CannotRun("Standard input ('-') can be read only once: name the other as a file.")
}
