import { Option, type Command } from 'commander'
import { clientIds } from '../analysis/diagnostics/clients'
import { serviceIds } from '../analysis/services/ids'
import { reasons } from '../analysis/expectations/expectation'
import { importFormats } from '../workspace/import/types'
import { localPage, site } from '../workspace/site'
import type { AskOptions } from './ask'
import type { CheckOptions } from './check'
import type { CompareOptions } from './compare'
import type { ImportOptions } from './import'
import type { Io } from './input'
import type { LinkOptions } from './link'
import {
  confOption,
  debugOption,
  forceOption,
  formatOption,
  modulesOption,
  serverVersionOption,
  target,
  targetOption,
} from './options'
import type { RolesOptions } from './roles'
import type { ServerOptions } from './subject'
import type { SimplifyOptions } from './simplify'
import type { TestOptions } from './test'

/** Adds the commands that read files, in the order of the help. Each is loaded when it runs. */
export function addFileCommands(program: Command, io: Io, done: (code: 0 | 1) => void): void {
  program
    .command('check')
    .description('check that the server accepts users.acl, and report diagnostics')
    .argument('<users.acl...>', 'one or more ACL files')
    .addOption(targetOption())
    .addOption(serverVersionOption('decide as it, and list its known defects of access control'))
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
        .argParser((text, before: readonly string[]) => [...before, ...text.split(',').map((code) => code.trim())])
        .default([], 'none'),
    )
    .addOption(new Option('--client <library>', 'client library, for diagnostics that depend on it').choices(clientIds))
    .addOption(
      new Option('--service <name>', 'managed service: also report which rules and commands it refuses').choices(
        serviceIds,
      ),
    )
    .option('--no-diagnostics', 'report only what the server refuses')
    .addOption(debugOption())
    .addHelpText(
      'after',
      `
Diagnostics do not fail the check unless --fail-on is set: a server accepts a file that lets everybody in.

Examples:
  acl-playground check users.acl
  acl-playground check users.acl --conf redis.conf --target valkey-8.1 --fail-on error
  acl-playground check users.acl --conf redis.conf --server-version 7.4.5
  acl-playground check users.acl --service elasticache
  acl-playground check users.acl --ignore weak-password,no-delimiter --format sarif > acl.sarif`,
    )
    .action(async (files: string[], options: CheckOptions) =>
      done(await (await import('./check')).check(files, options, io)),
    )

  program
    .command('report')
    .description(
      'write a report of a policy as Markdown: users, permissions, diagnostics, expectations, what was not checked',
    )
    .argument('<users.acl>', 'the ACL file')
    .argument('[users.expect]', 'the expectations, one per line')
    .addOption(targetOption())
    .addOption(serverVersionOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addHelpText(
      'after',
      `
The report contains no passwords and no hashes. It exits with 0 whatever it tells: use check and test to fail a build.

Examples:
  acl-playground report users.acl users.expect --conf redis.conf > report.md
  acl-playground report redis://admin@cache:6379 > report.md`,
    )
    .action(async (file: string, expectFile: string | undefined, options: ServerOptions) =>
      done(await (await import('./report')).report(file, expectFile, options, io)),
    )

  program
    .command('test')
    .description('check expectations such as "app cannot FLUSHALL because command"')
    .argument('<users.acl>', 'the ACL file')
    .argument('[users.expect]', 'the expectations, one per line (optional if the link has them)')
    .addOption(targetOption())
    .addOption(serverVersionOption())
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
  acl-playground test users.acl users.expect --server-version 8.0.6
  acl-playground test redis://staging:6379 users.expect --on-server`,
    )
    .action(async (file: string, expect: string | undefined, options: TestOptions) =>
      done(await (await import('./test')).test(file, expect, options, io)),
    )

  program
    .command('ask')
    .description('answer a question in plain words, such as "who can run FLUSHALL"')
    .argument('<question>', 'the question, in quotes')
    .argument('[users.acl]', 'the ACL file')
    .addOption(new Option('-a, --acl <users.acl>', 'the same as an option').default('users.acl'))
    .addOption(targetOption())
    .addOption(serverVersionOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addOption(formatOption('text', 'json'))
    .addHelpText(
      'after',
      `
The answer says how the question is understood, and names the rules that decide with their lines. It is found by the
engine, over all command lines where the question is about many; what is not understood is never guessed.
Exits with 0 where the question is understood, with 1 where it is not. docs/ask.md lists what can be asked.

Examples:
  acl-playground ask "who can run FLUSHALL" users.acl
  acl-playground ask "can tenant-a read tenant:b:1" --acl users.acl
  acl-playground ask "why is GET user:42 denied to app" users.acl --format json
  acl-playground ask "$(redis-cli ACL LOG 1)" users.acl`,
    )
    .action(async (question: string, file: string | undefined, options: AskOptions) =>
      done(await (await import('./ask')).ask(question, { ...options, acl: file ?? options.acl }, io)),
    )

  program
    .command('compare')
    .description('show who gains and loses commands, keys and channels, between two files or two servers')
    .argument('<old.acl>', 'the ACL file before')
    .argument('[new.acl]', 'the ACL file after; omit it to compare the same file on the server of --to')
    .addOption(targetOption())
    .addOption(serverVersionOption('decide as it, on both sides unless the other is named'))
    .addOption(modulesOption())
    .addOption(
      new Option(
        '--to <id>',
        'the server after; with one file, shows what an upgrade changes and how to prevent it',
      ).argParser(target),
    )
    .addOption(serverVersionOption('the server after decides as it', '--to-server-version'))
    .addOption(confOption())
    .addOption(new Option('--to-conf <redis.conf>', 'the configuration of the server after, if it differs'))
    .addOption(formatOption('text', 'json', 'markdown'))
    .addOption(new Option('--stdin-name <name>', 'the name of standard input in the report').default('stdin'))
    .addHelpText(
      'after',
      `
Each difference comes with a command line that shows it. That nothing changes is proved, over all commands, keys,
channels and databases. Exits with 0 if no user changes in effect, with 1 if one does or if it is undecided.

Examples:
  acl-playground compare old.acl users.acl
  git show main:users.acl | acl-playground compare - users.acl --stdin-name main:users.acl --format markdown
  acl-playground compare redis://prod:6379 users.acl
  acl-playground compare users.acl --target redis-6.2 --to redis-7.2
  acl-playground compare users.acl --server-version 8.0.2 --to-server-version 8.6.6`,
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
    .addOption(serverVersionOption())
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
    .command('roles')
    .description('extract the roles that users share (Valkey 9.2), or expand roles for servers without them')
    .argument('<users.acl>', 'the ACL file')
    .option('--expand', 'replace roles by rules of their users', false)
    .addOption(
      new Option(
        '--to <id>',
        'the server of the result (default: the newest with roles, or with --expand, the one of the file)',
      ).argParser(target),
    )
    .addOption(
      new Option('--keep <names>', 'comma-separated names of the extracted roles to keep (default: all)').argParser(
        (text) => text.split(',').map((name) => name.trim()),
      ),
    )
    .option('--write', 'write the result to the file', false)
    .addOption(targetOption())
    .addOption(serverVersionOption())
    .addOption(confOption())
    .addOption(formatOption('text', 'json'))
    .addHelpText(
      'after',
      `
The result is printed only where it is proved that every user may do the same, over all commands, keys, channels and
databases. Roles are offered where they make the file shorter. --expand gives users the rules of their roles: as selectors, or on
Redis 6, which has none, joined where that is equal; else it shows a command line that would differ.
The file is read as for the newest server with roles unless --target says otherwise. Passwords are masked in the output.
Exits with 0, also where there is nothing to do, with 1 where equality is not proved.

Examples:
  acl-playground roles users.acl
  acl-playground roles users.acl --keep reader,writer --write
  acl-playground roles users.acl --expand --to redis-7.2`,
    )
    .action(async (file: string, options: RolesOptions) =>
      done(await (await import('./roles')).roles(file, options, io)),
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
    .option('--write-back <users.acl>', 'change the users in the file to these, and nothing else in it')
    .option('--strict', 'print nothing unless everything is converted as it is written', false)
    .addHelpText(
      'after',
      `
Reads users.acl, ACL LIST, redis.conf, YAML and JSON (Kubernetes, Helm, compose, Ansible, CloudFormation), Terraform, Bicep,
NixOS, systemd, scripts, and programs: client libraries, Pulumi, CDK, Testcontainers.
Passwords are kept unchanged. Standard error lists what could not be converted. Exits with 1 where users, rules or passwords
were lost: not read for certain, or filled in when the file is used.
--write-back changes YAML, JSON and Terraform: Secrets (base64 too), ConfigMaps, values of Helm, compose, Ansible, access strings. Comments
and all other bytes stay. The file is written only where reading it again gives exactly these users.

Examples:
  acl-playground import configmap.yaml > users.acl
  acl-playground import configmap.yaml --write-back users.acl
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
    .addOption(serverVersionOption())
    .addOption(modulesOption())
    .addOption(confOption())
    .addOption(
      new Option(
        '--page <address>',
        `address of your published page (default: ${site.page ?? `${localPage}, which npm start serves`})`,
      ).env('ACL_PLAYGROUND_PAGE'),
    )
    .option('--save <file.json>', 'write a file of any size, for the page to open, instead of printing a link')
    .addOption(forceOption())
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
}
