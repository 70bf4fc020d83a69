import type {
  Clients,
  Configuration,
  Data,
  Debugging,
  Release,
  Saving,
  Scripts,
  Sleeping,
  SlowCommands,
  Stopping,
  Time,
  Waiting,
} from '../../parts'

/** The parts of a server that DEBUG touches. */
export type DebugParts = Release &
  Time &
  Clients &
  Configuration &
  Data &
  Debugging &
  Saving &
  Scripts &
  Sleeping &
  SlowCommands &
  Pick<Stopping, 'stop'> &
  Waiting
