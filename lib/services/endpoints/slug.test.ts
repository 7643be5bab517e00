import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slugInput, suggestSlug, withSuffix } from "./slug.ts";

describe("slug", () => {
  it.each([
    ["https://api.weather-site.com/v1/today", "weather-site-v1-today"],
    ["https://www.some-blog.org/", "some-blog"],
    ["http://127.0.0.1:4030/v1/chat/completions", "v1-chat-completions"],
    ["https://cdn.site.com/files/Report%20Final.pdf", "cdn-site-files-report-final"],
    ["http://127.0.0.1:4030/", "link"],
    ["https://ab.com/", "link-ab"],
    ["https://docs.com/", "docs-link"],
  ])("of %s is %s", (url, slug) => {
    expect(suggestSlug(url)).toBe(slug);
  });

  it("can always be used, with a suffix as well", () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true }),
        fc.stringMatching(/^[a-z0-9]{1,6}$/),
        (url, suffix) => {
          const slug = suggestSlug(url);
          expect(slugInput.safeParse(slug).error).toBeUndefined();
          expect(slugInput.safeParse(withSuffix(slug, suffix)).error).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});
