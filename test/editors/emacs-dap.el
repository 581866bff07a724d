;;; -*- lexical-binding: t -*-
;; Debugs the file with dap-mode: to a breakpoint, one step further, and prints where it stands and what a cell holds.
(setq dap-auto-configure-features nil
      dap-auto-show-output nil
      dap-breakpoints-file (expand-file-name "dap-breakpoints" (getenv "HOME")))
(find-file (getenv "AVM_DEBUGGED"))
(goto-char (point-min))
(search-forward "ADD a, b, sum")
(dap-breakpoint-add)
(defun avm-frame ()
  "The entry of the stack that the editor shows."
  (let ((session (dap--cur-session)))
    (and session (dap--debug-session-active-frame session))))
(defun avm-wait-for-line (line)
  "Wait until the run stands on LINE, and print where it stands."
  (let ((tries 0))
    (while (and (< tries 400) (not (and (avm-frame) (equal (gethash "line" (avm-frame)) line))))
      (setq tries (1+ tries))
      (accept-process-output nil 0.05))
    (princ (format "STOPPED %s\n" (and (avm-frame) (gethash "line" (avm-frame)))))))
(dap-debug (list :type "avm" :request "launch" :name "sum" :calldata [1 2]))
(avm-wait-for-line 14)
(dap-continue (dap--cur-session) 1)
(avm-wait-for-line 18)
(dap-next (dap--cur-session))
(avm-wait-for-line 19)
(let ((found (dap-request (dap--cur-session) "evaluate"
                          :expression "sum" :frameId (gethash "id" (avm-frame)))))
  (princ (format "EVALUATED %s\n" (gethash "result" found))))
(dap-disconnect (dap--cur-session))
