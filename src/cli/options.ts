import { InvalidArgumentError, Option, type Command } from 'commander'
import { defaultTargetId, isTargetId, targetInfos } from '../targets/infos'

/** The ids of the targets, for texts. */
export const targets = targetInfos.map(({ id }) => id).join(', ')

/** Parses the id of a target. */
export function target(text: string): string {
  if (!isTargetId(text)) throw new InvalidArgumentError(`There is no target ${text}. Choose one of: ${targets}`)
  return text
}

/**
 * The option that names the exact release to decide as.
 * @param what what it does, where a command does more or other than that
 */
export const serverVersionOption = (what = 'decide as it', name = '--server-version'): Option =>
  new Option(`${name} <version>`, `the exact release that runs (7.4.5, valkey-8.0.3): ${what}`)

export const targetOption = (): Option =>
  new Option(
    '-t, --target <id>',
    `server version (default: ${defaultTargetId}, or that of the link): ${targets}`,
  ).argParser(target)
export const modulesOption = (): Option => new Option('--modules', 'load the modules bundled with Redis 8')
export const confOption = (): Option =>
  new Option('-c, --conf <redis.conf>', 'server configuration; users.acl replaces the file that it names')
export const debugOption = (): Option => new Option('--debug', 'trace loading and decisions on standard error')
export const formatOption = (...formats: string[]): Option =>
  new Option('-f, --format <format>', 'output format').choices(formats).default('text')
export const forceOption = (): Option => new Option('--force', 'overwrite files that exist').default(false)

/** Adds the options for servers with TLS. */
export function certificateOptions(command: Command): void {
  command
    .addOption(new Option('--cacert <file>', 'certificate authority of a rediss:// server'))
    .addOption(new Option('--cert <file>', 'client certificate for a rediss:// server'))
    .addOption(new Option('--key <file>', 'key of the client certificate'))
}
