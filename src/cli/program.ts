import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { clientIds } from '../analysis/advice/clients'
import { reasons } from '../analysis/expectations/expectation'
import { defaultTargetId, isTargetId, targetInfos } from '../targets/infos'
import { check, type CheckOptions } from './check'
import { compare, type CompareOptions } from './compare'
import { importFormats } from '../workspace/import'
import { CannotRun, type Io } from './input'
import { importUsers, type ImportOptions } from './import'
import { link, localPage, type LinkOptions } from './link'
import { onOneLine, printable, printableWithColors } from './printable'
import { serve, StartRefused } from './serve'
import { readServeArguments } from './serve-arguments'
import { test, type TestOptions } from './test'
import { version } from './version'

/** 0: the check passes. 1: it fails. 2: it could not run. */
export type ExitCode = 0 | 1 | 2

/** Called once a server runs: `stop` ends it; `ended` resolves with the exit code where it ends by itself. */
export type OnServing = (stop: () => Promise<void>, ended: Promise<ExitCode>) => void

/**
 * Runs a command line (without `node` and the program) and returns its exit code; null where a server keeps running.
 * Never throws: reports on standard error what could not run.
 */
export async function runProgram(words: readonly string[], io: Io, onServing: OnServing): Promise<ExitCode | null> {
  let code: ExitCode | null = 0
  const program = makeProgram(
    io,
    (result) => {
      code = result
    },
    onServing,
  )
  try {
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (reason) {
    if (reason instanceof CommanderError) return reason.exitCode === 0 ? 0 : 2
    if (reason instanceof StartRefused) {
      io.err(`${printable(reason.message)}\n`)
      return 1
    }
    const message = reason instanceof Error ? reason.message : String(reason)
    const shown = io.errColor ? printableWithColors(message) : printable(message)
    io.err(`${reason instanceof CannotRun ? '' : 'Error: '}${shown}\n`)
    return 2
  }
}

const targets = targetInfos.map(({ id }) => id).join(', ')

function target(text: string): string {
  if (!isTargetId(text)) throw new InvalidArgumentError(`There is no target ${text}. Choose one of: ${targets}`)
  return text
}

const targetOption = (): Option =>
  new Option('-t, --target <id>', `the server (default: ${defaultTargetId}, or the link's): ${targets}`).argParser(
    target,
  )
const modulesOption = (): Option => new Option('--modules', 'with the modules bundled with Redis 8')
const confOption = (): Option =>
  new Option('-c, --conf <redis.conf>', 'the configuration; users.acl takes the place of the file that it names')
const formatOption = (...formats: string[]): Option =>
  new Option('-f, --format <format>', 'how to report').choices(formats).default('text')

function makeProgram(io: Io, done: (code: ExitCode | null) => void, onServing: OnServing): Command {
  const program = new Command('acl-playground')
    .description(
      'Checks, tests and compares Redis and Valkey access control lists, and simulates a server that has them.',
    )
    .version(version, '-V, --version', 'prints the version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: (text) => io.err(printable(text)),
      getErrHasColors: () => io.errColor,
      getOutHasColors: () => io.color,
    })
    .showHelpAfterError('(acl-playground --help says more.)')
    .addHelpText(
      'after',
      `
Where a file is wanted, '-' reads standard input, and a playground link (#v1.…), or a playground saved as a file,
stands for the files in it.

Exit codes: 0 it holds, 1 it does not hold, 2 it could not be run (the reason is on standard error).

Examples:
  acl-playground check users.acl --target redis-7.2
  acl-playground test users.acl users.expect
  git show main:users.acl | acl-playground compare - users.acl
  acl-playground compare users.acl --target redis-6.2 --to redis-7.2
  acl-playground link users.acl users.expect
  acl-playground serve --port 6380 redis.conf`,
    )

  program
    .command('check')
    .description(
      'says whether the server starts with a users.acl, in its own words where it does not, and gives advice',
    )
    .argument('<users.acl...>', 'one or more ACL files')
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addOption(formatOption('text', 'json', 'sarif', 'github'))
    .addOption(
      new Option('--fail-on <severity>', 'from which severity on it fails')
        .choices(['refused', 'error', 'warning', 'info'])
        .default('refused'),
    )
    .option(
      '--ignore <codes>',
      'advice that is not wanted: its codes, with commas between',
      (text: string, before: string[]) => [...before, ...text.split(',')],
      [] as string[],
    )
    .addOption(new Option('--client <library>', 'advise on what this client library needs').choices(clientIds))
    .option('--no-advice', 'only what the server refuses')
    .addHelpText(
      'after',
      `
Advice does not make a check fail unless --fail-on says so: a server takes a file that lets everybody in.

Examples:
  acl-playground check users.acl
  acl-playground check users.acl --conf redis.conf --target valkey-8.1 --fail-on error
  acl-playground check users.acl --ignore weak-password,no-delimiter --format sarif > acl.sarif`,
    )
    .action(async (files: string[], options: CheckOptions) => done(await check(files, options, io)))

  program
    .command('test')
    .description('checks that expectations hold: sentences such as "app cannot FLUSHALL because command"')
    .argument('<users.acl>', 'the ACL file')
    .argument('[users.expect]', 'the expectations, a sentence a line (may be left out where a link has them)')
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addOption(formatOption('text', 'json', 'junit', 'github'))
    .option('--coverage', 'also tells which rules no expectation depends on', false)
    .addHelpText(
      'after',
      `
A line of users.expect is blank, a comment (#), or a sentence:
  app can GET app:1
  app cannot SET secret:1 x because key
  worker cannot log in because off
  app can GET "a key with spaces" from 203.0.113.5 in db 3
Reasons: ${reasons.join(', ')}.

Examples:
  acl-playground test users.acl users.expect
  acl-playground test users.acl users.expect --conf redis.conf --format junit > report.xml`,
    )
    .action(async (file: string, expect: string | undefined, options: TestOptions) =>
      done(await test(file, expect, options, io)),
    )

  program
    .command('compare')
    .description('says who gained and lost which commands, keys and channels: between two files, or two servers')
    .argument('<old.acl>', 'the ACL file before')
    .argument('[new.acl]', 'the ACL file after; left out: the same file, on the server that --to names')
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(
      new Option(
        '--to <id>',
        'the server after, where it is another one: with one file, what an upgrade changes and how to prevent it',
      ).argParser(target),
    )
    .addOption(confOption())
    .addOption(new Option('--to-conf <redis.conf>', 'the configuration of the server after, where it is another one'))
    .addOption(formatOption('text', 'json', 'markdown'))
    .addHelpText(
      'after',
      `
Every difference comes with a command line that shows it, and the absence of one is proved: over all commands, keys,
channels and databases. Exits with 0 where no user changes in effect, with 1 where one does or where it is not decided.

Examples:
  acl-playground compare old.acl users.acl
  git show origin/main:users.acl | acl-playground compare - users.acl --format markdown
  acl-playground compare users.acl --target redis-6.2 --to redis-7.2`,
    )
    .action(async (before: string, after: string | undefined, options: CompareOptions) =>
      done(await compare(before, after, options, io)),
    )

  program
    .command('import')
    .description(
      'prints the users of another file as users.acl: ACL LIST, redis.conf, Kubernetes, Terraform, scripts and more',
    )
    .argument('<file>', 'the file that holds the users')
    .addOption(targetOption())
    .addOption(
      new Option('--from <format>', 'what the file is (default: what it looks like)').choices(
        importFormats.map(({ id }) => id),
      ),
    )
    .addHelpText(
      'after',
      `
Passwords are kept as they are. What could not be taken over is said on standard error.

Examples:
  acl-playground import configmap.yaml > users.acl
  redis-cli ACL LIST | acl-playground import - | acl-playground check -`,
    )
    .action(async (file: string, options: ImportOptions) => done(await importUsers(file, options, io)))

  program
    .command('link')
    .description('prints a playground link of these files; passwords are hashed first')
    .argument('<users.acl>', 'the ACL file')
    .argument('[users.expect]', 'expectations to go with it')
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addOption(
      new Option(
        '--page <address>',
        `where your page is published (default: ${localPage}, which npm start serves)`,
      ).env('ACL_PLAYGROUND_PAGE'),
    )
    .option('--save <file.json>', 'writes a file that the page opens instead of printing a link, however much it is')
    .option('--keep-passwords', 'leaves passwords as they are written, for everybody who sees the link to read', false)
    .addHelpText(
      'after',
      `
The files travel in the part of the address behind #, which no server sees. A link that others can open needs the address
where you publish the page (the folder dist/page): name it with --page, or set ACL_PLAYGROUND_PAGE once.

Examples:
  acl-playground link users.acl users.expect --page https://acl.example.org/
  acl-playground link users.acl --save acl-playground.json
  acl-playground check "$(acl-playground link users.acl)"`,
    )
    .action(async (file: string, expect: string | undefined, options: LinkOptions) =>
      done(await link(file, expect, options, io)),
    )

  program
    .command('serve')
    .description('runs a simulated server on a TCP port, for redis-cli, clients and tests')
    .usage('[--target <id>] [--modules] [--port <number>] [redis.conf] [--directive value …]')
    .argument(
      '[words...]',
      'a redis.conf (or - for standard input), then directives as --name value, as redis-server takes them',
    )
    .addOption(
      new Option('--target <id>', `the release to simulate: ${targets}`).argParser(target).default(defaultTargetId),
    )
    .option('--port <number>', 'the TCP port to listen on, whatever redis.conf says')
    .option('--modules', 'with the modules bundled with Redis 8', false)
    .allowUnknownOption()
    .addHelpText(
      'after',
      `
It listens on loopback unless bind says otherwise, keeps data in memory only, and is for tests. It refuses to start with a
bad ACL, in the server's words and with exit code 1.

Examples:
  acl-playground serve --target redis-7.2 --port 6380 redis.conf
  acl-playground serve --port 6380 --aclfile users.acl --requirepass secret`,
    )
    .action(
      async (_words: string[], options: { target: string; modules: boolean; port?: string }, command: Command) => {
        if (!isTargetId(options.target)) throw new CannotRun(`There is no target ${options.target}.`)
        const words = readServeArguments(command.args, options.port === undefined ? [] : [['port', options.port]])
        let end: (code: ExitCode) => void = () => undefined
        const ended = new Promise<ExitCode>((resolve) => {
          end = resolve
        })
        const onShutdown = (why: 'shutdown' | 'crash'): void => end(why === 'crash' ? 1 : 0)
        const serving = await serve({
          target: options.target,
          modules: options.modules,
          ...words,
          log: (line) => io.out(`${onOneLine(line)}\n`),
          warn: (line) => io.err(`${onOneLine(line)}\n`),
          onShutdown,
        })
        done(null)
        onServing(() => serving.stop(), ended)
      },
    )
  return program
}
