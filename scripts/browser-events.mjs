// Node's module "events", as much of it as the debug adapter's library uses, for bundles that run in a browser.

export class EventEmitter {
  /** @type {Map<string, ((...args: unknown[]) => void)[]>} */
  #listeners = new Map();

  /**
   * @param {string} name
   * @param {(...args: unknown[]) => void} listener
   */
  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return this;
  }

  /**
   * @param {string} name
   * @param {unknown[]} args
   */
  emit(name, ...args) {
    const listeners = this.#listeners.get(name) ?? [];
    for (const listener of listeners) listener(...args);
    return listeners.length > 0;
  }
}
