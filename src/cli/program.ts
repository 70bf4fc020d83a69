import { Command, CommanderError, Help, Option } from 'commander'
import { defaultTargetId } from '../targets/infos'
import { CannotRun, StartRefused } from './cannot-run'
import type { VersionOptions } from './chosen-target'
import { addFileCommands } from './file-commands'
import type { Io } from './input'
import { certificateOptions, serverVersionOption, target, targetOption, targets } from './options'
import { onOneLine, printable, printableWithColors } from './printable'
import { credentialsMask } from './server/credentials'
import { version } from './version'

/** 0: the check passes. 1: it fails. 2: it could not run. 3: `apply` failed, and could not undo all of it. */
export type ExitCode = 0 | 1 | 2 | 3

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
  const { ACL_PLAYGROUND_URL: url = '', ACL_PLAYGROUND_PAGE: page = '', REDISCLI_AUTH: password = '' } = process.env
  const mask = credentialsMask([...words, url, page], [password])
  const { isTerminal = false, color, errColor } = streams
  const escape = color ? printableWithColors : printable
  const escapeErr = errColor ? printableWithColors : printable
  const io: Io = {
    ...streams,
    // What is escaped already passes unchanged: whatever else comes from a server or a file must not reach a terminal raw.
    out: isTerminal ? (text) => streams.out(escape(text)) : streams.out,
    err: (text) => streams.err(mask(escapeErr(text))),
  }
  let code: ExitCode | null = 0
  const program = await makeProgram(
    words[0] ?? '',
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
      io.err(`${reason.message}\n`)
      return 1
    }
    const message = reason instanceof Error ? reason.message : String(reason)
    io.err(`${reason instanceof CannotRun ? '' : 'Error: '}${message}\n`)
    return 2
  }
}

/**
 * Declares the commands. Each is loaded when it runs, so that none waits for the others.
 * @param first the first word of the command line
 */
async function makeProgram(
  first: string,
  io: Io,
  done: (code: ExitCode | null) => void,
  onServing: OnServing,
): Promise<Command> {
  const program = new Command('acl-playground')
    .description('Checks, tests and compares Redis and Valkey access control lists, and runs a simulated server.')
    .version(version, '-V, --version', 'print the version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: (text) => io.err(text),
      getErrHasColors: () => io.errColor,
      getOutHasColors: () => io.color,
    })
    .configureHelp({
      // Switches are off by default, with or without a word about it.
      optionDescription: (option) => new Help().optionDescription(option).replace(/ ?\(default: false\)$/, ''),
    })
    .showHelpAfterError('(Run acl-playground --help for usage.)')
    .addHelpText(
      'after',
      `
Any file argument can be '-' for standard input, a playground link (#v1.…), a playground saved as a file, or the address
of a server (redis://host:6379), whose users are read.

Exit codes: 0 the check passes, 1 it fails, 2 it could not run (the reason is on standard error);
'apply' has its own: see apply --help.

Examples:
  acl-playground check users.acl --target redis-7.2
  acl-playground test users.acl users.expect
  git show main:users.acl | acl-playground compare - users.acl
  acl-playground compare users.acl --target redis-6.2 --to redis-7.2
  acl-playground link users.acl users.expect
  acl-playground serve --port 6380 redis.conf
  acl-playground plan users.acl redis://prod:6379`,
    )

  addFileCommands(program, io, done)
  // Checks start a little earlier without the words about live servers.
  const others = [...program.commands.map((command) => command.name()), 'serve', 'lsp', '-V', '--version']
  if (!others.includes(first)) (await import('./server/commands')).addServerCommands(program, io, done)

  program
    .command('serve')
    .description('run a simulated server on a TCP port, for redis-cli, clients and tests')
    .usage(
      '[--target <id>] [--server-version <version>] [--modules] [--port <number>] [redis.conf] [--directive value …]',
    )
    .argument(
      '[words...]',
      'a redis.conf (or - for standard input), then directives as --name value, as for redis-server',
    )
    .addOption(
      new Option('--target <id>', `server version (default: ${defaultTargetId}): ${targets}`).argParser(target),
    )
    .addOption(serverVersionOption())
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
  acl-playground serve --server-version 8.0.6 --port 6380 redis.conf
  acl-playground serve --port 6380 --aclfile users.acl --requirepass secret`,
    )
    .action(
      async (_words: string[], options: { modules: boolean; port?: string } & VersionOptions, command: Command) => {
        const [{ readServeArguments }, { serve }, { chosenTarget }] = await Promise.all([
          import('./serve-arguments'),
          import('./serve'),
          import('./chosen-target'),
        ])
        const { target: id = defaultTargetId, version: release } = chosenTarget(options)
        const words = readServeArguments(command.args, options.port === undefined ? [] : [['port', options.port]])
        let end: (code: ExitCode) => void = () => undefined
        const ended = new Promise<ExitCode>((resolve) => {
          end = resolve
        })
        const onShutdown = (why: 'shutdown' | 'crash'): void => end(why === 'crash' ? 1 : 0)
        const serving = await serve({
          target: id,
          ...(release !== undefined && { version: release }),
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
    .addOption(serverVersionOption())
    .option('--stdio', 'use standard input and output (the default, and the only way)')
    .addHelpText(
      'after',
      `
The server shows diagnostics with fixes, explanations and completion for users.acl, redis.conf and users.expect.
See docs/editors.md for the settings of VS Code, Neovim, Helix, Zed and Emacs.`,
    )
    .action(async (options: VersionOptions) => {
      const [{ runLanguageServer }, { chosenTarget }] = await Promise.all([import('../lsp'), import('./chosen-target')])
      const { target: id = defaultTargetId, version: release = null } = chosenTarget(options)
      runLanguageServer(process.stdin, process.stdout, { target: id, release })
      done(null)
    })
  for (const command of program.commands) {
    command.showHelpAfterError(`(Run acl-playground ${command.name()} --help for usage.)`)
    if (!['serve', 'lsp'].includes(command.name())) certificateOptions(command)
  }
  return program
}
