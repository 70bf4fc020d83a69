import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import { allowsProtected } from './admission'
import type { Configuration, Release } from './parts'
import type { Origin } from './types'

/**
 * Returns the directive that blocks DEBUG or MODULE for a connection from `origin`, with the server's error; null where
 * the command is neither, or the configuration allows it (7.0; server.c, processCommand).
 */
export function protectedCommandRefusal(
  server: Release & Configuration,
  command: Command,
  origin: Origin,
): { readonly directive: string; readonly error: Bytes } | null {
  const family = (command.parent ?? command).name
  const closed =
    family === 'debug' ? 'DEBUG' : family === 'module' && /\|(load|loadex|unload)$/.test(command.name) ? 'MODULE' : null
  if (closed === null) return null
  const directive = `enable-${family}-command`
  if (allowsProtected(server, directive, origin)) return null
  return {
    directive,
    error: `ERR ${closed} command not allowed. If the ${directive} option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.`,
  }
}
