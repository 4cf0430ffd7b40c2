import { page } from "../_lib/chrome.js";

export const data = { layout: null, eleventyExcludeFromCollections: true, permalink: "/years/index.html" };

export const render = ({ collections }) =>
  page({
    title: "Calendar",
    url: "/years/index.html",
    main: `<h1>Calendar</h1>
<ul class="years">
${collections.years.map(({ name }) => `<li><a href="/${name}/index.html">${name}</a></li>\n`).join("")}</ul>
`,
  });
