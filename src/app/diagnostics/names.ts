/** The marks of severities. */
export const marks = { error: '✕', warning: '▲', info: 'i' } as const

/** The names of severities. */
export const words = { error: 'Error', warning: 'Warning', info: 'Info' } as const

/** The names of several diagnostics of a severity. */
export const plurals = { error: 'Errors', warning: 'Warnings', info: 'Info' } as const
