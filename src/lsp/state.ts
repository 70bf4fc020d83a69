import { randomBytes, randomInt } from 'node:crypto'
import { fromText, fromUint8, toText } from '../acl/bytes'
import { namesIn } from '../analysis/rename-user'
import { rolesIn } from '../analysis/role-lines'
import type { World } from '../editor/world'
import { startServer, type StartResult } from '../server/start'
import { loadDocs, loadTarget } from '../targets/load'
import type { Target } from '../targets/target'
import { versionIn, type ServerVersion } from './kinds'
import { aclFileOf, read, type OpenText, type Project } from './project'

/** The files of a server, loaded as the server loads them. */
export interface Loaded {
  readonly project: Project
  readonly target: Target
  /** The result of starting the server on the files. */
  readonly result: StartResult
  readonly world: World
}

/** Returns the server version that the files name, or else the one of the settings. */
function versionFor({ acl, conf, expect }: Project, setting: ServerVersion): ServerVersion {
  for (const file of [acl, conf, expect]) {
    const version = file === null ? null : versionIn(file.text)
    if (version !== null) return version
  }
  return setting
}

/** Loads the server version and starts the server on the files of a project. */
export async function load(project: Project, setting: ServerVersion, open: OpenText): Promise<Loaded> {
  const { target: id, release } = versionFor(project, setting)
  const target = await loadTarget(id, release === null ? {} : { version: release })
  await loadDocs(target.id)
  const conf = project.conf?.text ?? ''
  // An ACL file that is not beside redis.conf is on the server: nothing is said about it.
  const acl = project.acl?.text ?? (aclFileOf(conf) === null ? null : '')
  const started = acl === null ? conf : `${conf}\naclfile users.acl\n`
  const folder = project.conf?.uri.replace(/[^/]*$/, '') ?? null
  const included = (path: string): string | null =>
    folder === null ? null : (read(folder + encodeURI(path), open)?.text ?? null)
  const result = startServer({
    target,
    conf: fromText(started),
    files: {
      read: (path) => {
        const text = path === 'users.acl' ? acl : included(toText(path))
        return text === null ? null : fromText(text)
      },
      write: () => undefined,
    },
    clock: { now: () => Date.now() },
    random: { bytes: (n) => fromUint8(randomBytes(n)), below: (n) => randomInt(n) },
  })
  return { project, target, result, world: worldOf(project, target, result) }
}

function worldOf({ acl, conf }: Project, target: Target, result: StartResult): World {
  const users = result.started ? result.server.users : null
  const patterns = new Set<string>()
  for (const user of users ?? [])
    for (const { channels } of user.selectors) for (const { pattern } of channels) patterns.add(toText(pattern))
  const isPattern = (text: string): boolean => /[*?[\\]/.test(text)
  return {
    target,
    users:
      users === null
        ? namesIn({ acl: acl?.text ?? '', conf: conf?.text ?? '' })
        : [...users].map(({ name }) => toText(name)),
    roles: users?.roles ?? rolesIn(acl?.text ?? '', target) ?? rolesIn(conf?.text ?? '', target, 'conf') ?? new Map(),
    keys: [],
    channels: {
      names: [...patterns].filter((text) => !isPattern(text)),
      patterns: [...patterns].filter(isPattern),
    },
    userOf: (name) => users?.get(fromText(name)),
  }
}
