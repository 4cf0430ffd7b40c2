import { feed } from "../_lib/chrome.js";

export const data = {
  layout: null,
  eleventyExcludeFromCollections: true,
  pagination: { data: "collections.tagsGroups", size: 1, alias: "tag" },
  permalink: ({ tag }) => `/tags/${tag.slug}/index.xml`,
};

export const render = ({ tag, page: { url } }) => feed(tag.name, url, `/tags/${tag.slug}.html`, tag.items);
