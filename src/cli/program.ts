import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { clientIds } from '../analysis/diagnostics/clients'
import { parseRelease, type Release } from '../analysis/known-defects/releases'
import { reasons } from '../analysis/expectations/expectation'
import { defaultTargetId, isTargetId, targetInfos } from '../targets/infos'
import { importFormats } from '../workspace/import/types'
import { CannotRun, StartRefused } from './cannot-run'
import type { CheckOptions } from './check'
import type { CompareOptions } from './compare'
import { credentialsMask } from './server/address'
import { addServerCommands, certificateOptions } from './server/commands'
import type { ImportOptions } from './import'
import type { Io } from './input'
import type { LinkOptions } from './link'
import { onOneLine, printable, printableWithColors } from './printable'
import type { SimplifyOptions } from './simplify'
import { localPage } from './site'
import type { TestOptions } from './test'
import { version } from './version'

/** 0: the check passes. 1: it fails. 2: it could not run. */
export type ExitCode = 0 | 1 | 2

/** Called once a server runs: `stop` ends it; `ended` resolves with the exit code where it ends by itself. */
export type OnServing = (stop: () => Promise<void>, ended: Promise<ExitCode>) => void

/**
 * Runs a command line (without `node` and the program) and returns its exit code; null where a server keeps running.
 * Never throws: reports on standard error what could not run.
 */
