import { listing } from "../_lib/chrome.js";

const { data, render } = listing("section");
export { data, render };
