-- Opens the file, and prints what the language server says about it.
vim.cmd('edit ' .. vim.env.AVM_FILE)
vim.wait(20000, function() return #vim.diagnostic.get(0) >= 2 end, 50)
for _, found in ipairs(vim.diagnostic.get(0)) do
  io.stdout:write(string.format('DIAGNOSTIC %d:%d %s\n', found.lnum + 1, found.col + 1, found.message))
end
local line = vim.fn.search('CALLDATACOPY')
vim.api.nvim_win_set_cursor(0, { line, vim.fn.match(vim.fn.getline(line), 'CALLDATACOPY') })
local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', vim.lsp.util.make_position_params(), 10000)
for _, answer in pairs(answers or {}) do
  io.stdout:write('HOVER ' .. answer.result.contents.value:gsub('\n', ' ') .. '\n')
end
vim.lsp.stop_client(vim.lsp.get_active_clients())
vim.cmd('qa!')
