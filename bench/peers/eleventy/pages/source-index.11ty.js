import { index } from "../_lib/chrome.js";

const { data, render } = index("source", "Newspapers");
export { data, render };
