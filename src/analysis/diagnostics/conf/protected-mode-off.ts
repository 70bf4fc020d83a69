import { directive, write, type ConfCheck } from './conf-file'

/** Protected mode switched off while default needs no password. */
export const protectedModeOff: ConfCheck = {
  code: 'protected-mode-off',
  severity: 'error',
  check: (conf) => {
    const mode = directive(conf, 'protected-mode')
    if (mode === undefined || mode.values[0]?.toLowerCase() !== 'no' || !conf.defaultIsOpen) return []
    return [
      {
        message:
          'Protected mode is off and default needs no password: whoever can reach the port has all permissions of default.',
        hint: 'Give default a password or turn it off first.',
        span: mode.line.span,
        fixes: [write(mode, 'Turn protected mode on', 'protected-mode yes')],
      },
    ]
  },
}
