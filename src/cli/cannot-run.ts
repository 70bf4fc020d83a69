/** Thrown where a command could not run at all (exit code 2). The message says what to do. */
export class CannotRun extends Error {}

/** Thrown where the simulated server does not start (exit code 1), with its own message where it has one. */
export class StartRefused extends Error {}
