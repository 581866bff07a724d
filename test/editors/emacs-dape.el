;;; -*- lexical-binding: t -*-
;; Debugs the file with dape: to a breakpoint, one step further, and prints where it stands and what a cell holds.
(setq dape-inlay-hints nil
      dape-buffer-window-arrangement nil
      dape-repl-echo-shell-output nil
      kill-buffer-query-functions nil)
(find-file (getenv "AVM_DEBUGGED"))
(avm-mode)
(goto-char (point-min))
(search-forward "ADD a, b, sum")
(dape-breakpoint-toggle)
(defun avm-frame ()
  "The stack frame that the editor shows, if the program is stopped."
  (let ((connection (dape--live-connection 'stopped t)))
    (and connection (dape--current-stack-frame connection))))
(defun avm-wait-for-line (line)
  "Wait until the program is stopped on LINE, and print the line."
  (let ((tries 0))
    (while (and (< tries 400) (not (equal (plist-get (avm-frame) :line) line)))
      (setq tries (1+ tries))
      (accept-process-output nil 0.05))
    (princ (format "STOPPED %s\n" (plist-get (avm-frame) :line)))))
(dape (dape--config-eval 'avm (list :calldata [1 2])))
(avm-wait-for-line 14)
(dape-continue (dape--live-connection 'stopped))
(avm-wait-for-line 18)
(dape-next (dape--live-connection 'stopped))
(avm-wait-for-line 19)
(let ((connection (dape--live-connection 'stopped)) found)
  (dape--evaluate-expression connection (plist-get (avm-frame) :id) "sum" "watch"
                             (lambda (result error) (setq found (or error (plist-get result :result)))))
  (let ((tries 0))
    (while (and (< tries 200) (not found))
      (setq tries (1+ tries))
      (accept-process-output nil 0.05)))
  (princ (format "EVALUATED %s\n" found)))
(dape-quit)
