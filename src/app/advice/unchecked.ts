import type { Unchecked } from './Advice.svelte'

/** What to say where the diagnostics are not about the files as they are. */
export const uncheckedWords: Readonly<Record<Unchecked, string>> = {
  late: 'The files as they are were not checked: the diagnostics took longer than 8 seconds. They run again after the next edit.',
  failed:
    'The files as they are were not checked: the diagnostics could not be loaded. Check the connection and edit the file to try again.',
}
