(function () {
  "use strict";
  var said = document.getElementById("said");
  function old(node) {
    var range = document.createRange(), all = getSelection();
    range.selectNodeContents(node);
    all.removeAllRanges();
    all.addRange(range);
    return document.execCommand("copy");
  }
  document.querySelectorAll("button.copy").forEach(function (b) {
    var node = document.getElementById(b.dataset.copy), words = b.textContent;
    function done() {
      b.textContent = said.textContent = b.dataset.done;
      said.lang = b.closest("[lang]").lang;
      setTimeout(function () { b.textContent = words; said.textContent = ""; }, 2500);
    }
    b.hidden = false;
    b.addEventListener("click", function () {
      if (navigator.clipboard) {
        navigator.clipboard.writeText(node.textContent).then(done, function () { if (old(node)) { done(); } });
      } else if (old(node)) {
        done();
      }
    });
  });
  document.querySelectorAll(".switch input").forEach(function (r) {
    r.addEventListener("change", function () {
      document.documentElement.lang = r.value;
      document.title = r.dataset.title;
    });
  });
})();
