import { SITE, card, page } from "../_lib/chrome.js";

export const data = { layout: null, eleventyExcludeFromCollections: true, permalink: "/index.html" };

export const render = ({ collections }) =>
  page({
    title: SITE,
    url: "/index.html",
    home: true,
    main: `<h1>${SITE}</h1>
<ol class="cards front">
${collections.newest.slice(0, 24).map(card).join("")}</ol>
<nav class="years" aria-label="Years"><ul>
${collections.years.map(({ name }) => `<li><a href="/${name}/index.html">${name}</a></li>\n`).join("")}</ul></nav>
`,
  });
