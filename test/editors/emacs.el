;;; -*- lexical-binding: t -*-
;; Opens the file, and prints what the language server says about it.
(setq eglot-sync-connect 10 eglot-autoshutdown t)
(find-file (getenv "AVM_FILE"))
;; What starts it otherwise is the first command, and in batch there is none.
(apply #'eglot--connect (eglot--guess-contact))
(flymake-mode 1)
(flymake-start)
(let ((tries 0))
  (while (and (< tries 400) (< (length (flymake-diagnostics)) 2))
    (setq tries (1+ tries))
    (accept-process-output nil 0.05)))
(dolist (found (flymake-diagnostics))
  (princ (format "DIAGNOSTIC %d %s\n"
                 (line-number-at-pos (flymake-diagnostic-beg found))
                 (flymake-diagnostic-text found))))
(goto-char (point-min))
(search-forward "CALLDATACOPY")
(backward-char 3)
(let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
  (princ (format "HOVER %s\n"
                 (replace-regexp-in-string "\n" " " (plist-get (plist-get hover :contents) :value)))))
(eglot-shutdown (eglot-current-server))
