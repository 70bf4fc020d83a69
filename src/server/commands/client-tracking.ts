import type { Bytes } from '../../acl/bytes'
import { CommandError, map, OK, set } from '../../resp/reply'
import type { Handler } from '../handler'
import type { Clients } from '../parts'
import type { Tracking } from '../session'
import { integer, onOff, syntaxError } from './arguments'

/** Throws the server's error where a prefix starts with another one. */
function checkPrefixes(prefixes: readonly Bytes[], old: readonly Bytes[]): void {
  const overlap = (a: Bytes, b: Bytes): boolean => a.startsWith(b) || b.startsWith(a)
  for (const [i, prefix] of prefixes.entries()) {
    const existing = old.find((other) => overlap(prefix, other))
    if (existing !== undefined) {
      throw new CommandError(
        `ERR Prefix '${prefix}' overlaps with an existing prefix '${existing}'. Prefixes for a single client must not overlap.`,
      )
    }
    const other = prefixes.slice(i + 1).find((later) => overlap(prefix, later))
    if (other !== undefined) {
      throw new CommandError(
        `ERR Prefix '${prefix}' overlaps with another provided prefix '${other}'. Prefixes for a single client must not overlap.`,
      )
    }
  }
}

/** CLIENT TRACKING ON | OFF [REDIRECT id] [PREFIX p …] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]. */
export const tracking: Handler<Clients> = ({ session, argv, args }, server) => {
  const prefixes: Bytes[] = []
  const flags = new Set<string>()
  let redirect: number | null = null
  for (let i = 3; i < argv.length; i++) {
    const option = args.word(i)
    const next = argv[i + 1]
    if (option === 'redirect' && next !== undefined) {
      redirect = integer(next)
      i++
      if (redirect === 0) redirect = null
      else if (!server.sessions.has(redirect))
        throw new CommandError('ERR The client ID you want redirect to does not exist')
    } else if (option === 'prefix' && next !== undefined) prefixes.push(args.text(++i))
    else if (option === 'bcast' || option === 'optin' || option === 'optout' || option === 'noloop') flags.add(option)
    else throw syntaxError()
  }
  if (!onOff(argv[2])) {
    session.tracking = null
    return OK
  }
  const broadcast = flags.has('bcast')
  const old = session.tracking
  if (prefixes.length > 0 && !broadcast) throw new CommandError('ERR PREFIX option requires BCAST mode to be enabled')
  if (old !== null && old.broadcast !== broadcast) {
    throw new CommandError(
      "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
    )
  }
  if (broadcast && (flags.has('optin') || flags.has('optout')))
    throw new CommandError('ERR OPTIN and OPTOUT are not compatible with BCAST')
  if (flags.has('optin') && flags.has('optout'))
    throw new CommandError("ERR You can't specify both OPTIN mode and OPTOUT mode")
  if ((flags.has('optin') && old?.mode === 'optout') || (flags.has('optout') && old?.mode === 'optin')) {
    throw new CommandError(
      "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
    )
  }
  checkPrefixes(prefixes, old?.prefixes ?? [])
  const mode = flags.has('optin') ? 'optin' : flags.has('optout') ? 'optout' : 'all'
  session.tracking = {
    redirect,
    broadcast,
    prefixes: [...(old?.prefixes ?? []), ...prefixes],
    mode,
    noLoop: flags.has('noloop'),
    caching: null,
  } satisfies Tracking
  return OK
}

/** CLIENT CACHING YES | NO. */
export const caching: Handler = ({ session, args }) => {
  const { tracking: state } = session
  if (state === null || state.mode === 'all') {
    throw new CommandError(
      'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
    )
  }
  const word = args.word(2)
  if (word !== 'yes' && word !== 'no') throw syntaxError()
  const [wanted, mode] = word === 'yes' ? ['optin', 'OPTIN'] : ['optout', 'OPTOUT']
  if (state.mode !== wanted)
    throw new CommandError(
      `ERR CLIENT CACHING ${word.toUpperCase()} is only valid when tracking is enabled in ${mode} mode.`,
    )
  state.caching = word === 'yes'
  return OK
}

/** CLIENT TRACKINGINFO. */
export const trackingInfo: Handler = ({ session }) => {
  const state = session.tracking
  const flags =
    state === null
      ? ['off']
      : [
          'on',
          ...(state.broadcast ? ['bcast'] : []),
          ...(state.mode === 'all' ? [] : [state.mode]),
          ...(state.caching === null ? [] : [state.caching ? 'caching-yes' : 'caching-no']),
          ...(state.noLoop ? ['noloop'] : []),
        ]
  return map([
    ['flags', set(flags)],
    ['redirect', state === null ? -1 : (state.redirect ?? 0)],
    ['prefixes', state?.prefixes ?? []],
  ])
}
