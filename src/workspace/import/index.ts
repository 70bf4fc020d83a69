import { type ImportBehaviours, ImportCollector } from './collect'
import { readAccessString } from './access-string'
import { readAclFile } from './acl-lines'
import { readConf, readConfigGet } from './conf'
import { detectFormat } from './detect'
import { readGetUser } from './getuser'
import { readHcl } from './hcl'
import { resolveHcl } from './hcl-references'
import { readScript } from './process'
import { readProgramText } from './program'
import { readUnit } from './systemd'
import { fillHoles, readFile, readTree } from './tree'
import { type ImportFormat, type ImportResult, importFormats, importLimits } from './types'

export { detectFormat } from './detect'
export { importFormats } from './types'
export type { ImportFormat, ImportResult } from './types'

export type ImportOutcome =
  | { readonly ok: true; readonly result: ImportResult }
  /** Nothing could be imported; the message says why, and what to do. */
  | { readonly ok: false; readonly message: string }

export interface ImportOptions {
  /** The format; absent: detected. */
  readonly format?: ImportFormat
  /** The behaviours of the target. */
  readonly behaviours: ImportBehaviours
}

/**
 * Imports users from a text of any format. Passwords are preserved: in clear, or as their hash. Notes list what could
 * not be converted. Never throws, whatever the text; rejects only where the YAML chunk cannot be loaded.
 */
export async function importText(text: string, options: ImportOptions): Promise<ImportOutcome> {
  if (text.length > importLimits.length)
    return failed(`This is too long: at most ${importLimits.length / 1_000_000} million characters are read.`)
  const format = options.format ?? detectFormat(text)?.format
  if (format === undefined)
    return failed(
      'This looks like nothing that can be read here. Choose what it is, or paste users.acl, redis.conf, or what ACL LIST prints.',
    )
  const into = new ImportCollector(options.behaviours)
  const problem = await read(format, text, into)
  if (into.isEmpty)
    return failed(
      problem ??
        into.firstLoss ??
        `There are no users in this, read as ${importFormats.find(({ id }) => id === format)?.label ?? format}. Choose what it is.`,
    )
  if (problem !== null) into.note('lost', null, problem)
  return { ok: true, result: into.finish(format) }
}

const failed = (message: string): ImportOutcome => ({ ok: false, message })

/** Parses a text into the collector. Returns an error about the text as a whole, or null. */
async function read(format: ImportFormat, text: string, into: ImportCollector): Promise<string | null> {
  switch (format) {
    case 'acl-file':
      readAclFile(text, into)
      return null
    case 'redis-conf':
      readConf(text, into)
      return null
    case 'config-get':
      readConfigGet(text, into)
      return null
    case 'access-string':
      readAccessString(text, into)
      return null
    case 'acl-getuser':
      readGetUser(text, into)
      return null
    case 'client-calls':
      return readWholeProgram(text, into)
    case 'bicep':
    case 'nix':
      return readWholeProgram(text, into, format)
    case 'acl-setuser':
    case 'script':
      readScript(text, into, (file) => readFile(file, into))
      return null
    case 'systemd':
      readUnit(text, into, (file) => readFile(file, into))
      return null
    case 'terraform':
      for (const values of resolveHcl(readHcl(text))) readTree(values, into)
      return null
    case 'aiven':
    case 'json':
      return readJson(text, into)
    case 'yaml': {
      const { readYaml } = await import('./yaml')
      const { values, problem } = readYaml(text)
      for (const value of values) readTree(fillHoles(value), into)
      return problem
    }
  }
}

/** Reads a program. What is nested deeper than the stack reaches is said not to be read. */
function readWholeProgram(...args: Parameters<typeof readProgramText>): string | null {
  try {
    return readProgramText(...args)
  } catch (error) {
    if (error instanceof RangeError)
      return 'This program is nested too deeply to be read: give the part that holds the users.'
    throw error
  }
}

function readJson(text: string, into: ImportCollector): string | null {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return 'The JSON is not complete or not valid.'
  }
  readTree(fillHoles(value), into)
  return null
}
