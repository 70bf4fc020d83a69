import { targetInfos } from '../../../targets/infos'
import type { Action, Group } from './action'

/** A choice of each server version. */
export const versions: Group = {
  title: 'Server version',
  actions: [
    ({ playground: { host } }) =>
      targetInfos.map((info): Action => ({
        id: `use-${info.id}`,
        title: `Use ${info.label}`,
        synonyms: ['upgrade', 'downgrade', 'version', 'migrate'],
        hint:
          info.id === host.targetId
            ? 'in use'
            : info.evidence === 'documented'
              ? 'documented, not recorded'
              : info.release,
        run: (app) => void app.useTarget(info.id, host.modules),
      })),
    {
      id: 'exact-release',
      title: 'Choose the exact release',
      synonyms: ['server version', 'patch', 'package', '8.0.6'],
      hint: 'such as 8.0.6',
      run: (app) => app.dialogs.show('release'),
    },
  ],
}
