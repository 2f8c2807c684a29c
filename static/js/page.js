// The scripts of every page. Each finds by itself what it has to do, and imports what it uses of another. Files do
// nothing when they are imported, so that none keeps the others from running: what they do stands in their start.

import { start as announce } from "./announce.js";
import { start as arrivals } from "./arrivals.js";
import { start as browser } from "./browser.js";
import { start as canned } from "./canned.js";
import { start as composer } from "./composer.js";
import { start as copy } from "./copy.js";
import { start as draft } from "./draft.js";
import { start as failures } from "./failures.js";
import { start as filter } from "./filter.js";
import { start as focus } from "./focus.js";
import { start as holdList } from "./hold-list.js";
import { start as jump } from "./jump.js";
import { start as keyboard } from "./keyboard.js";
import { start as keys } from "./keys.js";
import { start as more } from "./more.js";
import { start as nextRow } from "./next-row.js";
import { start as note } from "./note.js";
import { start as notify } from "./notify.js";
import { start as number } from "./number.js";
import { start as panes } from "./panes.js";
import { start as reading } from "./reading.js";
import { start as rowSwap } from "./row-swap.js";
import { start as scroll } from "./scroll.js";
import { start as search } from "./search.js";
import { start as segments } from "./segments.js";
import { start as select } from "./select.js";
import { start as sound } from "./sound.js";
import { start } from "./start.js";
import { start as time } from "./time.js";
import { start as title } from "./title.js";
import { start as toast } from "./toast.js";
import { start as upgrade } from "./upgrade.js";

// Listeners run in the order in which they were added, so three things come in order: words and panes before what
// measures where they stand; those that take Escape for themselves before the shortcuts, to which it means "back";
// and what enters drafts, as if somebody typed them, after those that listen to typing.
const scripts = {
  keyboard, time, copy, panes, scroll, reading, search, keys, focus, title, announce, select, jump, note, canned,
  composer, segments, failures, toast, "next-row": nextRow, number, more, filter, arrivals, sound, notify, browser,
  draft, upgrade, "row-swap": rowSwap, "hold-list": holdList,
};

for (const [name, run] of Object.entries(scripts)) start(name, run);
