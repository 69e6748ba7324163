/*
 * A button is disabled while its answer is awaited, and a moment longer, and browsers take the cursor away from what is
 * disabled. Whoever works with the keyboard finds it there again, unless it has gone elsewhere meanwhile.
 */
const giveBack = id => {
  const lost = document.getElementById(id);
  if (!lost || document.activeElement !== document.body) {
    return;
  }
  if (lost.disabled) {
    setTimeout(giveBack, 100, id);
  } else {
    lost.focus();
  }
};

$(document)
  .on('pfAjaxSend', (event, request, settings) => {
    settings.cursorWasOn = document.activeElement.id;
  })
  .on('pfAjaxComplete', (event, request, settings) => giveBack(settings.cursorWasOn));
