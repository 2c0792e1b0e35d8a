"use strict";

// Reads this service's own description; asks nobody else to judge it.
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#operations",
  deepLinking: false,
  validatorUrl: null,
  // What is asked for by a #name stands below what has just grown above it.
  onComplete: () => document.getElementById(location.hash.slice(1))?.scrollIntoView(),
});
