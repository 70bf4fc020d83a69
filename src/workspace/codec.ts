import { withCommas } from '../analysis/numbers'
import { hideSecrets } from './secrets'
import { readState } from './read-state'
import type { WorkspaceState } from './state'

import { type EmbedOptions, embedQuery, usualHeight } from './embed'

/** The maximum length of a link's fragment, in characters. Browsers support more; mail and chat programs less. */
const maxLinkLength = 1_000_000
/**
 * The maximum lengths of the texts in a link, in characters: a page that opens more of them unasked would not answer for
 * seconds.
 */
const maxTexts = { acl: 2_000_000, conf: 500_000, expect: 500_000, solution: 2_000_000, commands: 2_000_000 } as const
const textNames: Readonly<Record<keyof typeof maxTexts, string>> = {
  acl: 'users.acl',
  conf: 'redis.conf',
  expect: 'users.expect',
  solution: 'solution',
  commands: 'list of commands',
}
/** The maximum size of a decompressed link, in bytes: a small link must not fill the memory. */
const maxUnfolded = 20_000_000

const prefix = '#v1.'

/** The length that all programs support: some mail and chat programs, and proxies, cut longer links. */
export const shortLink = 2_000

export type EncodeResult =
  | { readonly ok: true; /** From `#` on. */ readonly fragment: string }
  | { readonly ok: false; readonly message: string }

export type DecodeResult =
  /** The fragment is not a playground link. */
  | { readonly kind: 'none' }
  /** `#new`: start with a blank workspace. */
  | { readonly kind: 'new' }
  | { readonly kind: 'state'; readonly state: WorkspaceState }
  /** An error message for the person who opened the link, with what to do. */
  | { readonly kind: 'error'; readonly message: string }

/**
 * Pipes bytes through a transform stream. Returns at most `max` bytes; null where there would be more. Rejects as the
 * stream does.
 */
async function pump(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
  max: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const writer = through.writable.getWriter()
  // The reading side, which is awaited, reports a failing write too.
  const writing = writer
    .write(bytes)
    .then(() => writer.close())
    .catch(() => undefined)
  const reader = through.readable.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > max) {
      await reader.cancel().catch(() => undefined)
      return null
    }
    chunks.push(value)
  }
  await writing
  const out = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}

/** Returns what is too long for a link; null where nothing is. */
function tooLong({ files, exercise, entries }: WorkspaceState): string | null {
  const lengths: Readonly<Record<keyof typeof maxTexts, number>> = {
    acl: files.acl.length,
    conf: files.conf.length,
    expect: files.expect?.length ?? 0,
    solution: exercise?.solution?.length ?? 0,
    commands: entries.reduce((sum, { line }) => sum + line.length, 0),
  }
  const name = (Object.keys(maxTexts) as (keyof typeof maxTexts)[]).find((one) => lengths[one] > maxTexts[one])
  return name === undefined
    ? null
    : `The ${textNames[name]} of a link may have ${withCommas(maxTexts[name])} characters; this one has ${withCommas(lengths[name])}.`
}

/**
 * Encodes a workspace as the fragment of a link: `#v1.` and JSON, deflated, in base64url. Passwords are hashed or
 * removed first (see hideSecrets) unless `keepPasswords` is set.
 */
export async function encodeLink(
  state: WorkspaceState,
  options: { readonly keepPasswords?: boolean } = {},
): Promise<EncodeResult> {
  const shared = options.keepPasswords === true ? state : hideSecrets(state)
  const problem = tooLong(shared)
  if (problem !== null) return { ok: false, message: `${problem} Download the workspace as a file.` }
  const json = new TextEncoder().encode(JSON.stringify(shared))
  const packed =
    json.length > maxUnfolded ? null : await pump(json, new CompressionStream('deflate-raw'), maxLinkLength)
  const fragment = packed && prefix + toBase64Url(packed)
  return fragment === null || fragment.length > maxLinkLength
    ? { ok: false, message: 'This workspace is too large for a link. Download it as a file.' }
    : { ok: true, fragment }
}

