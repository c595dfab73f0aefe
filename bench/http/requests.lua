-- Registers a book that is new with each request; each run takes more than a second.
local run = os.time()
local number = 0

function request()
  number = number + 1
  local body = '{"isbn":"' .. run .. "-" .. number ..
    '","title":"Domain Driven Design","author":"Eric Evans"}'
  return wrk.format("POST", "/books", nil, body)
end
