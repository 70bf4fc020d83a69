import type { Unchecked } from './Diagnostics.svelte'

/** The message for files that were not checked as they are. */
export const uncheckedWords: Readonly<Record<Unchecked, string>> = {
  late: 'The files were not checked: the check took longer than 8 seconds. It runs again after the next edit.',
  stopped: 'The files were not checked: the check was stopped. It runs again after the next edit.',
  failed:
    'The files were not checked: the checker could not be loaded. Check the connection and edit the file to try again.',
}
