// The API, asked with the key of this tab.

let key = sessionStorage.getItem("key") ?? "";

/** A refusal of the service: its status, its sentence, and the faults it names. */
export class Refused extends Error {
  constructor(status, problem, path) {
    super(problem?.detail ?? problem?.error ?? `The service answered ${status}.`);
    this.status = status;
    this.errors = problem?.errors;
    this.id = problem?.request_id;
    this.admin = path.includes("/admin/");
  }
}

export function remember(given) {
  key = given;
  sessionStorage.setItem("key", key);
}

export function forget() {
  key = "";
  sessionStorage.removeItem("key");
}

/** GET, or POST where there is a body; JSON in both directions. */
export async function ask(path, body) {
  const headers = { Accept: "application/json" };
  if (key) headers["X-API-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, body });
  } catch {
    throw new Error("The service cannot be reached. Is it still running?");
  }
  const json = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, json, path);
  return json;
}
