import { defaultTargetId } from '../targets/infos'
import { encodeFile, encodeLink, linkTo, workspaceFileName } from '../workspace/codec'
import { localPage, site } from '../workspace/site'
import { blankState, type WorkspaceState } from '../workspace/state'
import { chosenTarget } from './chosen-target'
import { onOneLine } from './printable'
import { CannotRun, onlyOneStdin, read, writeContent, type Given, type Io } from './input'
import { isServerAddress } from './server/address'
import { readSubject, targetOf, withAclFile, type ServerOptions } from './subject'
import { refuseExisting, writePrivate } from './write-file'

export interface LinkOptions extends ServerOptions {
  /** The address of the page; absent: the published page, or else localPage. */
  readonly page?: string
  /** The file to write instead of printing a link; `-` for standard output. */
  readonly save?: string
  /** Overwrites the file where it exists. */
  readonly force: boolean
  readonly keepPasswords: boolean
}

/**
 * Prints a playground link of users.acl, with the expectations and redis.conf where they are named, or writes a file
 * that the page opens. Passwords are hashed first. Throws CannotRun where a file cannot be read or written, or is too
 * large for a link.
 */
export async function link(file: string, expectFile: string | undefined, options: LinkOptions, io: Io): Promise<0> {
  onlyOneStdin([file, expectFile, options.conf])
  if (options.save !== undefined && options.save !== '-') refuseExisting([options.save], options.force)
  const page = pageOf(options.page) ?? site.page
  const state = await stateOf(file, expectFile, options, io)
  if (options.save !== undefined) {
    const text = encodeFile(state, { keepPasswords: options.keepPasswords })
    if (options.save === '-') writeContent(text, io)
    else writePrivate(options.save, text, options.force)
    return 0
  }
  const encoded = await encodeLink(state, { keepPasswords: options.keepPasswords })
  if (!encoded.ok)
    throw new CannotRun(
      `These files are too large for a link. Write a file that the page opens: --save ${workspaceFileName}`,
    )
  const { url, warning } = linkTo(page ?? localPage, encoded.fragment)
  if (warning !== null) io.err(`${warning} --save ${workspaceFileName} writes one that the page opens.\n`)
  if (page === null)
    io.err(
      `This link opens only on a computer that runs the page (npm start). For a link that others can open, give the address of your page: --page https://acl.example.org/, or ACL_PLAYGROUND_PAGE.\n`,
    )
  io.out(`${url}\n`)
  return 0
}

/** A user and a password where a slash, ? or # in one of them ends the host: `https://a/b:secret@host`. A port is none. */
const credentials = /:\/\/.*:(?!\d+(?:[/?#]|$)).*@/

/**
 * Returns the page's address, or null where none is given. An empty address counts as none: unset variables of CI
 * services are empty.
 */
function pageOf(page: string | undefined): string | null {
  if (page === undefined || page === '') return null
  if (!/^(?:https?|file):\/\/\S+$/.test(page) || !URL.canParse(page))
    throw new CannotRun(
      `${onOneLine(page)} is not the address of a page. Give a full URL, such as https://acl.example.org/`,
    )
  const { username, password } = new URL(page)
  if (username !== '' || password !== '' || credentials.test(page))
    throw new CannotRun(
      'The address of the page contains a user or a password, which everybody with the link would read.',
    )
  return page
}

/** Reads users.acl, a link, or a server as a workspace of its users, configuration and target. */
async function readGiven(file: string, options: LinkOptions, io: Io): Promise<Given> {
  if (!isServerAddress(file)) return read(file, io, 'users.acl')
  const { acl, conf, target } = await readSubject(file, options, io)
  const base = blankState(target.id)
  return {
    kind: 'workspace',
    state: {
      ...base,
      ...(target.evidence === 'derived' && { release: target.release }),
      modules: target.modules,
      files: { ...base.files, acl: acl.text, conf: conf === null ? base.files.conf : withAclFile(conf.text) },
    },
  }
}

async function stateOf(
  file: string,
  expectFile: string | undefined,
  options: LinkOptions,
  io: Io,
): Promise<WorkspaceState> {
  const given = await readGiven(file, options, io)
  const text = async (argument: string, part: (state: WorkspaceState) => string | undefined): Promise<string> => {
    const other = await read(argument, io)
    return other.kind === 'file' ? other.source.text : (part(other.state) ?? '')
  }
  const base = given.kind === 'workspace' ? given.state : blankState(defaultTargetId)
  const acl = given.kind === 'workspace' ? base.files.acl : given.source.text
  const conf =
    options.conf === undefined ? base.files.conf : withAclFile(await text(options.conf, ({ files }) => files.conf))
  const expect = expectFile === undefined ? base.files.expect : await text(expectFile, ({ files }) => files.expect)
  const chosen = chosenTarget(options)
  const target = chosen.target ?? base.target
  await targetOf(target, options.modules ?? false)
  const { release: own, ...rest } = base
  const release = chosen.target === undefined ? own : chosen.version
  return {
    ...rest,
    target,
    ...(release !== undefined && { release }),
    modules: options.modules ?? (chosen.target === undefined && base.modules),
    files: { acl, conf, ...(expect !== undefined && { expect }) },
  }
}
