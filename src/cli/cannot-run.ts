/** Thrown where a command could not run at all (exit code 2). The message says what to do. */
export class CannotRun extends Error {}
