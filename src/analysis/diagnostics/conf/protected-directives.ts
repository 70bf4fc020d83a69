import { all, write, type ConfCheck } from './conf-file'

const what: Readonly<Record<string, string>> = {
  'enable-debug-command': 'DEBUG, which can crash the server',
  'enable-module-command': 'MODULE LOAD, which runs code inside the server',
  'enable-protected-configs': 'CONFIG SET of the directives that decide where files are written',
}

/** Protected commands and directives that are enabled for clients from any address. */
export const protectedDirectives: ConfCheck = {
  code: 'protected-directives',
  severity: 'warning',
  check: (conf) =>
    Object.entries(what).flatMap(([name, opened]) =>
      all(conf, name)
        .filter(({ values }) => values[0]?.toLowerCase() === 'yes')
        .map((one) => ({
          message: `This allows ${opened}, from any address, to every user whose rules allow it.`,
          hint: 'local limits it to connections from the server’s own host; no disables it.',
          span: one.line.span,
          fixes: [write(one, `Write ${name} local`, `${name} local`), write(one, `Write ${name} no`, `${name} no`)],
        })),
    ),
}
