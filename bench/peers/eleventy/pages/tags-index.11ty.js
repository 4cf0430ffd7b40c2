import { index } from "../_lib/chrome.js";

const { data, render } = index("tags", "Subjects");
export { data, render };
