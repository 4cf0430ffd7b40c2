import { listing } from "../_lib/chrome.js";

const { data, render } = listing("tags");
export { data, render };
