import { dayAndMonth, escape, month, page, stamp } from "../_lib/chrome.js";

export const data = {
  layout: null,
  eleventyExcludeFromCollections: true,
  pagination: { data: "collections.months", size: 1, alias: "period" },
  permalink: ({ period }) => `/${period.name.replace("-", "/")}/index.html`,
};

export const render = ({ period, page: { url } }) =>
  page({
    title: month(period.name),
    url,
    main: `<h1>${month(period.name)}</h1>
<ol class="month">
${period.items.map(({ url, date, data }) => `<li><time datetime="${stamp(date)}">${dayAndMonth(date)}</time> <a href="${url}">${escape(data.title)}</a></li>\n`).join("")}</ol>
`,
  });
