import { onOneLine, printable } from '../printable'

const option = /^--?[\w-]+=/
const scheme = /^(?:(?:redis|valkey)s?|unix|https?):\/\//i
/** The start of a redis:// address, however it is mistyped. */
const likeScheme = /^(?:redis|valkey|unix)[\w+.-]*(?:[:;]\/*|\/{2,})/i

/**
 * Returns an argument without the user and the password that it may contain, however mistyped it is: `redis://***@host`.
 * What stands before an `@` is masked where it can be a password, and without an `@` what follows a further colon of
 * something like redis:// unless it is a port.
 */
export function withoutCredentials(argument: string): string {
  const at = endOfCredentials(argument)
  if (at < 0) {
    const start = likeScheme.exec(argument)?.[0] ?? ''
    const [, host = '', rest = ''] = /^(\[[^\]]*\]|[^:]*):(.*)$/s.exec(argument.slice(start.length)) ?? []
    const isPort = /^\d{1,5}(?:\/\d{0,5})?$/.test(rest)
    return start === '' || rest === '' || isPort ? argument : `${start}${host}:***`
  }
  const start = scheme.exec(argument)?.[0] ?? ''
  if (start === '' && !argument.slice(0, at).includes(':') && !likeScheme.test(argument)) return argument
  return `${start}***${argument.slice(at)}`
}

/** Returns the place of the last `@`, which may be encoded; -1 where there is none. */
const endOfCredentials = (argument: string): number => Math.max(argument.lastIndexOf('@'), argument.lastIndexOf('%40'))

/** The length from which a password is masked wherever it stands. A shorter one may be a part of any word. */
const LONG = 6

/**
 * Returns a function that masks the users and passwords of these arguments in a message.
 * @param passwords further secrets
 */
export function credentialsMask(
  arguments_: readonly string[],
  passwords: readonly string[] = [],
): (message: string) => string {
  const pairs = arguments_
    .flatMap((argument) => [argument, argument.replace(option, ''), argument.replace(/^-\w/, '')])
    .flatMap((argument) => secretsOf(argument))
    .concat(passwords.filter((text) => text.length >= LONG).map((text) => [text, '***']))
    .flatMap(([secret, shown]): Masked[] => [
      [secret, shown],
      [onOneLine(secret), onOneLine(shown)],
      [printable(secret), printable(shown)],
    ])
    .sort(([a], [b]) => b.length - a.length)
  return (message) => pairs.reduce((text, [secret, shown]) => text.replaceAll(secret, () => shown), message)
}

type Masked = [secret: string, shown: string]

/** Returns what to mask of an argument: the whole, its credentials, and the password alone where it is long. */
function secretsOf(argument: string): Masked[] {
  const shown = withoutCredentials(argument)
  if (shown === argument) return []
  const at = endOfCredentials(argument)
  if (at < 0) return [[argument, shown]]
  const credentials = argument.slice(scheme.exec(argument)?.[0].length ?? 0, at)
  const last = credentials.slice(credentials.lastIndexOf('/') + 1)
  const password = last.slice(last.indexOf(':') + 1)
  return [
    [argument, shown],
    ...[credentials, last]
      .filter((text) => text !== '')
      .flatMap((text): Masked[] => [
        [`${text}@`, '***@'],
        [`${text}%40`, '***%40'],
      ]),
    ...[password, decoded(password)].filter((text) => text.length >= LONG).map((text): Masked => [text, '***']),
  ]
}

/** Decodes %XX; returns a text with other percent signs as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
