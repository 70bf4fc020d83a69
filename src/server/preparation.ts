import type { Command } from '../acl/command'
import { loadDocs, loadedDocs } from '../targets/load'
import type { Target } from '../targets/target'
import { loadInfo } from './commands/info/load'
import { prepareScripting, scriptingIsPrepared } from './scripting/load'

const scripts = new Set(['eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro', 'script', 'function'])

/**
 * Loads what a command needs and is not loaded yet; null where nothing is missing. Never fails: where the Lua engine cannot
 * be loaded, the command's reply says so.
 */
export function preparationFor(target: Target, command: Command): Promise<void> | null {
  if (command.name === 'command|docs') return prepareDocs(target)
  if (command.name === 'info') return loadInfo()
  if (!scripts.has((command.parent ?? command).name)) return null
  // Scripts may call INFO.
  const info = loadInfo()
  if (scriptingIsPrepared()) return info
  const lua = prepareScripting().catch(() => undefined)
  return info === null ? lua : lua.then(() => info)
}

/** Loads the documentation that COMMAND DOCS needs; null where it is loaded. */
function prepareDocs(target: Target): Promise<void> | null {
  return loadedDocs(target) === null ? loadDocs(target.id, { modules: target.modules }).then(() => undefined) : null
}
