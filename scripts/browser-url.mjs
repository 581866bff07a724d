// Replaces Node's module "url" in bundles for a browser: has the functions that the debug adapter's library calls.

export const { URL } = globalThis;
