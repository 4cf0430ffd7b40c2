import { SITE_URL, escape, stamp } from "../_lib/chrome.js";

export const data = { layout: null, eleventyExcludeFromCollections: true, permalink: "/sitemap.xml" };

// Articles, and the first page of every list: what Hugo's own sitemap holds.
export const render = ({ collections }) => {
  const lists = ["tags", "authors", "section", "source"].flatMap((kind) =>
    collections[`${kind}Groups`].map(({ slug, items }) => [`/${kind}/${slug}.html`, items[0].date]),
  );
  const calendar = collections.months.map(({ name, items }) => [`/${name.replace("-", "/")}/index.html`, items[0].date]);
  const urls = [...collections.newest.map(({ url, date }) => [url, date]), ...lists, ...calendar];
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${urls.map(([url, date]) => `<url><loc>${SITE_URL}${escape(url)}</loc><lastmod>${stamp(date)}</lastmod></url>\n`).join("")}</urlset>
`;
};
