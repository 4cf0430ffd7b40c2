import { index } from "../_lib/chrome.js";

const { data, render } = index("section", "Sections");
export { data, render };
