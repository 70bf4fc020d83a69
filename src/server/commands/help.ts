import { simple } from '../../resp/reply'
import type { ServerHandler } from '../command'

/** The reply of a HELP subcommand: a usage line, then each subcommand with what it does, then HELP itself (addReplyHelp, 6.2 and newer). */
export function helpReply(command: string, entries: Readonly<Record<string, readonly string[]>>): ServerHandler {
  const lines = [`${command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`]
  for (const [usage, texts] of Object.entries(entries)) lines.push(usage, ...texts.map((text) => `    ${text}`))
  lines.push('HELP', '    Print this help.')
  return () => lines.map(simple)
}
