import { month, page } from "../_lib/chrome.js";

export const data = {
  layout: null,
  eleventyExcludeFromCollections: true,
  pagination: { data: "collections.years", size: 1, alias: "year" },
  permalink: ({ year }) => `/${year.name}/index.html`,
};

export const render = ({ year, page: { url } }) =>
  page({
    title: year.name,
    url,
    main: `<h1>${year.name}</h1>
<ul class="months">
${year.months.map(({ name, items }) => `<li><a href="/${name.replace("-", "/")}/index.html">${month(name)}</a> <span class="count">${items.length}</span></li>\n`).join("")}</ul>
`,
  });
