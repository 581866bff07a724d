/** Thrown by the handler of a request that can't be answered. The message is a clause for the user. */
export class Refusal extends Error {}
