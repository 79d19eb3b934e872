-- Asks something else each time, so that no cache can answer, and prints what was measured.
-- Argument: a file whose first line is a request path, with @n@ for a number that is never used
-- twice and @i@ for one of the lines that follow, in turn. A path with neither is asked again and
-- again.

local threads = 0

function setup(thread)
   thread:set("thread_number", threads)
   threads = threads + 1
end

function init(args)
   pieces, path = {}, nil
   for line in io.lines(args[1]) do
      if path == nil then path = line else pieces[#pieces + 1] = line end
   end
   parts, numbers, choices = {}, {}, {}
   for text, hole in (path .. "@@"):gmatch("([^@]*)@([ni]?)@") do
      parts[#parts + 1] = text
      parts[#parts + 1] = ""
      if hole == "n" then numbers[#numbers + 1] = #parts end
      if hole == "i" then choices[#choices + 1] = #parts end
   end
   count = 0
   if #numbers + #choices == 0 then fixed = wrk.format("GET", path) end
end

function request()
   if fixed then return fixed end
   count = count + 1
   for _, at in ipairs(numbers) do parts[at] = thread_number .. "_" .. count end
   for _, at in ipairs(choices) do parts[at] = pieces[count % #pieces + 1] end
   return wrk.format("GET", table.concat(parts))
end

function done(summary, latency, requests)
   local e = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "seconds": %.6f, "p50_s": %.6f, "p99_s": %.6f, "bad_status": %d, "lost": %d}\n',
      summary.requests, summary.duration / 1e6,
      latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
      e.status, e.connect + e.read + e.write + e.timeout))
end
