import { listing } from "../_lib/chrome.js";

const { data, render } = listing("authors");
export { data, render };
