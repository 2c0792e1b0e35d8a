// The page of lead-service. Each part has a file: form.js fills in a lead, answer.js shows its score, model.js what is known
// about the model. This one joins them: the key, the tabs, and which part is asked for when.

import { ask, forget, remember, Refused } from "./ask.js";
import { buildForm, fillForm, markFaults, readForm } from "./form.js";
import { showAnswer, showFailure } from "./answer.js";
import { showCard, showChallenger, showDrift } from "./model.js";
import { $, fill, quiet } from "./dom.js";

let features = [];
let example = null;

/** Runs one part; a missing key opens the door, any other failure is said where the part would stand. */
async function part(place, work) {
  try {
    await work(place);
  } catch (error) {
    if (error instanceof Refused && error.status === 401) {
      forget();
      $("door").hidden = false;
    }
    fill(place, quiet(error.message));
  }
}

async function start() {
  const status = await ask("/status");
  $("served").textContent = `model ${status.model.version}, ${status.status}`;
  await part($("fields"), async (place) => {
    const schema = await ask("/api/v1/model/features");
    features = schema.schema;
    example = schema.example;
    buildForm(place, features);
    fillForm(features, example);
    $("json").value = JSON.stringify(example, null, 2);
    $("door").hidden = true;
  });
  await Promise.all([model(), refresh.drift(), refresh.challenger()]);
}

const model = () => part($("card"), async (place) => {
  const [info, importance] = await Promise.all([ask("/api/v1/model/info"), ask("/api/v1/model/importance")]);
  showCard(place, info, importance);
});

const refresh = {
  drift: () => part($("shifts"), async (place) => showDrift(place, await ask("/api/v1/model/drift"))),
  challenger: () => part($("duel"), async (place) => {
    try {
      showChallenger(place, await ask("/api/v1/admin/challenger"));
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 401 && !error.admin) throw error;
      fill(place, quiet(error.status === 403 || error.admin ? "To see the challenger, use a key with the scope admin." : error.message));
    }
  }),
};

async function score(form, body) {
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try {
    showAnswer($("answer"), await ask("/api/v1/score?explain=6", body));
    markFaults([]);
    if (matchMedia("(max-width: 62rem)").matches) $("result").scrollIntoView();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) $("door").hidden = false;
    showFailure($("answer"), error);
    markFaults(error.errors ?? []);
  } finally {
    button.disabled = false;
  }
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  score($("form"), JSON.stringify(readForm(features)));
});
$("paste").addEventListener("submit", (event) => {
  event.preventDefault();
  score($("paste"), $("json").value);
});
$("example").addEventListener("click", () => fillForm(features, example));
$("door").addEventListener("submit", (event) => {
  event.preventDefault();
  remember($("key").value.trim());
  start();
});
for (const button of document.querySelectorAll("[data-refresh]")) {
  button.addEventListener("click", () => refresh[button.dataset.refresh]());
}

const tabs = [["tab-form", "form"], ["tab-paste", "paste"]];
function select(chosen) {
  for (const [tab, panel] of tabs) {
    $(tab).setAttribute("aria-selected", String(tab === chosen));
    $(tab).tabIndex = tab === chosen ? 0 : -1;
    $(panel).hidden = tab !== chosen;
  }
}
for (const [tab] of tabs) {
  $(tab).addEventListener("click", () => select(tab));
  $(tab).addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tabs.map(([name]) => name).find((name) => name !== tab);
    select(other);
    $(other).focus();
  });
}

start().catch((error) => fill($("card"), quiet(error.message)));