/**
 * Builds the link to a page with a fragment, with a warning where it is too long for some programs.
 * @param page the page's address; its query and fragment are dropped
 * @param options `embed`: link to the form for other pages, with its options where they are not the usual ones
 */
export function linkTo(
  page: string,
  fragment: string,
  options: { readonly embed?: boolean | EmbedOptions } = {},
): { readonly url: string; readonly warning: string | null } {
  const { embed = false } = options
  const query = embed === false ? '' : embed === true ? '?embed' : embedQuery(embed)
  const url = `${page.replace(/[?#][^]*$/, '')}${query}${fragment}`
  const warning =
    url.length <= shortLink
      ? null
      : `This link has ${withCommas(url.length)} characters. Beyond ${withCommas(shortLink)}, some mail and chat programs cut links off: a file is safer.`
  return { url, warning }
}

/**
 * Returns the HTML that embeds a playground in another page.
 * @param height the height of its frame in pixels
 */
export function embedCode(url: string, height = usualHeight): string {
  const escaped = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return `<iframe src="${escaped}" title="ACL Playground" width="100%" height="${height}" loading="lazy"></iframe>`
}

/** The file name of a downloaded workspace. */
export const workspaceFileName = 'acl-playground.json'
const fileKind = 'acl-playground'
const fileVersion = 1

/** Encodes a workspace as a file, with passwords hashed or removed as in a link. */
export function encodeFile(state: WorkspaceState, options: { readonly keepPasswords?: boolean } = {}): string {
  return `${JSON.stringify({ kind: fileKind, version: fileVersion, ...(options.keepPasswords === true ? state : hideSecrets(state)) }, null, 2)}\n`
}

/**
 * Decodes a downloaded workspace, as hostile as a link. Never throws; `none` means that the text is another kind of
 * file.
 */
export function decodeFile(text: string): DecodeResult {
  if (text.length > maxUnfolded)
    return { kind: 'error', message: 'This file is larger than a workspace can be, so it was not opened.' }
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return text.includes(`"${fileKind}"`)
      ? { kind: 'error', message: 'This file is cut off or damaged. Download it again.' }
      : { kind: 'none' }
  }
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== fileKind)
    return { kind: 'none' }
  if ('version' in value && value.version !== fileVersion)
    return { kind: 'error', message: 'This file was made by a newer ACL Playground. Reload the page to get it.' }
  const state = readState(value)
  return state ? { kind: 'state', state } : { kind: 'error', message: 'This file does not contain a valid workspace.' }
}

const broken = 'This link is cut off or damaged. Ask for it again, and copy all of it.'

/**
 * Decodes the fragment of an address. Links are hostile input: length, decompressed size and shape are validated, and
 * nothing in them runs. Never throws.
 * @param fragment with or without its `#`
 */
export async function decodeLink(fragment: string): Promise<DecodeResult> {
  const text = fragment.startsWith('#') ? fragment : `#${fragment}`
  if (text === '#') return { kind: 'none' }
  if (text === '#new') return { kind: 'new' }
  if (!text.startsWith(prefix)) {
    return /^#v\d+\./.test(text)
      ? { kind: 'error', message: 'This link was made by a newer ACL Playground. Reload the page to get it.' }
      : { kind: 'none' }
  }
  if (text.length > maxLinkLength)
    return { kind: 'error', message: 'This link is longer than any that ACL Playground makes, so it was not opened.' }
  try {
    const packed = fromBase64Url(text.slice(prefix.length))
    if (!packed) return { kind: 'error', message: broken }
    const json = await pump(packed, new DecompressionStream('deflate-raw'), maxUnfolded)
    if (!json)
      return { kind: 'error', message: 'This link expands to more than a workspace can hold, so it was not opened.' }
    const state = readState(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)))
    if (state === null) return { kind: 'error', message: 'This link does not contain a valid workspace.' }
    const problem = tooLong(state)
    return problem === null
      ? { kind: 'state', state }
      : { kind: 'error', message: `${problem} It was not opened: ask for the file instead.` }
  } catch {
    return { kind: 'error', message: broken }
  }
}
