import type { FileTab } from '../state/Layout.svelte'
import type { Playground } from '../state/Playground.svelte'

/** The state of the file in view, as the line under it shows. */
export type FileStatus =
  /** The server's version is loaded, or the file, while the server has the rules before. */
  | 'loading'
  | 'down'
  | 'expect'
  | 'conf'
  | 'conf-changed'
  /** redis.conf names no aclfile. */
  | 'unused'
  | 'refused'
  | 'agrees'
  | 'differs'

/** Returns the state of a file. */
export function fileStatus({ files, host, isLoading }: Playground, file: FileTab): FileStatus {
  if (host.target === null) return 'loading'
  if (host.down !== null) return 'down'
  if (file === 'expect') return 'expect'
  if (file === 'conf') return files.confChanged ? 'conf-changed' : 'conf'
  if (isLoading) return 'loading'
  if ((host.live?.config.get('aclfile') ?? '') === '') return 'unused'
  if (files.state.kind === 'refused') return 'refused'
  return host.agrees ? 'agrees' : 'differs'
}
