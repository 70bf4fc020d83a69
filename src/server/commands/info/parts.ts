import type {
  Caching,
  Clients,
  Configuration,
  Counting,
  Data,
  Feeding,
  Identified,
  Messages,
  Pausing,
  Release,
  Replicating,
  Saving,
  Scripts,
  Time,
  Waiting,
  Watching,
} from '../../parts'

import type { Tls } from '../../tls'

/** The parts of a server that INFO reports on. */
export type InfoParts = Release &
  Time &
  Configuration &
  Counting &
  Data &
  Feeding &
  Identified &
  Caching &
  Messages &
  Pick<Replicating, 'primary'> &
  Saving &
  Scripts &
  Waiting &
  Watching &
  Pick<Pausing, 'pause'> &
  Pick<Clients, 'sessions' | 'handshakes'> & { readonly tls: Tls }
