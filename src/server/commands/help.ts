import { simple, type Reply } from '../../resp/reply'
import type { Target } from '../../targets/target'
import type { Handler } from '../handler'
import type { Release } from '../parts'

/** A usage line, and the lines that describe it. */
type Entry = readonly [usage: string, ...texts: string[]]

/** The entries that HELP lists for each command, in the servers' own words. */
const texts: Readonly<Record<string, readonly Entry[]>> = {
  client: [
    ['CACHING (YES|NO)', 'Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.'],
    [
      'CAPA <option> [options...]',
      'The client claims its some capability options. Options are:',
      '* REDIRECT',
      '  The client can handle redirection during primary and replica failover in standalone mode.',
    ],
    ['GETREDIR', 'Return the client ID we are redirecting to when tracking is enabled.'],
    ['GETNAME', 'Return the name of the current connection.'],
    ['ID', 'Return the ID of the current connection.'],
    ['INFO', 'Return information about the current client connection.'],
    ['KILL <ip:port>', 'Kill connection made from <ip:port>.'],
    [
      'KILL <option> <value> [<option> <value> [...]]',
      'Kill connections. Options are:',
      '* ADDR (<ip:port>|<unixsocket>:0)',
      '  Kill connections made from the specified address',
      '* LADDR (<ip:port>|<unixsocket>:0)',
      '  Kill connections made to specified local address',
      '* TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
      '  Kill connections by type.',
      '* USER <username>',
      '  Kill connections authenticated by <username>.',
      '* SKIPME (YES|NO)',
      '  Skip killing current connection (default: yes).',
      '* ID <client-id>',
      '  Kill connections by client id.',
      '* MAXAGE <maxage>',
      '  Kill connections older than the specified age.',
    ],
    [
      'LIST [options ...]',
      'Return information about client connections. Options:',
      '* TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
      '  Return clients of specified type.',
    ],
    ['UNPAUSE', 'Stop the current client pause, resuming traffic.'],
    ['PAUSE <timeout> [WRITE|ALL]', 'Suspend all, or just write, clients for <timeout> milliseconds.'],
    ['REPLY (ON|OFF|SKIP)', 'Control the replies sent to the current connection.'],
    ['SETNAME <name>', 'Assign the name <name> to the current connection.'],
    [
      'SETINFO <option> <value>',
      'Set client meta attr. Options are:',
      '* LIB-NAME: the client lib name.',
      '* LIB-VER: the client lib version.',
    ],
    ['UNBLOCK <clientid> [TIMEOUT|ERROR]', 'Unblock the specified blocked client.'],
    [
      'TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]',
      '     [OPTIN] [OPTOUT] [NOLOOP]',
      'Control server assisted client side caching.',
    ],
    ['TRACKINGINFO', 'Report tracking status for the current connection.'],
    ['NO-EVICT (ON|OFF)', 'Protect current client connection from eviction.'],
    ['NO-TOUCH (ON|OFF)', 'Will not touch LRU/LFU stats when this mode is on.'],
  ],
  config: [
    ['GET <pattern>', 'Return parameters matching the glob-like <pattern> and their values.'],
    ['SET <directive> <value>', 'Set the configuration <directive> to <value>.'],
    ['RESETSTAT', 'Reset statistics reported by the INFO command.'],
    ['REWRITE', 'Rewrite the configuration file.'],
  ],
  pubsub: [
    ['CHANNELS [<pattern>]', "Return the currently active channels matching a <pattern> (default: '*')."],
    ['NUMPAT', 'Return number of subscriptions to patterns.'],
    [
      'NUMSUB [<channel> ...]',
      'Return the number of subscribers for the specified channels, excluding',
      'pattern subscriptions(default: no channels).',
    ],
    [
      'SHARDCHANNELS [<pattern>]',
      "Return the currently active shard level channels matching a <pattern> (default: '*').",
    ],
    ['SHARDNUMSUB [<shardchannel> ...]', 'Return the number of subscribers for the specified shard level channel(s)'],
  ],
  slowlog: [
    [
      'GET [<count>]',
      'Return top <count> entries from the slowlog (default: 10, -1 mean all).',
      'Entries are made of:',
      'id, timestamp, time in microseconds, arguments array, client IP and port,',
      'client name',
    ],
    ['LEN', 'Return the length of the slowlog.'],
    ['RESET', 'Reset the slowlog.'],
  ],
  latency: [
    ['DOCTOR', 'Return a human readable latency analysis report.'],
    ['GRAPH <event>', 'Return an ASCII latency graph for the <event> class.'],
    ['HISTORY <event>', 'Return time-latency samples for the <event> class.'],
    ['LATEST', 'Return the latest latency samples for all events.'],
    [
      'RESET [<event> ...]',
      'Reset latency data of one or more <event> classes.',
      '(default: reset all data for all event classes)',
    ],
    [
      'HISTOGRAM [COMMAND ...]',
      'Return a cumulative distribution of latencies in the format of a histogram for the specified command names.',
      'If no commands are specified then all histograms are replied.',
    ],
  ],
  memory: [
    ['DOCTOR', 'Return memory problems reports.'],
    ['MALLOC-STATS', 'Return internal statistics report from the memory allocator.'],
    ['PURGE', 'Attempt to purge dirty pages for reclamation by the allocator.'],
    ['STATS', 'Return information about the memory usage of the server.'],
    [
      'USAGE <key> [SAMPLES <count>]',
      'Return memory in bytes used by <key> and its value. Nested values are',
      'sampled up to <count> times (default: 5, 0 means sample all).',
    ],
  ],
  module: [
    ['LIST', 'Return a list of loaded modules.'],
    ['LOAD <path> [<arg> ...]', 'Load a module library from <path>, passing to it any optional arguments.'],
    [
      'LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]',
      'Load a module library from <path>, while passing it module configurations and optional arguments.',
    ],
    ['UNLOAD <name>', 'Unload a module.'],
  ],
  commandlog: [
    [
      'GET <count> <type>',
      'Return top <count> entries of the specified <type> from the commandlog (-1 mean all).',
      'Entries are made of:',
      'id, timestamp,',
      '    time in microseconds for type of slow,',
      '    or size in bytes for type of large-request,',
      '    or size in bytes for type of large-reply',
      'arguments array, client IP and port,',
      'client name',
    ],
    ['LEN <type>', 'Return the length of the specified type of commandlog.'],
    ['RESET <type>', 'Reset the specified type of commandlog.'],
  ],
}

/** Returns whether the target has the subcommand of a usage line. */
function isKnown({ table, behaviours }: Target, family: string, usage: string): boolean {
  const sub = usage.split(' ')[0] ?? ''
  return !behaviours.hasSubcommandRules || table.find(`${family}|${sub}`) !== undefined
}

/** Returns the handler of a HELP subcommand: a usage line, the target's subcommands with their descriptions, then HELP itself (addReplyHelp). */
export function helpReply(family: string): Handler<Release> {
  return (_, { target }): Reply => {
    const { indentsHelp, helpSaysPrint } = target.behaviours
    const known = (texts[family] ?? []).filter(([usage]) => isKnown(target, family, usage))
    const name = family.toUpperCase()
    if (!indentsHelp) {
      return [
        `${name} <subcommand> arg arg ... arg. Subcommands are:`,
        ...known.map(([usage, ...rest]) => `${usage} -- ${rest.join(' ')}`),
      ].map(simple)
    }
    const lines = known.flatMap(([usage, ...rest]) => [usage, ...rest.map((text) => `    ${text}`)])
    return [
      `${name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
      ...lines,
      'HELP',
      `    ${helpSaysPrint ? 'Print' : 'Prints'} this help.`,
    ].map(simple)
  }
}
