import { InvalidArgumentError, Option, type Command } from 'commander'
import { withCommas } from '../../analysis/numbers'
import { isTargetId } from '../../targets/infos'
import type { Io } from '../input'
import { forceOption, serverVersionOption } from '../options'
import type { DiscoverOptions } from './discover'
import type { ApplyOptions } from './apply-run'
import type { DriftOptions } from './drift'
import type { PlanOptions } from './plan'
import type { PullOptions } from './pull'
import type { RecordOptions } from './record'
import type { RotateOptions } from './rotate'
import type { WatchOptions } from './watch'

const secondsUpTo =
  (most: number) =>
  (text: string): number => {
    const seconds = Number(text)
    if (!/^\d+(?:\.\d+)?$/.test(text) || seconds <= 0 || seconds > most)
      throw new InvalidArgumentError(`Give a number of seconds up to ${withCommas(most)}.`)
    return seconds
  }

const targetOption = (): Option =>
  new Option('-t, --target <id>', "server version (default: the server's)").argParser((text: string) => {
    if (!isTargetId(text)) throw new InvalidArgumentError(`There is no target ${text}.`)
    return text
  })
const releaseOption = (): Option => serverVersionOption("decide as it (default: the server's)")
const debugOption = (): Option => new Option('--debug', 'trace the commands that are sent on standard error')

const discoverOption = (): Option =>
  new Option('--discover', 'all nodes that the servers tell of: replicas, a cluster, those of a Sentinel')
const mapOption = (): Option =>
  new Option('--map <announced=used>', 'reach an announced host:port at another one; may be repeated').argParser(
    (text: string, before?: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
      const [, from, to] = /^([^=]+:\d+)=([^=]+:\d+)$/.exec(text) ?? []
      if (from === undefined || to === undefined) throw new InvalidArgumentError('Write host:port=host:port.')
      return new Map([...(before ?? []), [from, to]])
    },
  )

const credentials = `
The user and password are those in the address (redis://user:password@host), or ACL_PLAYGROUND_URL, an address, or
REDISCLI_AUTH, a password; otherwise a terminal asks for the password.`

