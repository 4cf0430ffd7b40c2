// The same pages as backissue makes, with Eleventy's cheapest means: layouts and pages as plain functions, no template
// language run over the Markdown, files named x.html, no per-article data files.
import { slug } from "./_lib/chrome.js";

const PAGE_SIZE = 20;

function articles(api) {
  return api.getFilteredByGlob("content/**/*.md").sort((a, b) => b.date - a.date || (a.url < b.url ? 1 : -1));
}

// The archive's articles, newest first, under each name that `names` finds in an article's data.
function grouped(list, names) {
  const groups = new Map();
  for (const article of list) {
    for (const name of names(article.data)) {
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(article);
    }
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, items]) => ({ name, slug: slug(name), items }));
}

function paged(groups) {
  return groups.flatMap((group) => {
    const total = Math.ceil(group.items.length / PAGE_SIZE);
    return Array.from({ length: total }, (_, index) => ({
      ...group,
      number: index + 1,
      total,
      shown: group.items.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
    }));
  });
}

const KINDS = {
  tags: (data) => data.tags,
  authors: (data) => data.authors,
  section: (data) => [data.section],
  source: (data) => [data.source],
};

export default function (config) {
  let sorted = null;
  const all = (api) => (sorted ??= link(articles(api)));
  config.on("eleventy.before", () => {
    sorted = null;
  });
  config.addGlobalData("layout", "article.11ty.js");
  config.addGlobalData("eleventyComputed.permalink", () => (data) => {
    if (!data.page.inputPath.endsWith(".md")) return data.permalink;
    const day = data.page.date.toISOString();
    return `/${day.slice(0, 4)}/${day.slice(5, 7)}/${data.slug}.html`;
  });
  config.addCollection("newest", all);
  for (const [kind, names] of Object.entries(KINDS)) {
    config.addCollection(`${kind}Groups`, (api) => grouped(all(api), names));
    config.addCollection(`${kind}Pages`, (api) => paged(grouped(all(api), names)));
  }
  config.addCollection("months", (api) => grouped(all(api), (data) => [data.page.date.toISOString().slice(0, 7)]));
  config.addCollection("years", (api) => {
    const months = grouped(all(api), (data) => [data.page.date.toISOString().slice(0, 7)]);
    const years = new Map();
    for (const month of months) {
      const year = month.name.slice(0, 4);
      years.set(year, [...(years.get(year) ?? []), month]);
    }
    return [...years].reverse().map(([name, list]) => ({ name, months: list.reverse() }));
  });
  return {
    dir: { input: ".", output: "public", includes: "_includes" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: false,
    templateFormats: ["md", "11ty.js"],
  };
}

// Tells each article which ones are next to it.
function link(list) {
  list.forEach((article, index) => {
    article.data.later = list[index - 1] ?? null;
    article.data.earlier = list[index + 1] ?? null;
  });
  return list;
}
