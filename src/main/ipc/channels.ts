/** Names of the channels: all that the preload has to know of the contract. */
export const REQUEST_CHANNEL = 'openmover:request';
/** Paths of what was dragged in: the preload's own, which the page cannot speak on. */
export const DROP_CHANNEL = 'openmover:drop';
export const EVENT_CHANNEL = 'openmover:event';