/** Adds the commands that need a running server. Each is loaded when it runs. */
export function addServerCommands(program: Command, io: Io, done: (code: 0 | 1 | 2 | 3) => void): void {
  program
    .command('pull')
    .description('write the users of a running server to users.acl')
    .argument('[server]', 'its address (default: ACL_PLAYGROUND_URL)')
    .option('-o, --out <users.acl>', 'the file to write, redis.conf beside it; - prints the users only', 'users.acl')
    .addOption(forceOption())
    .addOption(targetOption())
    .addOption(releaseOption())
    .addOption(debugOption())
    .addHelpText(
      'after',
      `${credentials}
Passwords are written as their hashes. Needs +acl|list, and +config|get for redis.conf.

Examples:
  acl-playground pull redis://prod:6379
  acl-playground pull unix:/run/redis/redis.sock --out - | acl-playground check -`,
    )
    .action(async (server: string | undefined, options: PullOptions) =>
      done(await (await import('./pull')).pull(server, options, io)),
    )

  program
    .command('plan')
    .description('show what deploying users.acl changes on running servers, and the commands that do and undo it')
    .argument('<users.acl>', 'the ACL file to deploy')
    .argument('<servers...>', 'the addresses of one or more servers, such as all nodes of a cluster')
    .addOption(targetOption())
    .addOption(releaseOption())
    .addOption(new Option('-c, --conf <redis.conf>', "server configuration (default: the server's)"))
    .addOption(
      new Option('-f, --format <format>', 'output format; commands and undo print lines for redis-cli')
        .choices(['text', 'json', 'commands', 'undo'])
        .default('text'),
    )
    .addOption(discoverOption())
    .addOption(mapOption())
    .option('--save <folder>', 'write the commands of each server, and those that undo them, to files')
    .addOption(forceOption())
    .addOption(debugOption())
    .addHelpText(
      'after',
      `${credentials}
Nothing is changed: run the commands yourself. They keep the right of the user that runs them to run the rest and to undo
them; where the file takes it away, there is no plan. Exits with 0 if nothing changes, with 1 if something does.

Examples:
  acl-playground plan users.acl redis://prod:6379
  acl-playground plan users.acl redis://node-1:6379 redis://node-2:6379 --save plan
  acl-playground plan users.acl redis://node-1:6379 --discover
  acl-playground plan users.acl redis://prod:6379 --format commands | redis-cli -h prod`,
    )
    .action(async (file: string, servers: string[], options: PlanOptions) =>
      done(await (await import('./plan')).plan(file, servers, options, io)),
    )

  program
    .command('apply')
    .description('make the users of running servers those of users.acl, verified, or undo all of it')
    .argument('[users.acl]', 'the ACL file to deploy')
    .argument('[servers...]', 'the addresses of one or more servers')
    .addOption(discoverOption())
    .addOption(mapOption())
    .addOption(targetOption())
    .addOption(releaseOption())
    .addOption(new Option('-c, --conf <redis.conf>', "server configuration (default: the server's)"))
    .option('--yes', 'apply without asking, as in a pipeline', false)
    .option('--dry-run', 'show what would change, and change nothing', false)
    .option('--no-save', 'do not run ACL SAVE or CONFIG REWRITE')
    .option('--journal <file>', 'the journal to write (default: apply-TIME.journal); deleted at the end')
    .option('--resume <journal>', 'go on with a run that was killed; servers may be named with another password')
    .option('--undo <journal>', 'undo a run that was killed')
    .addOption(new Option('-f, --format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(debugOption())
    .addHelpText(
      'after',
      `${credentials}
First grants on all servers what the file grants, then takes away what it takes. Before each step the users must be those
that were read, after it those that were planned. On a failure or Ctrl C, all of it is undone. At the end the users are
saved: ACL SAVE with an aclfile, else CONFIG REWRITE, which also writes other settings that were changed at run time.

Exits with 0 if all servers have the users of the file, verified; with 1 if you decline, or with --dry-run something
would change; with 2 if it failed and the servers have their old users; with 3 if not all of it could be undone.

Examples:
  acl-playground apply users.acl redis://node-1:6379 --discover
  acl-playground apply users.acl redis://ops@node-1:6379 redis://ops@node-2:6379 --yes
  acl-playground apply --undo apply-2027-01-31T12-00-00.journal`,
    )
    .action(async (file: string | undefined, servers: string[], options: Omit<ApplyOptions, 'command'>) =>
      done(await (await import('./apply')).apply(file, servers, { ...options, command: 'apply' }, io)),
    )

  program
    .command('rotate')
    .description('give a user of running servers a new password, and once it is in use take the old ones away')
    .argument('<user>', 'the user whose password is rotated')
    .argument('<servers...>', 'the addresses of one or more servers')
    .requiredOption('--password-file <file>', 'the new password, on its first line; made where there is no such file')
    .option('--finish', 'take all other passwords of the user away', false)
    .addOption(discoverOption())
    .addOption(mapOption())
    .addOption(targetOption())
    .option('--yes', 'change without asking, as in a pipeline', false)
    .option('--dry-run', 'show what would change, and change nothing', false)
    .option('--no-save', 'do not run ACL SAVE or CONFIG REWRITE')
    .option('--journal <file>', 'the journal to write (default: apply-TIME.journal); deleted at the end')
    .addOption(new Option('-f, --format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(debugOption())
    .addHelpText(
      'after',
      `${credentials}
Changes all servers or none, as apply does, with its exit codes; apply --resume and --undo take the journal of a run that
was killed. Without --finish, the user can log in with the new password and with those before. No server tells which
password a client uses: change them all, then run it with --finish.

Examples:
  acl-playground rotate app redis://ops@node-1:6379 --discover --password-file app.new
  acl-playground rotate app redis://ops@node-1:6379 --discover --password-file app.new --finish`,
    )
    .action(async (user: string, servers: string[], options: Omit<RotateOptions, 'command'>) =>
      done(await (await import('./rotate')).rotate(user, servers, { ...options, command: 'rotate' }, io)),
    )

  program
    .command('drift')
    .description('tell for each running server whether its users are those of users.acl, a line each')
    .argument('<users.acl>', 'the ACL file that the servers should follow')
    .argument('<servers...>', 'the addresses of one or more servers')
    .addOption(discoverOption())
    .addOption(mapOption())
    .addOption(targetOption())
    .addOption(releaseOption())
    .addOption(new Option('-c, --conf <redis.conf>', "server configuration (default: the server's)"))
    .addOption(
      new Option('-f, --format <format>', 'output format').choices(['text', 'json', 'prometheus']).default('text'),
    )
    .addOption(debugOption())
    .addHelpText(
      'after',
      `${credentials}
Nothing is changed. Exits with 0 if all servers follow the file, with 1 if one differs, with 2 if one cannot be read.

Examples:
  acl-playground drift users.acl redis://node-1:6379 --discover
  acl-playground drift users.acl redis://prod:6379 --format prometheus > acl.prom`,
    )
    .action(async (file: string, servers: string[], options: DriftOptions) =>
      done(await (await import('./drift')).drift(file, servers, options, io)),
    )

  program
    .command('discover')
    .description('list the nodes that servers tell of: replicas and primaries, a cluster, those of a Sentinel')
    .argument('<servers...>', 'the addresses of one or more servers or Sentinels')
    .addOption(mapOption())
    .addOption(new Option('-f, --format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(debugOption())
    .addHelpText(
      'after',
      `${credentials}
All nodes are asked with the same credentials. A Sentinel that needs no log-in gets none. Needs +info, +cluster|nodes
for a cluster, +sentinel|masters and +sentinel|replicas on a Sentinel.

Examples:
  acl-playground discover redis://node-1:6379
  acl-playground discover redis://sentinel-1:26379 --map 10.0.0.5:6379=localhost:7001`,
    )
    .action(async (servers: string[], options: DiscoverOptions & { format: 'text' | 'json' }) =>
      done(await (await import('./discover')).discover(servers, options, io)),
    )

  program
    .command('watch')
    .description('print new entries of ACL LOG, each with the smallest rule that would allow it')
    .argument('[servers...]', 'the addresses of one or more servers (default: ACL_PLAYGROUND_URL)')
    .addOption(discoverOption())
    .addOption(mapOption())
    .addOption(new Option('--seconds <number>', 'stop after this time').argParser(secondsUpTo(1_000_000)))
    .addOption(new Option('--interval <seconds>', 'time between two looks').argParser(secondsUpTo(3600)).default(1))
    .option('--all', 'start with the entries that are there already', false)
    .addOption(new Option('-f, --format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(targetOption())
    .addOption(releaseOption())
    .addOption(debugOption())
    .addHelpText(
      'after',
      `${credentials}
Needs +acl|log and +acl|list. The JSON format has one entry per line.

Examples:
  acl-playground watch redis://staging:6379
  acl-playground watch redis://node-1:6379 --discover
  acl-playground watch redis://staging:6379 --all --seconds 60 --format json`,
    )
    .action(async (servers: string[], options: WatchOptions) =>
      done(await (await import('./watch')).watch(servers, options, io)),
    )

  program
    .command('record')
    .description('record the commands that servers run, for Replay and least privilege')
    .argument('[servers...]', 'the addresses of one or more servers (default: ACL_PLAYGROUND_URL)')
    .addOption(discoverOption())
    .addOption(mapOption())
    .addOption(new Option('--seconds <number>', 'how long to record').argParser(secondsUpTo(3600)).default(30))
    .option('-o, --out <file>', 'the file to write (default: standard output)')
    .addOption(forceOption())
    .addOption(debugOption())
    .addHelpText(
      'after',
      `${credentials}
Uses MONITOR, which slows a busy server down, by half or more. The capture holds keys and values; passwords are masked.
Needs +monitor.

Examples:
  acl-playground record redis://staging:6379 --seconds 30 > capture.txt`,
    )
    .action(async (servers: string[], options: RecordOptions) =>
      done(await (await import('./record')).record(servers, options, io)),
    )
}
