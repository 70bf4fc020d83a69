import { simple, type Reply } from '../../../resp/reply'
import { debugNames } from '../../../targets/debug-subcommands'
import type { Target } from '../../../targets/target'

/** DEBUG HELP: the subcommands of the release, without the descriptions that a server adds. */
export function debugHelp({ id, behaviours }: Target): Reply {
  const heading = behaviours.indentsHelp
    ? 'DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:'
    : 'DEBUG <subcommand> arg arg ... arg. Subcommands are:'
  return [heading, ...debugNames(id).map((name) => name.toUpperCase())].map(simple)
}
