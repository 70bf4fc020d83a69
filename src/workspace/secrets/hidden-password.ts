/** Replaces a password in a command line (AUTH). No file of the workspace sets it, so it logs nobody in. */
export const hiddenPassword = 'password-not-shared'
