/**
 * The query of the address as it is by now. What is drawn may be a change behind: a text that is searched for a moment
 * after it was typed must not take back what was chosen in that moment.
 */
export const currentQuery = () => new URLSearchParams(window.location.search);
