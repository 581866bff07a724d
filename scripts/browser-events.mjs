// Replaces Node's module "events" in bundles for a browser: has the methods that the debug adapter's library calls.

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
