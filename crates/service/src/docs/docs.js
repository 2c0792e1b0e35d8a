"use strict";

// A stream's example is text already; taken for JSON, because its media type ends so, it would be written between quotes.
const lines = {
  afterLoad() {
    const sample = this.fn.getSampleSchema;
    this.fn.getSampleSchema = (schema, kind, config, example) =>
      kind === "application/x-ndjson" && typeof example === "string" ? example : sample(schema, kind, config, example);
  },
};

// Reads this service's own description; asks nobody else to judge it.
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#operations",
  deepLinking: false,
  validatorUrl: null,
  plugins: [lines],
  // What is asked for by a #name stands below what has just grown above it.
  onComplete: () => document.getElementById(location.hash.slice(1))?.scrollIntoView(),
});
