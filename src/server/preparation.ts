import type { Command } from '../acl/command'
import type { Target } from '../targets/target'
import { prepareDocs } from './commands/command'
import { prepareScripting, scriptingIsPrepared } from './scripting/load'

const scripts = new Set(['eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro', 'script', 'function'])

/**
 * Loads what running a command needs and is not loaded yet; null where nothing is. Never fails: where the Lua engine cannot
 * be loaded, the command says so.
 */
export function preparationFor(target: Target, command: Command): Promise<void> | null {
  if (command.name === 'command|docs') return prepareDocs(target)
  return scripts.has((command.parent ?? command).name) && !scriptingIsPrepared()
    ? prepareScripting().catch(() => undefined)
    : null
}