export async function runProgram(
  words: readonly string[],
  streams: Io,
  onServing: OnServing,
): Promise<ExitCode | null> {
  const mask = credentialsMask(words)
  const io: Io = { ...streams, err: (text) => streams.err(mask(text)) }
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

/** Parses the argument of --server-version. A version without a product is one of Redis. */
function serverVersion(text: string): Release {
  const parsed = parseRelease(text)
  if (parsed === null)
    throw new InvalidArgumentError(
      `${text} is no exact release. Write three numbers, as INFO server prints them: 7.4.5, redis-7.4.5 or valkey-8.0.3`,
    )
  return parsed
}

const targetOption = (): Option =>
  new Option(
    '-t, --target <id>',
    `server version (default: ${defaultTargetId}, or that of the link): ${targets}`,
  ).argParser(target)
const modulesOption = (): Option => new Option('--modules', 'load the modules bundled with Redis 8')
const confOption = (): Option =>
  new Option('-c, --conf <redis.conf>', 'server configuration; users.acl replaces the file that it names')
const debugOption = (): Option => new Option('--debug', 'trace loading and decisions on standard error')
const formatOption = (...formats: string[]): Option =>
  new Option('-f, --format <format>', 'output format').choices(formats).default('text')

/** Declares the commands. Each is loaded when it runs, so that none waits for the others. */
function makeProgram(io: Io, done: (code: ExitCode | null) => void, onServing: OnServing): Command {
  const program = new Command('acl-playground')
    .description('Checks, tests and compares Redis and Valkey access control lists, and runs a simulated server.')
    .version(version, '-V, --version', 'print the version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: (text) => io.err(printable(text)),
      getErrHasColors: () => io.errColor,
      getOutHasColors: () => io.color,
    })
    .showHelpAfterError('(Run acl-playground --help for usage.)')
    .addHelpText(
      'after',
      `
Any file argument can be '-' for standard input, a playground link (#v1.…), a playground saved as a file, or the address
of a server (redis://host:6379), whose users are read.

Exit codes: 0 the check passes, 1 it fails, 2 it could not run (the reason is on standard error).

Examples:
  acl-playground check users.acl --target redis-7.2
  acl-playground test users.acl users.expect
  git show main:users.acl | acl-playground compare - users.acl
  acl-playground compare users.acl --target redis-6.2 --to redis-7.2
  acl-playground link users.acl users.expect
  acl-playground serve --port 6380 redis.conf
  acl-playground plan users.acl redis://prod:6379`,
    )

  program
    .command('check')
    .description('check that the server accepts users.acl, and report diagnostics')
    .argument('<users.acl...>', 'one or more ACL files')
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addOption(formatOption('text', 'json', 'sarif', 'github'))
    .addOption(
      new Option('--fail-on <severity>', 'minimum severity that fails the check')
        .choices(['refused', 'error', 'warning', 'info'])
        .default('refused'),
    )
    .addOption(
      new Option('--ignore <codes>', 'comma-separated codes to ignore')
        .argParser((text, before: readonly string[]) => [...before, ...text.split(',')])
        .default([], 'none'),
    )
    .addOption(new Option('--client <library>', 'client library, for diagnostics that depend on it').choices(clientIds))
    .option('--no-diagnostics', 'report only what the server refuses')
    .addOption(
      new Option(
        '--server-version <version>',
        'the exact release that runs (7.4.5, valkey-8.0.3): list its known defects that concern access control',
      ).argParser(serverVersion),
    )
    .addOption(debugOption())
    .addHelpText(
      'after',
      `
Diagnostics do not fail the check unless --fail-on is set: a server accepts a file that lets everybody in.

Examples:
  acl-playground check users.acl
  acl-playground check users.acl --conf redis.conf --target valkey-8.1 --fail-on error
  acl-playground check users.acl --conf redis.conf --server-version 7.4.5
  acl-playground check users.acl --ignore weak-password,no-delimiter --format sarif > acl.sarif`,
    )
    .action(async (files: string[], options: CheckOptions) =>
      done(await (await import('./check')).check(files, options, io)),
    )

  program
    .command('test')
    .description('check expectations such as "app cannot FLUSHALL because command"')
    .argument('<users.acl>', 'the ACL file')
    .argument('[users.expect]', 'the expectations, one per line (optional if the link has them)')
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addOption(formatOption('text', 'json', 'junit', 'github'))
    .option('--coverage', 'also list the rules that no expectation depends on', false)
    .option('--on-server', 'also ask the server by ACL DRYRUN, and report where it and the engine differ', false)
    .addOption(debugOption())
    .addHelpText(
      'after',
      `
Each line of users.expect is blank, a comment (#), or an expectation:
  app can GET app:1
  app cannot SET secret:1 x because key
  worker cannot log in because off
  app can GET "a key with spaces" from 203.0.113.5 in db 3
Reasons: ${reasons.join(', ')}.

Examples:
  acl-playground test users.acl users.expect
  acl-playground test users.acl users.expect --conf redis.conf --format junit > report.xml
  acl-playground test redis://staging:6379 users.expect --on-server`,
    )
    .action(async (file: string, expect: string | undefined, options: TestOptions) =>
      done(await (await import('./test')).test(file, expect, options, io)),
    )

  program
    .command('compare')
    .description('show who gains and loses commands, keys and channels, between two files or two servers')
    .argument('<old.acl>', 'the ACL file before')
    .argument('[new.acl]', 'the ACL file after; omit it to compare the same file on the server of --to')
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(
      new Option(
        '--to <id>',
        'the server after; with one file, shows what an upgrade changes and how to prevent it',
      ).argParser(target),
    )
    .addOption(confOption())
    .addOption(new Option('--to-conf <redis.conf>', 'the configuration of the server after, if it differs'))
    .addOption(formatOption('text', 'json', 'markdown'))
    .addHelpText(
      'after',
      `
Each difference comes with a command line that shows it. That nothing changes is proved, over all commands, keys,
channels and databases. Exits with 0 if no user changes in effect, with 1 if one does or if it is undecided.

Examples:
  acl-playground compare old.acl users.acl
  git show origin/main:users.acl | acl-playground compare - users.acl --format markdown
  acl-playground compare redis://prod:6379 users.acl
  acl-playground compare users.acl --target redis-6.2 --to redis-7.2`,
    )
    .action(async (before: string, after: string | undefined, options: CompareOptions) =>
      done(await (await import('./compare')).compare(before, after, options, io)),
    )

  program
    .command('simplify')
    .description('find shorter rules that are proved to allow exactly the same')
    .argument('<users.acl>', 'the ACL file')
    .option('--user <name>', 'simplify only this user')
    .option('--write', 'write the shorter rules to the file', false)
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addHelpText(
      'after',
      `
Each step is proved over all commands, keys, channels and databases of the target. Passwords and flags stay as written;
passwords are masked in the output. Exits with 0, also where nothing shorter is found.

Examples:
  acl-playground simplify users.acl --user app
  acl-playground simplify users.acl --target redis-7.2 --write`,
    )
    .action(async (file: string, options: SimplifyOptions) =>
      done(await (await import('./simplify')).simplifyUsers(file, options, io)),
    )

  program
    .command('import')
    .description('convert users to users.acl from ACL LIST, redis.conf, Kubernetes, Terraform, scripts and more')
    .argument('<file>', 'the file that holds the users')
    .addOption(targetOption())
    .addOption(
      new Option('--from <format>', 'format of the file (default: detected)').choices(
        importFormats.map(({ id }) => id),
      ),
    )
    .addHelpText(
      'after',
      `
Passwords are kept unchanged. Standard error lists what could not be converted.

Examples:
  acl-playground import configmap.yaml > users.acl
  redis-cli ACL LIST | acl-playground import - | acl-playground check -`,
    )
    .action(async (file: string, options: ImportOptions) =>
      done(await (await import('./import')).importUsers(file, options, io)),
    )

  program
    .command('link')
    .description('print a playground link of these files, with hashed passwords')
    .argument('<users.acl>', 'the ACL file')
    .argument('[users.expect]', 'expectations to include')
    .addOption(targetOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addOption(
      new Option(
        '--page <address>',
        `address of your published page (default: ${localPage}, which npm start serves)`,
      ).env('ACL_PLAYGROUND_PAGE'),
    )
    .option('--save <file.json>', 'write a file of any size, for the page to open, instead of printing a link')
    .option('--keep-passwords', 'keep passwords in clear: everybody with the link can read them', false)
    .addHelpText(
      'after',
      `
The files are in the part of the address after #, which no server sees. For a link that others can open, publish the page
(the folder dist/page) and give its address with --page or ACL_PLAYGROUND_PAGE.

Examples:
  acl-playground link users.acl users.expect --page https://acl.example.org/
  acl-playground link users.acl --save acl-playground.json
  acl-playground check "$(acl-playground link users.acl)"`,
    )
    .action(async (file: string, expect: string | undefined, options: LinkOptions) =>
      done(await (await import('./link')).link(file, expect, options, io)),
    )

  addServerCommands(program, io, done)

  program
    .command('serve')
    .description('run a simulated server on a TCP port, for redis-cli, clients and tests')
    .usage('[--target <id>] [--modules] [--port <number>] [redis.conf] [--directive value …]')
    .argument(
      '[words...]',
      'a redis.conf (or - for standard input), then directives as --name value, as for redis-server',
    )
    .addOption(new Option('--target <id>', `server version: ${targets}`).argParser(target).default(defaultTargetId))
    .option('--port <number>', 'TCP port; overrides redis.conf')
    .option('--modules', 'load the modules bundled with Redis 8', false)
    .allowUnknownOption()
    .addHelpText(
      'after',
      `
The server listens on loopback unless bind is set, keeps data in memory only, and is meant for tests. With a bad ACL it
refuses to start, with the real server's message and exit code 1.

Examples:
  acl-playground serve --target redis-7.2 --port 6380 redis.conf
  acl-playground serve --port 6380 --aclfile users.acl --requirepass secret`,
    )
    .action(
      async (_words: string[], options: { target: string; modules: boolean; port?: string }, command: Command) => {
        if (!isTargetId(options.target)) throw new CannotRun(`There is no target ${options.target}.`)
        const [{ readServeArguments }, { serve }] = await Promise.all([import('./serve-arguments'), import('./serve')])
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

  program
    .command('lsp')
    .description('run a language server on standard input and output, for editors')
    .addOption(targetOption())
    .option('--stdio', 'use standard input and output (the default, and the only way)')
    .addHelpText(
      'after',
      `
The server shows diagnostics with fixes, explanations and completion for users.acl, redis.conf and users.expect.
See docs/editors.md for the settings of VS Code, Neovim, Helix, Zed and Emacs.`,
    )
    .action(async ({ target: id = defaultTargetId }: { target?: string }) => {
      const { runLanguageServer } = await import('../lsp')
      if (isTargetId(id)) runLanguageServer(process.stdin, process.stdout, id)
      done(null)
    })
  for (const command of program.commands) if (!['serve', 'lsp'].includes(command.name())) certificateOptions(command)
  return program
}
