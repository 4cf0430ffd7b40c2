import { index } from "../_lib/chrome.js";

const { data, render } = index("authors", "Authors");
export { data, render };
