import { listing } from "../_lib/chrome.js";

const { data, render } = listing("source");
export { data, render };
