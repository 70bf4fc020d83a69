import { InvalidArgumentError, Option } from 'commander'
import { parseRelease, type Release } from '../analysis/known-defects/releases'
import { defaultTargetId, isTargetId, targetInfos } from '../targets/infos'

/** The ids of the targets, for texts. */
export const targets = targetInfos.map(({ id }) => id).join(', ')

/** Parses the id of a target. */
export function target(text: string): string {
  if (!isTargetId(text)) throw new InvalidArgumentError(`There is no target ${text}. Choose one of: ${targets}`)
  return text
}

/** Parses the argument of --server-version. A version without a product is one of Redis. */
export function serverVersion(text: string): Release {
  const parsed = parseRelease(text)
  if (parsed === null)
    throw new InvalidArgumentError(
      `${text} is no exact release. Write three numbers, as INFO server prints them: 7.4.5, redis-7.4.5 or valkey-8.0.3`,
    )
  return parsed
}

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
