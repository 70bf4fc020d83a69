/** Thrown where a command could not run at all (exit code 2). The message says what to do. */
export class CannotRun extends Error {}

/** Thrown where the simulated server does not start (exit code 1), with its own message where it has one. */
export class StartRefused extends Error {
  /** `code`: that of the system's error, such as EADDRINUSE; undefined where that is not the reason. */
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message)
  }
}
