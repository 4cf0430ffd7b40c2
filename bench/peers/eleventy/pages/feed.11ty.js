import { SITE, feed } from "../_lib/chrome.js";

export const data = { layout: null, eleventyExcludeFromCollections: true, permalink: "/index.xml" };

export const render = ({ collections }) => feed(SITE, "/index.xml", "/index.html", collections.newest);
