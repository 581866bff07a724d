// Node's module "url", as much of it as the debug adapter's library uses, for bundles that run in a browser.

export const { URL } = globalThis;
