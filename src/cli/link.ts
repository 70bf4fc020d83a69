import { defaultTargetId, isTargetId } from '../targets/infos'
import { encodeLink, shortLink } from '../workspace/codec'
import { blankState } from '../workspace/state'
import type { WorkspaceState } from '../workspace/state'
import { CannotRun, onlyOneStdin, read } from './input'
import type { Io } from './input'
import { targetOf, withAclFile } from './subject'
import type { ServerOptions } from './subject'

export interface LinkOptions extends ServerOptions {
  /** The address of the page. */
  readonly page: string
  readonly keepPasswords: boolean
}

/**
 * Prints a playground link of users.acl, with the expectations and redis.conf where they are named. Passwords are
 * hashed first. Throws CannotRun where a file cannot be read or is too much for a link.
 */
export async function link(file: string, expectFile: string | undefined, options: LinkOptions, io: Io): Promise<0> {
  onlyOneStdin([file, expectFile, options.conf])
  const given = await read(file, io, 'users.acl')
  const text = async (argument: string, part: (state: WorkspaceState) => string | undefined): Promise<string> => {
    const other = await read(argument, io)
    return other.kind === 'file' ? other.source.text : part(other.state) ?? ''
  }
  const base = given.kind === 'link' ? given.state : blankState(defaultTargetId)
  const acl = given.kind === 'link' ? base.files.acl : given.source.text
  const conf = options.conf === undefined ? base.files.conf : withAclFile(await text(options.conf, ({ files }) => files.conf))
  const expect = expectFile === undefined ? base.files.expect : await text(expectFile, ({ files }) => files.expect)
  const target = options.target ?? base.target
  await targetOf(target, options.modules ?? false)
  const state: WorkspaceState = {
    ...base,
    target: isTargetId(target) ? target : base.target,
    modules: options.modules ?? (options.target === undefined && base.modules),
    files: { acl, conf, ...(expect !== undefined && { expect }) },
  }
  const encoded = await encodeLink(state, { keepPasswords: options.keepPasswords })
  if (!encoded.ok) throw new CannotRun(encoded.message)
  const address = `${options.page.replace(/#.*$/s, '')}${encoded.fragment}`
  if (address.length > shortLink) io.err(`This link has ${address.length} characters: mail and chat may cut it. Where that matters, attach the files.\n`)
  io.out(`${address}\n`)
  return 0
}
